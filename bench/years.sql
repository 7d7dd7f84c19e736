-- Years of cases for a region like Halland. Ids are made of numbers, so that no table has to be looked up in another.
-- A person belongs to one unit; most cases have ended; units differ in size; a tenth of all clocks are overdue.

-- # verksamheter
WITH missing AS (
    SELECT i, (SELECT id FROM organisations_authority ORDER BY md5(key || i) LIMIT 1) AS authority
    FROM generate_series(1, greatest(0, %(units)s - (SELECT count(*) FROM organisations_unit))::int) i
), grouped AS (
    INSERT INTO auth_group (name) SELECT 'bench:' || i FROM missing RETURNING id, name
)
INSERT INTO organisations_unit (id, key, authority_id, kind, name, provider, phone, opened_on, group_id)
SELECT md5('bench-unit' || i)::uuid, 'bench-' || i, authority, 'other', 'Verksamhet ' || i, '', '', '2020-01-01', g.id
FROM missing JOIN grouped g ON g.name = 'bench:' || i;

-- # numrerade verksamheter
CREATE TABLE bench_unit AS
SELECT u.id, u.group_id, u.authority_id, a.huvudman_id, (h.kind = 'region')::int AS side,
       (row_number() OVER (PARTITION BY h.kind = 'region' ORDER BY md5(u.key)))::int - 1 AS no
FROM organisations_unit u JOIN organisations_authority a ON a.id = u.authority_id
JOIN organisations_huvudman h ON h.id = a.huvudman_id
WHERE u.kind <> 'administration';

-- # personer
CREATE TABLE bench_person AS
SELECT i, md5('person' || i)::uuid AS id, u.id AS unit_id, u.group_id, u.authority_id, p.side
FROM (SELECT i, (random() < 0.4)::int AS side, power(random(), 1.5) AS place
      FROM generate_series(1, (%(cases)s * 0.7)::int) i) p
JOIN (SELECT side, count(*) AS n FROM bench_unit GROUP BY side) s ON s.side = p.side
JOIN bench_unit u ON u.side = p.side AND u.no = floor(p.place * s.n)::int;
CREATE UNIQUE INDEX ON bench_person (i);
ANALYZE bench_person;

-- # ärenden
CREATE TABLE bench_case AS
WITH drawn AS (
    SELECT i, 1 + floor(random() * (SELECT count(*) FROM bench_person))::int AS person,
           %(now)s::timestamptz - random() * interval '6 years' AS opened_at,
           -ln(1 - random()) * interval '180 days' AS lasts, power(random(), 1.5) AS first, power(random(), 1.5) AS second,
           random() AS fate, random() AS more, random() AS due
    FROM generate_series(1, %(cases)s) i
), timed AS (
    SELECT *, CASE WHEN opened_at + lasts < %(now)s THEN opened_at + lasts END AS closed_at FROM drawn
)
SELECT c.i, md5('matter' || c.i)::uuid AS id, p.id AS person_id, p.unit_id, p.group_id, p.authority_id,
       c.opened_at, c.closed_at,
       CASE WHEN closed_at IS NOT NULL THEN
                CASE WHEN fate < 0.85 THEN 'closed' WHEN fate < 0.93 THEN 'declined' ELSE 'withdrawn' END
            WHEN fate < 0.08 THEN 'draft' WHEN fate < 0.12 THEN 'ready' WHEN fate < 0.27 THEN 'sent'
            WHEN fate < 0.45 THEN 'acknowledged' WHEN fate < 0.97 THEN 'contacted' ELSE 'halted' END AS state,
       one.id AS first_id, one.group_id AS first_group, two.id AS second_id, two.group_id AS second_group,
       %(now)s::timestamptz + (due - 0.1) * interval '60 days' AS due_at,
       greatest(c.opened_at + interval '1 year', CASE WHEN closed_at IS NULL
           THEN %(now)s::timestamptz + more * interval '300 days' + interval '1 day' END) AS expires_at,
       p.side
FROM timed c JOIN bench_person p ON p.i = c.person
JOIN (SELECT side, count(*) AS n FROM bench_unit GROUP BY side) s ON s.side = 1 - p.side
JOIN bench_unit one ON one.side = 1 - p.side AND one.no = floor(c.first * s.n)::int
LEFT JOIN bench_unit two ON more < 0.4 AND two.side = 1 - p.side
    AND two.no = (floor(c.first * s.n) + 1 + floor(c.second * (s.n - 1)))::int %% s.n;
