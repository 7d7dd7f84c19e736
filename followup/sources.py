"""The functions of the database that count: one for each kind of event, all of the same form (FUP-2, FUP-6).

Each runs with its owner's rights and only the background role may call it. It hands out sums: no row of its answer
points at a person or a case. A row with a unit is that unit's own sum, for its managers; one with a municipality is
what the groups and the board are told.
"""

# ruff: noqa: S608  Only our own constants are put together here, nothing that anybody types.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followup.measures import MEASURES

ANSWER = """RETURNS TABLE (measure text, unit_id uuid, municipality_id uuid, coordination text, year integer,
               split text, part text, how_many bigint, amount float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"""

YEAR = "extract(year FROM {} AT TIME ZONE 'Europe/Stockholm')::int AS year"
AGE = """CASE WHEN person.born_on IS NULL THEN 'unknown'
                ELSE (ARRAY['0-12', '13-17', '18-20', '21-64', '65-'])[1 + width_bucket(
                     extract(year FROM age(({} AT TIME ZONE 'Europe/Stockholm')::date, person.born_on))::int,
                     ARRAY[13, 18, 21, 65])] END AS age"""
"""Age on the day of what is counted."""


@dataclass(frozen=True, slots=True)
class Source:
    """A function: `rows` gives one row per event, with agreement, target groups, unit, municipality, year, sex, age.

    `measures`: key of a measure → the SQL that counts it, or sums it when it is an amount, over those rows.
    """

    name: str
    rows: str
    measures: dict[str, str]

    @property
    def create(self) -> str:
        counted = ",\n           ".join(f"{sql} AS {key}" for key, sql in self.measures.items())
        as_rows = ", ".join(
            f"('{key}', 0::bigint, {key}::float8)"
            if MEASURES[key].is_amount
            else f"('{key}', {key}::bigint, 0::float8)"
            for key in self.measures
        )
        return f"""
CREATE FUNCTION {self.name}(at timestamptz)
{ANSWER} AS $$
    WITH measured AS MATERIALIZED (
    SELECT agreement_id, target_groups, unit_id, municipality_id, year, sex, age,
           {counted}
      FROM ({self.rows}) each_one
     GROUP BY 1, 2, 3, 4, 5, 6, 7),
    named AS (
        SELECT measured.*, one.measure, one.how_many, one.amount
          FROM measured CROSS JOIN LATERAL (VALUES {as_rows}) AS one (measure, how_many, amount)
    )
    SELECT named.measure, named.unit_id, NULL::uuid, '', named.year, '', '', sum(how_many)::bigint, sum(amount)
      FROM named WHERE named.unit_id IS NOT NULL GROUP BY 1, 2, 5
    UNION ALL
    SELECT n.measure, NULL, n.municipality_id, followed.coordination, n.year, split.split, split.part,
           sum(n.how_many)::bigint, sum(n.amount)
      FROM named n
      CROSS JOIN LATERAL (SELECT target.coordination, array_agg(target.key) AS keys FROM agreements_targetgroup target
                           WHERE target.agreement_id = n.agreement_id AND target.key = ANY (n.target_groups)
                           GROUP BY target.coordination) followed
      CROSS JOIN LATERAL (
           SELECT '' AS split, '' AS part
           UNION ALL SELECT 'sex', n.sex WHERE n.sex <> ''
           UNION ALL SELECT 'age', n.age WHERE n.age <> ''
           UNION ALL SELECT 'target_group', key FROM unnest(followed.keys) AS key) split
     WHERE n.municipality_id IS NOT NULL
     GROUP BY 1, 3, 4, 5, 6, 7
$$;
{rights(self.name)}"""

    @property
    def drop(self) -> str:
        return f"DROP FUNCTION {self.name}(timestamptz)"


def _as_count_and_amount(key: str) -> str:
    return f"0::bigint, {key}::float8" if MEASURES[key].is_amount else f"{key}::bigint, 0::float8"


