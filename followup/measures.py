"""The measures that indicators are made of: each is counted once, here, from the chapters' tables (FUP-2, FUP-6).

The SQL runs inside one function of the database, with its owner's rights, that only the background role may call. It
hands out sums: no row of its answer points at a person or a case. A pack names measures by their keys; the relations
between measures are what the keeping back of small numbers must know.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """`is_amount`: the sum of an amount (days), not a number of cases."""

    key: str
    words: str
    is_amount: bool = False


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("sip_sent", "SIP där initieringen skickades"),
        Measure("first_contacts_due", "SIP där första kontakten är tagen eller fristen har gått ut"),
        Measure("first_contacts_in_time", "SIP där första kontakten togs inom fristen"),
        Measure("first_contacts_made", "SIP där första kontakten är tagen"),
        Measure("days_to_first_contact", "dagar från behov till första kontakt", is_amount=True),
        Measure("deviations", "avvikelser som gruppen har fått"),
        Measure("disputes", "tvister som har öppnats"),
        Measure("disputes_settled", "tvister som har lösts"),
        Measure("disputes_at_top", "tvister som har nått den högsta nivån"),
        Measure("days_to_settlement", "dagar från öppnad tvist till lösning", is_amount=True),
    )
}

PARTS_OF = {
    "sip_sent": ("first_contacts_due", "not_yet_due"),
    "first_contacts_due": ("first_contacts_in_time", "late_contacts"),
    "first_contacts_made": ("first_contacts_in_time", "made_late"),
    "late_contacts": ("made_late", "never_made"),
}
"""Whole → its parts. Parts that are no measures are never shown, but must not come out of a subtraction either."""

SPLITS_ADD_UP = ("sex", "age")
"""Splits where everybody is in one part. In target groups somebody may be in two (§ 4.8)."""

PARTS: dict[str, dict[str, str]] = {
    "sex": {"female": "Kvinnor och flickor", "male": "Män och pojkar", "unknown": "Uppgift om kön saknas"},
    "age": {
        "0-12": "0–12 år",
        "13-17": "13–17 år",
        "18-20": "18–20 år",
        "21-64": "21–64 år",
        "65-": "65 år och äldre",
        "unknown": "Uppgift om ålder saknas",
    },
}

SIP_ROWS = """
    SELECT matter.agreement_id, sip.target_groups, matter.initiator_id AS unit_id,
           coalesce(CASE WHEN home.kind = 'municipality' THEN home.id END, called.huvudman_id) AS municipality_id,
           extract(year FROM sip.sent_at AT TIME ZONE 'Europe/Stockholm')::int AS year,
           person.sex,
           CASE WHEN person.born_on IS NULL THEN 'unknown'
                ELSE (ARRAY['0-12', '13-17', '18-20', '21-64', '65-'])[1 + width_bucket(
                     extract(year FROM age((sip.sent_at AT TIME ZONE 'Europe/Stockholm')::date, person.born_on))::int,
                     ARRAY[13, 18, 21, 65])] END AS age,
           sip.contacted_at, clock.due_at,
           extract(epoch FROM sip.contacted_at - sip.need_noticed_at) / 86400 AS days
      FROM sip_sipcase sip
      JOIN individuals_matter matter ON matter.id = sip.matter_id
      JOIN individuals_person person ON person.id = matter.person_id
      JOIN organisations_unit unit ON unit.id = matter.initiator_id
      JOIN organisations_authority authority ON authority.id = unit.authority_id
      JOIN organisations_huvudman home ON home.id = authority.huvudman_id
      LEFT JOIN (SELECT DISTINCT ON (one.case_id) one.case_id, a.huvudman_id
                   FROM sip_call one
                   JOIN organisations_unit u ON u.id = one.unit_id
                   JOIN organisations_authority a ON a.id = u.authority_id
                   JOIN organisations_huvudman h ON h.id = a.huvudman_id AND h.kind = 'municipality'
                  ORDER BY one.case_id, one.called_at, one.id) called ON called.case_id = sip.matter_id
      LEFT JOIN (SELECT matter_id, max(due_at) AS due_at FROM deadlines_clock
                  WHERE kind = 'sip.first_contact' GROUP BY matter_id) clock ON clock.matter_id = sip.matter_id
     WHERE sip.sent_at IS NOT NULL
"""

_MEASURED = """
    SELECT agreement_id, target_groups, unit_id, municipality_id, year, sex, age, count(*) AS sip_sent,
           count(*) FILTER (WHERE contacted_at IS NOT NULL OR due_at <= at) AS first_contacts_due,
           count(*) FILTER (WHERE contacted_at <= due_at) AS first_contacts_in_time,
           count(contacted_at) AS first_contacts_made,
           coalesce(sum(days), 0) AS days_to_first_contact
      FROM ({rows}) each_case
     GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

_COUNTED = ("sip_sent", "first_contacts_due", "first_contacts_in_time", "first_contacts_made")
_AS_ROWS = ", ".join([*(f"('{key}', {key}::bigint, 0::float8)" for key in _COUNTED),
                      "('days_to_first_contact', 0::bigint, days_to_first_contact::float8)"])  # fmt: skip