ALTER TABLE bench_case ADD COLUMN leaves boolean;
UPDATE bench_case SET leaves = state NOT IN ('draft', 'ready', 'declined', 'halted');
ANALYZE bench_case;

-- # personuppgifter
INSERT INTO individuals_person (id, identity_kind, identity_number, born_on, sex, first_name, last_name, protection,
    interpreter, created_at, unit_id)
SELECT id, 'personnummer', to_char(born, 'YYYYMMDD') || lpad((2380 + i / 33000)::text, 4, '0'), born,
       CASE i %% 2 WHEN 0 THEN 'female' ELSE 'male' END,
       (ARRAY['Alva', 'Bilal', 'Carina', 'Dag', 'Ebba', 'Fatima', 'Gustav', 'Hanna', 'Isak', 'Jonas'])[1 + i %% 10],
       (ARRAY['Alm', 'Berg', 'Dahl', 'Ek', 'Friberg', 'Hassan', 'Lind', 'Malm', 'Nyberg'])[1 + i / 10 %% 9] || 'sson',
       CASE WHEN i %% 100 = 0 THEN 'marked' ELSE 'none' END, '', %(now)s, unit_id
FROM (SELECT *, date '1935-01-01' + i %% 33000 AS born FROM bench_person) p;

-- # ärendenas rader
INSERT INTO individuals_matter (id, reference, kind, opened_at, closed_at, next_due_at, agreement_id, initiator_id,
    person_id)
SELECT id, lpad(i::text, 8, '0'), 'sip', opened_at, closed_at, CASE WHEN closed_at IS NULL THEN due_at END,
       (SELECT id FROM agreements_agreement WHERE scope = 'samverkan' ORDER BY valid_from DESC LIMIT 1), unit_id, person_id
FROM bench_case;

-- # SIP
INSERT INTO sip_sipcase (matter_id, state, version, changed_at, submission, step, target_groups, need_noticed_at,
    is_urgent, view_asked, view_not_asked_reason, sent_at, contacted_at, contact_manner, ended_at, close_reason, end_note,
    contact_unit_id)
SELECT id, state, 5, opened_at, md5('form' || i)::uuid, 7, ARRAY['children'], opened_at - interval '3 hours', i %% 20 = 0,
       'yes', '', CASE WHEN leaves OR state = 'halted' THEN opened_at + interval '1 hour' END,
       CASE WHEN state IN ('contacted', 'closed') THEN opened_at + interval '1 day' END,
       CASE WHEN state IN ('contacted', 'closed') THEN 'phone' ELSE '' END,
       closed_at, CASE WHEN state = 'closed' THEN 'no_need' ELSE '' END, '',
       CASE WHEN state IN ('contacted', 'closed') THEN unit_id END
FROM bench_case;

-- # samtycken
INSERT INTO individuals_basis (id, kind, purpose, categories, withheld, decided_by, child_alone_reason, valid_from,
    expires_at, recorded_at, withdrawn_note, recorded_by_id, matter_id)
SELECT md5('basis' || i)::uuid, 'consent', 'Samordna stödet', ARRAY['need', 'own_view'], '', '', '', opened_at, expires_at,
       opened_at, '', (SELECT id FROM organisations_user ORDER BY username LIMIT 1), id
FROM bench_case WHERE leaves;

-- # samtyckenas mottagare
INSERT INTO individuals_basisscope (id, is_excluded, basis_id, unit_id, matter_id)
SELECT md5('scope' || i || unit)::uuid, false, md5('basis' || i)::uuid, unit, id
FROM bench_case, LATERAL (VALUES (first_id), (second_id)) AS called (unit) WHERE leaves AND unit IS NOT NULL;

-- # deltagande
INSERT INTO individuals_participant (id, role, since, end_reason, basis_id, matter_id, unit_id)
SELECT md5('initiator' || i)::uuid, 'initiator', opened_at, '', NULL, id, unit_id FROM bench_case
UNION ALL
SELECT md5('called' || i || unit)::uuid, 'called', opened_at + interval '1 hour', '', md5('basis' || i)::uuid, id, unit
FROM bench_case, LATERAL (VALUES (first_id), (second_id)) AS called (unit) WHERE leaves AND unit IS NOT NULL;