def rights(name: str) -> str:
    return f"""REVOKE ALL ON FUNCTION {name}(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}(timestamptz) TO portal_jobs;
"""


_UNIT = """JOIN organisations_unit unit ON unit.id = matter.initiator_id
      JOIN organisations_authority authority ON authority.id = unit.authority_id
      JOIN organisations_huvudman home ON home.id = authority.huvudman_id"""

_CASE = f"""JOIN individuals_matter matter ON matter.id = sip.matter_id
      JOIN individuals_person person ON person.id = matter.person_id
      {_UNIT}
      LEFT JOIN (SELECT DISTINCT ON (one.case_id) one.case_id, a.huvudman_id
                   FROM sip_call one
                   JOIN organisations_unit u ON u.id = one.unit_id
                   JOIN organisations_authority a ON a.id = u.authority_id
                   JOIN organisations_huvudman h ON h.id = a.huvudman_id AND h.kind = 'municipality'
                  ORDER BY one.case_id, one.called_at, one.id) called ON called.case_id = sip.matter_id"""
"""The municipality of a case: the one that initiated it or, when the region did, the first one called."""


def _of_case(day: str) -> str:
    return f"""matter.agreement_id, sip.target_groups, matter.initiator_id AS unit_id,
           coalesce(CASE WHEN home.kind = 'municipality' THEN home.id END, called.huvudman_id) AS municipality_id,
           {YEAR.format(day)}, person.sex,
           {AGE.format(day)}"""


SIP = Source(
    "portal_sip_facts",
    f"""
    SELECT {_of_case("sip.sent_at")}, sip.contacted_at, clock.due_at,
           extract(epoch FROM sip.contacted_at - sip.need_noticed_at) / 86400 AS days
      FROM sip_sipcase sip
      {_CASE}
      LEFT JOIN (SELECT matter_id, max(due_at) AS due_at FROM deadlines_clock
                  WHERE kind = 'sip.first_contact' GROUP BY matter_id) clock ON clock.matter_id = sip.matter_id
     WHERE sip.sent_at IS NOT NULL
""",
    {
        "sip_sent": "count(*)",
        "first_contacts_due": "count(*) FILTER (WHERE contacted_at IS NOT NULL OR due_at <= at)",
        "first_contacts_in_time": "count(*) FILTER (WHERE contacted_at <= due_at)",
        "first_contacts_made": "count(contacted_at)",
        "days_to_first_contact": "coalesce(sum(days), 0)",
    },
)
"""Initiated SIPs, by the day the call was sent."""

MEETINGS = Source(
    "portal_sip_meeting_facts",
    f"""
    SELECT {_of_case("meeting.starts_at")},
           EXISTS (SELECT 1 FROM sip_attendee who JOIN sip_meetingguest guest ON guest.id = who.guest_id
                    WHERE who.meeting_id = meeting.id AND guest.kind = 'person') AS with_person
      FROM sip_meeting meeting
      JOIN sip_sipcase sip ON sip.matter_id = meeting.case_id
      {_CASE}
     WHERE meeting.state = 'held'
""",
    {
        "sip_meetings": "count(*)",
        "sip_meetings_with_person": "count(*) FILTER (WHERE with_person)",
    },
)
"""SIP meetings that took place, by the day they were held."""

PLANS = Source(
    "portal_plan_facts",
    f"""
    SELECT {_of_case("plan.established_at")}
      FROM (SELECT case_id, min(established_at) AS established_at FROM sip_plan
             WHERE established_at IS NOT NULL GROUP BY case_id) plan
      JOIN sip_sipcase sip ON sip.matter_id = plan.case_id
      {_CASE}
""",
    {"plans_established": "count(*)"},
)
"""Persons who got their first plan, by the day it was established: later versions are the same plan."""