SIP_FACTS = f"""
CREATE FUNCTION portal_sip_facts(at timestamptz)
RETURNS TABLE (measure text, unit_id uuid, municipality_id uuid, coordination text, year integer, split text,
               part text, how_many bigint, amount float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH measured AS MATERIALIZED ({_MEASURED.format(rows=SIP_ROWS)}),
    named AS (
        SELECT measured.*, one.measure, one.how_many, one.amount
          FROM measured CROSS JOIN LATERAL (VALUES {_AS_ROWS}) AS one (measure, how_many, amount)
    ),
    followed AS (
        SELECT named.*, target.coordination, array_agg(target.key) AS keys
          FROM named JOIN agreements_targetgroup target
            ON target.agreement_id = named.agreement_id AND target.key = ANY (named.target_groups)
         WHERE named.municipality_id IS NOT NULL
         GROUP BY named.agreement_id, named.target_groups, named.unit_id, named.municipality_id, named.year, named.sex,
                  named.age, named.sip_sent, named.first_contacts_due, named.first_contacts_in_time,
                  named.first_contacts_made, named.days_to_first_contact, named.measure, named.how_many, named.amount,
                  target.coordination
    )
    SELECT named.measure, named.unit_id, NULL::uuid, '', named.year, '', '', sum(how_many)::bigint, sum(amount)
      FROM named GROUP BY 1, 2, 5
    UNION ALL
    SELECT f.measure, NULL, f.municipality_id, f.coordination, f.year, split.split, split.part,
           sum(f.how_many)::bigint, sum(f.amount)
      FROM followed f
      CROSS JOIN LATERAL (
           VALUES ('', ''), ('sex', f.sex), ('age', f.age)
           UNION ALL SELECT 'target_group', key FROM unnest(f.keys) AS key) AS split (split, part)
     GROUP BY 1, 3, 4, 5, 6, 7
$$;
REVOKE ALL ON FUNCTION portal_sip_facts(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_sip_facts(timestamptz) TO portal_jobs;
"""
"""Sums of the SIP chapter: by unit (its own managers' figures), and by municipality and kind of group."""

DROP_SIP_FACTS = "DROP FUNCTION portal_sip_facts(timestamptz)"

DISPUTE_FACTS = """
CREATE FUNCTION portal_dispute_facts(at timestamptz)
RETURNS TABLE (measure text, unit_id uuid, municipality_id uuid, coordination text, year integer, split text,
               part text, how_many bigint, amount float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH measured AS (
        SELECT d.municipality_id, d.coordination,
               extract(year FROM d.opened_at AT TIME ZONE 'Europe/Stockholm')::int AS year, count(*) AS disputes,
               count(*) FILTER (WHERE d.state = 'settled') AS disputes_settled,
               count(*) FILTER (WHERE level.is_final) AS disputes_at_top,
               coalesce(sum(extract(epoch FROM d.ended_at - d.opened_at) / 86400)
                        FILTER (WHERE d.state = 'settled'), 0)::float8 AS days_to_settlement
          FROM disputes_dispute d JOIN agreements_disputelevel level ON level.id = d.level_id
         WHERE d.municipality_id IS NOT NULL AND d.opened_at <= at
         GROUP BY 1, 2, 3
    )
    SELECT one.measure, NULL::uuid, m.municipality_id, m.coordination, m.year, '', '', one.how_many, one.amount
      FROM measured m
      CROSS JOIN LATERAL (VALUES ('disputes', m.disputes, 0::float8), ('disputes_settled', m.disputes_settled, 0),
           ('disputes_at_top', m.disputes_at_top, 0), ('days_to_settlement', 0, m.days_to_settlement))
           AS one (measure, how_many, amount)
$$;
REVOKE ALL ON FUNCTION portal_dispute_facts(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_dispute_facts(timestamptz) TO portal_jobs;
"""
"""Sums of the disputes. A dispute holds nothing about a person, and what is counted is disputes."""

DROP_DISPUTE_FACTS = "DROP FUNCTION portal_dispute_facts(timestamptz)"
DEVIATION_FACTS = """
CREATE FUNCTION portal_deviation_facts(at timestamptz)
RETURNS TABLE (measure text, unit_id uuid, municipality_id uuid, coordination text, year integer, split text,
               part text, how_many bigint, amount float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'deviations', NULL::uuid, g.municipality_id, CASE g.kind WHEN 'ssgb' THEN 'children' ELSE 'adults' END,
           extract(year FROM d.received_on)::int, '', '', count(*), 0::float8
      FROM deviations_shareddeviation d JOIN organisations_coordinationgroup g ON g.id = d.group_id
     WHERE g.municipality_id IS NOT NULL AND d.received_on <= (at AT TIME ZONE 'Europe/Stockholm')::date
     GROUP BY g.municipality_id, g.kind, extract(year FROM d.received_on)
$$;
REVOKE ALL ON FUNCTION portal_deviation_facts(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_deviation_facts(timestamptz) TO portal_jobs;
"""
"""De-identified deviations that a group has received, by the year it received them."""

DROP_DEVIATION_FACTS = "DROP FUNCTION portal_deviation_facts(timestamptz)"
SOURCES = ["portal_sip_facts", "portal_dispute_facts", "portal_deviation_facts"]
"""Functions that the job asks, one per chapter."""