-- # rättigheter
INSERT INTO individuals_mattergroupobjectpermission (id, until, kind, content_object_id, group_id, permission_id,
    closed_at, next_due_at, opened_at)
SELECT md5('right' || i || ':' || holder)::uuid, until, 'sip', id, holder,
       (SELECT id FROM auth_permission WHERE codename = 'view_matter'), closed_at,
       CASE WHEN closed_at IS NULL THEN due_at END, opened_at
FROM bench_case, LATERAL (VALUES (group_id, NULL), (first_group, expires_at), (second_group, expires_at)) AS h (holder, until)
WHERE holder IS NOT NULL AND (leaves OR holder = group_id);

-- # samma rättigheter i den generiska tabellen
INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)
SELECT content_object_id, (SELECT id FROM django_content_type WHERE app_label = 'individuals' AND model = 'matter'),
       group_id, permission_id
FROM individuals_mattergroupobjectpermission;

-- # uppgifter
INSERT INTO individuals_piece (id, category, text, version, is_restricted, changed_at, matter_id, written_by_id)
SELECT md5('piece' || i)::uuid, 'need', 'Behöver samordnat stöd mellan skola, socialtjänst och vård.', 1, false, opened_at,
       id, unit_id
FROM bench_case;

-- # utlämnanden
INSERT INTO individuals_disclosure (id, piece_version, category, at, basis_id, by_id, from_authority_id, from_unit_id,
    to_unit_id, matter_id, piece_id)
SELECT md5('given' || i || unit)::uuid, 1, 'need', opened_at + interval '1 hour', md5('basis' || i)::uuid,
       (SELECT id FROM organisations_user ORDER BY username LIMIT 1), authority_id, unit_id, unit, id,
       md5('piece' || i)::uuid
FROM bench_case, LATERAL (VALUES (first_id), (second_id)) AS called (unit) WHERE leaves AND unit IS NOT NULL;

-- # kallelser
INSERT INTO sip_call (id, reason, state, version, changed_at, called_at, acknowledged_at, acknowledged_by_id,
    redirect_reason, unit_id, case_id)
SELECT md5('call' || i || unit)::uuid, 'Bedöma behovet',
       CASE WHEN state IN ('acknowledged', 'contacted', 'closed') THEN 'acknowledged' ELSE 'called' END, 1, opened_at,
       CASE WHEN leaves THEN opened_at + interval '1 hour' END,
       CASE WHEN state IN ('acknowledged', 'contacted', 'closed') THEN opened_at + interval '5 hours' END,
       CASE WHEN state IN ('acknowledged', 'contacted', 'closed')
            THEN (SELECT id FROM organisations_user ORDER BY username LIMIT 1) END,
       '', unit, id
FROM bench_case, LATERAL (VALUES (first_id), (second_id)) AS called (unit) WHERE unit IS NOT NULL;

-- # handläggare
INSERT INTO sip_carrier (id, case_id, unit_id, user_id, since_at, given_by_id, reason)
SELECT md5('carrier' || i || works.unit_id)::uuid, id, works.unit_id, works.user_id, opened_at, works.user_id, ''
FROM bench_case, LATERAL (VALUES (unit_id, true), (first_id, false), (second_id, false)) AS taking_part (unit, began)
JOIN (
    SELECT DISTINCT ON (unit_id) unit_id, user_id FROM organisations_assignment
    WHERE role = 'caseworker' ORDER BY unit_id, user_id
) works ON works.unit_id = taking_part.unit
WHERE closed_at IS NULL AND (began OR state IN ('acknowledged', 'contacted'));

-- # frister
INSERT INTO deadlines_clock (id, kind, label, subject, term_value, term_unit, term_source, started_at, due_at,
    stage_names, stage_times, stage, next_at, pause_reason, stop_reason, parked_reason, matter_id, unit_id)
SELECT md5('clock' || i)::uuid, 'sip.follow_up', 'Uppföljning av SIP', id, 3, 'months', '4.1', opened_at, due_at,
       ARRAY['due', 'manager'], ARRAY[due_at, due_at + interval '60 days'], 0, due_at, '', '', '', id, unit_id
FROM bench_case;

-- # städning
DROP TABLE bench_case, bench_person;