FOLLOW_UPS = Source(
    "portal_plan_follow_up_facts",
    f"""
    SELECT {_of_case("clock.counts_on")}, clock.is_in_time
      FROM (SELECT matter_id, least(stopped_at, due_at - interval '1 microsecond') AS counts_on,
                   stop_reason = 'followed up' AND stopped_at <= due_at AS is_in_time
              FROM deadlines_clock
             WHERE kind = 'sip.follow_up'
               AND (stop_reason = 'followed up' OR due_at <= coalesce(stopped_at, at))) clock
      JOIN sip_sipcase sip ON sip.matter_id = clock.matter_id
      {_CASE}
""",
    {"follow_ups_due": "count(*)", "follow_ups_in_time": "count(*) FILTER (WHERE is_in_time)"},
)
"""Follow-ups of plans, made or missed: by the day they were made or, if later, the last day in time."""

RATINGS = Source(
    "portal_rating_facts",
    """
    SELECT (SELECT party.agreement_id FROM agreements_agreementparty party
              JOIN agreements_agreement agreement ON agreement.id = party.agreement_id
              JOIN agreements_targetgroup target ON target.agreement_id = agreement.id
             WHERE party.huvudman_id = rating.municipality_id AND target.key = ANY (rating.target_groups)
             ORDER BY agreement.valid_from <= make_date(rating.year, 12, 31) DESC, agreement.valid_from DESC
             LIMIT 1) AS agreement_id,
           rating.target_groups, NULL::uuid AS unit_id, rating.municipality_id, rating.year::int AS year,
           '' AS sex, '' AS age, rating.participation, rating.clarity, rating.usefulness
      FROM sip_rating rating
     WHERE rating.year < extract(year FROM at AT TIME ZONE 'Europe/Stockholm')
""",
    {
        "ratings": "count(*)",
        "rating_participation": "sum(participation)",
        "rating_clarity": "sum(clarity)",
        "rating_usefulness": "sum(usefulness)",
    },
)
"""Persons' own ratings. Of years that are over only: else the step from one day to the next is one person's answer."""

_PLACED = f"""JOIN individuals_matter matter ON matter.id = placement.matter_id
      JOIN individuals_person person ON person.id = matter.person_id
      {_UNIT}"""


def _of_placement(day: str) -> str:
    return f"""matter.agreement_id, placement.target_groups, matter.initiator_id AS unit_id,
           CASE WHEN home.kind = 'municipality' THEN home.id END AS municipality_id,
           {YEAR.format(day)}, person.sex,
           {AGE.format(day)}"""


_LOCAL = "({} AT TIME ZONE 'Europe/Stockholm')::date"

PLACEMENTS = Source(
    "portal_placement_facts",
    f"""
    SELECT {_of_placement("placement.started_at")}, placement.is_acute,
           placement.agreement_needed = 'yes' AS is_needed, signed.first_at <= placement.started_at AS is_before,
           greatest(0, {_LOCAL.format("coalesce(signed.first_at, placement.ended_at, at)")}
                       - {_LOCAL.format("placement.started_at")}) AS days
      FROM placements_placement placement
      {_PLACED}
      LEFT JOIN (SELECT placement_id, min(in_force_at) AS first_at FROM placements_ansvarsforbindelse
                  GROUP BY placement_id) signed ON signed.placement_id = placement.matter_id
     WHERE placement.started_at IS NOT NULL
""",
    {
        "placements_started": "count(*)",
        "agreements_needed": "count(*) FILTER (WHERE is_needed)",
        "agreements_before_start": "count(*) FILTER (WHERE is_needed AND is_before)",
        "acute_agreements_needed": "count(*) FILTER (WHERE is_needed AND is_acute)",
        "days_without_agreement": "coalesce(sum(days) FILTER (WHERE is_needed AND is_acute), 0)",
    },
)
"""Placements, by the day they began. Whole days, so that the sums change at midnight only."""

