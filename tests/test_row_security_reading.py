"""The second wall: who sees which rows of a portal where most things have happened.

Tables with personal data are derived from the models, so that a new one without rows to hide fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from core.acting import Actor, acting
from core.grants import privileges
from disputes.actions import enclose
from individuals import documents
from individuals.models import DocumentCopy, FiledCopy, Matter
from organisations.acting import actor_for
from organisations.kinds import MATTER_ROLES, Role
from organisations.models import Assignment, User
from sip import actions, ratings
from sip.kinds import RatingReader
from tests import build, build_disputes, build_meeting, build_placements, build_plan, deviating
from tests.conftest import NOW, actor, as_jobs, as_owner, unit
from tests.rowsecurity import personal_tables, refused, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def full_of_data(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Made once for all questions; each question is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_data()
        yield
        transaction.set_rollback(True)


def make_data() -> None:
    """Cases that have been through most things: handed over, acknowledged, met; and one at another municipality."""
    case, centre = build.sent(), actor(build.CALLED)
    call = build.the_call(case, centre)
    with acting(centre, NOW):
        actions.redirect(call_id=call.pk, to_unit=unit("bup-halmstad"), reason="Hör dit", by=centre, now=NOW)
    build.sent(actor("laholm-socialtjanst-barn"))
    met = build_meeting.noted(build_meeting.held(build_meeting.call(build.contacted(number="20100315-2392"))))
    with acting(actor(build.INITIATOR), NOW) as by:
        actions.note_other_plan(case_id=met.case_id, kind="opt", kept_in="Akten", since_on=NOW.date(), by=by, now=NOW)
    with acting(bup := actor("bup-halmstad"), NOW):
        of_plan: dict[str, Any] = {"matter": case.matter, "kind": "plan", "version": 1, "by": bup, "now": NOW}
        documents.keep(content=b"%PDF", for_filing=True, **of_plan)
        documents.confirm_filed(title="Planen", **of_plan)
    build_placements.full_of_data()
    plan = build_plan.planned(initiator="falkenberg-socialtjanst-barn", school_key="falkenberg-elevhalsa")
    build_plan.followed_up(plan)
    with acting(plan.lead, plan.now):
        ratings.code_for(plan=plan.plan(), reader=RatingReader.SELF)
    plan.run(plan.lead, actions.offer_lead, case_id=plan.pk, to_unit=unit("falkenberg-elevhalsa"), reason="Närmast")
    with acting(build_disputes.manager(), NOW):
        matter = Matter.objects.get(pk=case.pk)
    deviating.everywhere(matter)
    dispute = build_disputes.opened(matter=matter, details="Gäller behandlingen i ärendet.", arose_from="sip")
    with acting(by := build_disputes.manager(), NOW):
        enclose(dispute_id=dispute.pk, name="underlag.txt", content=b"Underlag", of_the_case=True, by=by, now=NOW)


def test_wall1_without_an_actor_the_app_sees_no_row() -> None:
    for table in personal_tables():
        assert rows(f'SELECT * FROM "{table}" LIMIT 1') == [], table
    with as_owner():
        empty = {table for table in personal_tables() if not rows(f'SELECT 1 FROM "{table}" LIMIT 1')}
    assert empty <= {"individuals_piecereader", "core_readlog"}, "the test needs rows to hide"


def someone(role: Role, unit_key: str = build.INITIATOR) -> Actor:
    """An assignment of that role at the unit."""
    place = unit(unit_key)
    found = Assignment.objects.filter(unit=place, role=role).first()
    if found is None:
        user = User.objects.create(username=f"{role}-{unit_key}", huvudman=place.authority.huvudman)
        found = Assignment.objects.create(user=user, unit=place, role=role, starts_on=NOW.date() - timedelta(days=30))
    return actor_for(Assignment.objects.select_related("user", "unit__authority__huvudman").get(pk=found.pk))


@pytest.mark.parametrize("role", [role for role in Role if role not in MATTER_ROLES])
def test_wall1_a_role_without_matters_sees_no_row_even_at_the_initiating_unit(role: Role) -> None:
    with acting(someone(role), NOW):
        # Reviewers read the log of reads; messages that could not be sent wait for the staff. Neither names a person.
        for table in personal_tables() - {"core_readlog", "core_message"}:
            # Those who follow a dispute see when its next step falls due: such a clock is of no matter.
            of_matters = "WHERE matter_id IS NOT NULL" if table == "deadlines_clock" else ""
            assert rows(f'SELECT * FROM "{table}" {of_matters} LIMIT 1') == [], table


def test_org2_another_unit_of_the_same_authority_sees_no_row() -> None:
    neighbours = ("hylte-elevhalsa", "hylte-socialtjanst-vuxna", "laholm-elevhalsa", "bup-varberg")
    for username in neighbours:
        with acting(actor(username), NOW):
            for table in personal_tables() - {"core_message"}:
                assert rows(f'SELECT * FROM "{table}" LIMIT 1') == [], (username, table)


def test_the_background_role_reaches_clocks_and_messages_but_no_person() -> None:
    reachable = set(privileges()["portal_jobs"]) & personal_tables()
    assert reachable == {"core_changelog", "core_readlog", "core_message", "deadlines_clock"}
    with as_jobs():
        assert rows("SELECT 1 FROM deadlines_clock LIMIT 1")
    for table in personal_tables() - reachable:
        with as_jobs(), refused("permission denied"):
            rows(f'SELECT 1 FROM "{table}"')


def test_ind10_what_a_unit_prints_is_its_own_affair_and_its_receipt_everybodys() -> None:
    with acting(actor("bup-halmstad"), NOW):
        assert len(rows("SELECT 1 FROM individuals_documentcopy")) == 1
    with acting(actor(build.INITIATOR), NOW):
        assert rows("SELECT 1 FROM individuals_documentcopy") == []
        assert rows("SELECT kind, version FROM individuals_filedcopy") == [("plan", 1)]


def test_ind10_no_receipt_for_a_copy_that_was_never_made_and_none_in_anothers_name() -> None:
    with acting(bup := actor("bup-halmstad"), NOW):
        copy = DocumentCopy.objects.get()
        receipt: dict[str, Any] = {"matter_id": copy.matter_id, "kind": "plan", "copy": copy}
        receipt |= {"filed_at": NOW, "filed_by_id": bup.user_id}
        with refused("no copy of this was made"):
            FiledCopy.objects.create(unit_id=bup.unit_id, version=2, **receipt)
        with refused("no copy of this was made", "row-level security"):
            FiledCopy.objects.create(unit=unit(build.INITIATOR), version=1, **receipt)
        with refused("filed_once"):
            FiledCopy.objects.create(unit_id=bup.unit_id, version=1, **receipt)
        with refused("permission denied"):
            FiledCopy.objects.update(filed_at=NOW - timedelta(days=1))
