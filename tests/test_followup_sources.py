"""Each function that counts, against what real actions did (FUP-6): one event, one count, in its year and place."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from core.acting import acting
from followup.measures import MEASURES, PARTS_OF
from followup.sources import SOURCES
from organisations.models import Huvudman
from sip import actions as sip
from sip.kinds import GuestKind
from sip.models import Rating
from tests import build_meeting, build_placements, build_plan
from tests.conftest import NOW, actor, as_jobs, as_owner, unit

pytestmark = pytest.mark.django_db


def counted(at: datetime, place: UUID | None = None, split: str = "", part: str = "") -> dict[str, float]:
    """Everything that is counted at a time: measure → number, or amount, of one place (or of all)."""
    found: dict[str, float] = {}
    with as_jobs(), connection.cursor() as cursor:
        for source in SOURCES:
            cursor.execute(
                f"SELECT measure, sum(how_many + amount) FROM {source.name}(%s) WHERE municipality_id IS NOT NULL"
                " AND split = %s AND part = %s AND (%s::uuid IS NULL OR municipality_id = %s) GROUP BY 1",
                [at, split, part, place, place],
            )
            found |= {key: float(value) for key, value in cursor.fetchall()}
    return found


def test_fup6_a_plan_is_counted_once_and_its_follow_up_when_it_is_made() -> None:
    case = build_plan.planned()
    later = NOW + timedelta(days=1)
    assert counted(later)["plans_established"] == 1
    assert counted(later, unit(build_plan.build.INITIATOR).authority.huvudman_id)["plans_established"] == 1
    assert "follow_ups_due" not in counted(later)
    build_plan.followed_up(case)
    assert counted(later)["follow_ups_due"] == counted(later)["follow_ups_in_time"] == 1
    # The next one is missed: due, and not in time.
    missed = counted(NOW + timedelta(days=200))
    assert (missed["follow_ups_due"], missed["follow_ups_in_time"]) == (2, 1)


def test_fup6_a_later_version_is_the_same_plan() -> None:
    build_plan.revised()
    assert counted(NOW + timedelta(days=1))["plans_established"] == 1


def test_fup6_meetings_that_were_held_and_whether_the_person_was_there() -> None:
    met = build_meeting.call()
    assert "sip_meetings" not in counted(NOW)
    by = actor(build_meeting.build.INITIATOR)
    with acting(by, met.ends_at):
        person = met.guests.get(kind=GuestKind.PERSON)
        names = {unit(key).pk: "Någon" for key in (build_meeting.build.INITIATOR, build_meeting.build.CALLED)}
        sip.hold(meeting_id=met.pk, present=names, guests=[person.pk], by=by, now=met.ends_at)
    found = counted(met.ends_at + timedelta(days=1))
    assert (found["sip_meetings"], found["sip_meetings_with_person"]) == (1, 1)


def test_fup6_placements_their_agreements_and_their_ends() -> None:
    build_placements.ended()
    found = counted(NOW + timedelta(days=1))
    assert (found["placements_started"], found["agreements_needed"], found["agreements_before_start"]) == (1, 1, 1)
    assert (found["unplanned_ends"], found["unplanned_ends_followed_up"]) == (1, 0)
    assert found["acute_agreements_needed"] == found["days_without_agreement"] == 0


def test_fup6_days_without_an_agreement_grow_with_whole_days_while_it_is_missing() -> None:
    placement = build_placements.acute()
    with as_owner():
        type(placement).objects.filter(pk=placement.pk).update(agreement_needed="yes")
    assert counted(NOW + timedelta(days=10))["days_without_agreement"] == 10
    assert counted(NOW + timedelta(days=10, minutes=1)) == counted(NOW + timedelta(days=10))


def test_fup6_ratings_are_counted_when_their_year_is_over() -> None:
    with as_owner():
        Rating.objects.bulk_create(
            Rating(
                year=year, municipality=Huvudman.objects.get(key="falkenberg"), target_groups=["children"],
                reader="self", participation=3, clarity=4, usefulness=2,
            )
            for year in (NOW.year - 1, NOW.year)
        )  # fmt: skip
    found = counted(NOW)
    assert (found["ratings"], found["rating_participation"], found["rating_clarity"]) == (1, 3, 4)


def test_fup6_every_measure_has_one_source_and_every_share_a_whole() -> None:
    counts = [key for source in SOURCES for key in getattr(source, "measures", ())]
    assert len(counts) == len(set(counts))
    assert set(counts) | {"deviations", "disputes", "disputes_settled", "disputes_at_top", "days_to_settlement"} == set(
        MEASURES
    )
    tied = {(part, whole) for whole, *parts in PARTS_OF for part in parts}
    for measure in MEASURES.values():
        for whole in measure.per:
            shares_persons = measure.of_persons and not measure.is_amount
            # A share whose rest is no known quantity would be a hole in the keeping back of small numbers.
            assert not shares_persons or (measure.key, whole) in tied, measure.key