PLACEMENT_ENDS = Source(
    "portal_placement_end_facts",
    f"""
    SELECT {_of_placement("placement.ended_at")},
           EXISTS (SELECT 1 FROM placements_followup one WHERE one.placement_id = placement.matter_id
                      AND one.kind = 'after_unplanned' AND one.with_medical_party) AS is_followed_up
      FROM placements_placement placement
      {_PLACED}
     WHERE placement.end_kind = 'unplanned'
""",
    {"unplanned_ends": "count(*)", "unplanned_ends_followed_up": "count(*) FILTER (WHERE is_followed_up)"},
)
"""Placements that ended otherwise than planned, by the day they ended."""


@dataclass(frozen=True, slots=True)
class Written:
    """A function of another form: what it counts are no persons."""

    name: str
    body: str

    @property
    def create(self) -> str:
        return f"CREATE FUNCTION {self.name}(at timestamptz)\n{ANSWER} AS $${self.body}$$;\n{rights(self.name)}"

    @property
    def drop(self) -> str:
        return f"DROP FUNCTION {self.name}(timestamptz)"


DISPUTES = Written(
    "portal_dispute_facts",
    """
    WITH each_one AS (
        SELECT d.municipality_id, d.coordination,
               extract(year FROM d.opened_at AT TIME ZONE 'Europe/Stockholm')::int AS year, level.key AS level,
               level.is_final, d.state = 'settled' AS is_settled,
               extract(epoch FROM d.ended_at - d.opened_at) / 86400 AS days
          FROM disputes_dispute d JOIN agreements_disputelevel level ON level.id = d.level_id
         WHERE d.municipality_id IS NOT NULL AND d.opened_at <= at
    )
    SELECT one.measure, NULL::uuid, m.municipality_id, m.coordination, m.year, m.split, m.part, one.how_many, one.amount
      FROM (SELECT e.municipality_id, e.coordination, e.year, split.split, split.part, count(*) AS disputes,
                   count(*) FILTER (WHERE e.is_settled) AS settled, count(*) FILTER (WHERE e.is_final) AS at_top,
                   coalesce(sum(e.days) FILTER (WHERE e.is_settled), 0)::float8 AS days
              FROM each_one e CROSS JOIN LATERAL (VALUES ('', ''), ('level', e.level)) AS split (split, part)
             GROUP BY 1, 2, 3, 4, 5) m
      CROSS JOIN LATERAL (VALUES ('disputes', m.disputes, 0::float8), ('disputes_settled', m.settled, 0),
           ('disputes_at_top', m.at_top, 0), ('days_to_settlement', 0, m.days))
           AS one (measure, how_many, amount)
""",
)
"""Disputes, by the day they were opened and the level they have reached."""

DEVIATIONS = Written(
    "portal_deviation_facts",
    """
    SELECT 'deviations', NULL::uuid, g.municipality_id, CASE g.kind WHEN 'ssgb' THEN 'children' ELSE 'adults' END,
           extract(year FROM d.received_on)::int, split.split, split.part, count(*), 0::float8
      FROM deviations_shareddeviation d JOIN organisations_coordinationgroup g ON g.id = d.group_id
      JOIN agreements_provision provision ON provision.id = d.provision_id
      CROSS JOIN LATERAL (VALUES ('', ''), ('provision', provision.number)) AS split (split, part)
     WHERE g.municipality_id IS NOT NULL AND d.received_on <= (at AT TIME ZONE 'Europe/Stockholm')::date
     GROUP BY g.municipality_id, g.kind, extract(year FROM d.received_on), split.split, split.part
""",
)
"""De-identified deviations that a group has received, by the day it received them and the provision."""

SOURCES: Sequence[Source | Written] = (
    SIP, MEETINGS, PLANS, FOLLOW_UPS, RATINGS, PLACEMENTS, PLACEMENT_ENDS, DISPUTES, DEVIATIONS,
)  # fmt: skip
"""Functions that the job asks."""
