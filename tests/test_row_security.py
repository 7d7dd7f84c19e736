"""The second wall: what the database itself refuses, whatever the code above it does.

Tables with personal data are derived from the models, so that a new one without a policy fails here.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from guardian.shortcuts import assign_perm

from core.acting import Actor, acting
from core.grants import privileges
from individuals import documents
from individuals.actions import Receivers
from individuals.models import Basis, Disclosure, DocumentCopy, FiledCopy, Matter, Participant, Person, Piece
from organisations.acting import actor_for
from organisations.kinds import MATTER_ROLES, Role
from organisations.models import Assignment, Huvudman, User
from sip import actions, ratings
from sip.kinds import RatingReader
from tests import build, build_disputes, build_meeting, build_placements, build_plan, deviating
from tests.conftest import NOW, actor, as_jobs, as_owner, as_role, unit

pytestmark = pytest.mark.django_db
POLICIES = Path(__file__).parent / "row_policies.txt"
LOGS = ("core_changelog", "core_readlog", "core_seal")
BESIDE_MATTERS = {"core_changelog", "core_readlog", "core_message"}
"""They hold ids of persons and matters without a foreign key, so that they outlive them."""


def personal_tables() -> set[str]:
    """Every table from which foreign keys lead to a person or a matter, and those that hold their ids."""
    personal: set[type[models.Model]] = {Person, Matter}
    every = list(apps.get_models(include_auto_created=True))
    while more := {
        model
        for model in every
        if model not in personal
        and any(
            field.is_relation and field.concrete and field.related_model in personal for field in model._meta.fields
        )
    }:
        personal |= more
    return {model._meta.db_table for model in personal} | BESIDE_MATTERS


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """The block is refused by the database, for a reason that names one of the words."""
    with pytest.raises(DatabaseError, match="|".join(words)), transaction.atomic():
        yield


def full_of_data() -> None:
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
    build_disputes.opened(matter=matter, details="Gäller behandlingen i ärendet.", arose_from="sip")


# --- reading ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", sorted(personal_tables()))
def test_a_table_with_personal_data_has_row_security(table: str) -> None:
    ((switched_on,),) = rows("SELECT relrowsecurity FROM pg_class WHERE relname = %s", table)
    verbs = {
        row[0] for row in rows("SELECT cmd FROM pg_policies WHERE tablename = %s AND 'portal_app' = ANY(roles)", table)
    }
    assert switched_on
    assert verbs == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_tables_are_found() -> None:
    assert {"individuals_person", "individuals_guardian", "sip_call", "deadlines_clock"} <= personal_tables()


def test_wall1_without_an_actor_the_app_sees_no_row() -> None:
    full_of_data()
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
    full_of_data()
    with acting(someone(role), NOW):
        # Reviewers read the log of reads; messages that could not be sent wait for the staff. Neither names a person.
        for table in personal_tables() - {"core_readlog", "core_message"}:
            assert rows(f'SELECT * FROM "{table}" LIMIT 1') == [], table


def test_org2_another_unit_of_the_same_authority_sees_no_row() -> None:
    full_of_data()
    neighbours = ("hylte-elevhalsa", "hylte-socialtjanst-vuxna", "laholm-elevhalsa", "bup-varberg")
    for username in neighbours:
        with acting(actor(username), NOW):
            for table in personal_tables() - {"core_message"}:
                assert rows(f'SELECT * FROM "{table}" LIMIT 1') == [], (username, table)


def test_law1_the_read_log_is_read_by_reviewers_of_the_same_huvudman_only() -> None:
    case = build.sent()
    with acting(actor(build.INITIATOR), NOW) as by:
        assert by is not None
        case.log_read(by.reads, "view", "test")  # type: ignore[arg-type]
    seen = {}
    for username in ("logg.hylte", "logg.laholm", build.INITIATOR, "admin.hylte", "drift"):
        with acting(actor(username), NOW):
            seen[username] = len(rows("SELECT 1 FROM core_readlog"))
    assert seen == {"logg.hylte": 1, "logg.laholm": 0, build.INITIATOR: 0, "admin.hylte": 0, "drift": 0}


def test_wall1_policies_are_reviewed() -> None:
    """The policies as the database holds them. Look at the difference, then write the file anew: SNAPSHOTS=write."""
    found = "\n".join(
        f"{table}  {name}  {command}  TO {','.join(roles)}\n    USING {using}\n    CHECK {check}"
        for table, name, command, roles, using, check in rows(
            "SELECT tablename, policyname, cmd, roles::text[], coalesce(qual, '-'), coalesce(with_check, '-')"
            " FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2"
        )
    )
    if os.environ.get("SNAPSHOTS") == "write":
        POLICIES.write_text(found + "\n", encoding="utf-8")
    # PostgreSQL breaks long conditions into lines in its own way in each version.
    assert found.split() == POLICIES.read_text(encoding="utf-8").split()


def test_wall1_functions_with_their_owners_rights_are_few_and_keep_to_their_schema() -> None:
    found = dict(
        rows(
            "SELECT proname, coalesce(proconfig::text, '') FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
    )
    assert set(found) == {
        "portal_reaches", "portal_rights_drift", "portal_logged_persons", "portal_running_clocks", "portal_carry_plan",
        "portal_commit_units", "portal_measure_is_whole", "portal_rate", "portal_ratings", "portal_party_of",
        "portal_line_rank", "portal_is_draft", "portal_may_sign",
        "portal_in_dispute", "portal_in_dispute_of_interim", "portal_hears_of_dispute", "portal_settles_dispute",
        "portal_open_matters", "portal_sip_facts", "portal_dispute_facts", "portal_deviation_facts",
    }  # fmt: skip
    assert all("search_path=public, pg_temp" in config for config in found.values())


# --- the logs ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["portal_app", "portal_jobs"])
@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_wall4_no_process_can_alter_a_log(role: str, table: str, verb: str) -> None:
    with as_role(role), refused("permission denied"):
        rows(verb.format(table))


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["core_changelog", "core_readlog"])
def test_wall4_not_even_the_owner_alters_a_log_by_mistake(table: str, verb: str) -> None:
    case = build.draft()
    with acting(actor(build.INITIATOR), NOW) as by:
        assert by is not None
        case.log_read(by.reads, "view", "test")  # type: ignore[arg-type]
    with as_owner(), refused("Cannot", "never emptied"):
        rows(verb.format(table))


def test_wall4_nobody_logs_a_read_in_anothers_name() -> None:
    with acting(actor(build.INITIATOR), NOW) as by, refused("row-level security"):
        assert by is not None
        rows(
            "INSERT INTO core_readlog (at, user_id, assignment_id, unit_id, authority_id, huvudman_id, action, what,"
            " person_ids, matter_ids) VALUES (now(), %s, %s, %s, %s, %s, 'view', 'x', '{}', '{}') RETURNING 1",
            uuid.uuid4(), by.assignment_id, by.unit_id, by.authority_id, by.huvudman_id,
        )  # fmt: skip


# --- what each role may touch -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["portal_app", "portal_jobs"])
def test_grants_are_those_the_code_declares(role: str) -> None:
    found: dict[str, set[str]] = {}
    with as_owner():  # Others are told of their own grants only.
        granted = rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_schema = 'public'", role
        )  # fmt: skip
    for table, verb in granted:
        found.setdefault(table, set()).add(verb)
    assert found == {table: set(verbs) for table, verbs in privileges()[role].items() if table in all_tables()}


def all_tables() -> set[str]:
    return {row[0] for row in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


@pytest.mark.parametrize("role", ["portal_app", "portal_jobs"])
def test_the_roles_own_nothing_and_pass_no_wall(role: str) -> None:
    assert rows("SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = %s", role) == [
        (False, False, False, False)
    ]
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = %s", role) == []
    assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role) == [(False,)]


def test_the_suite_runs_as_the_app_role() -> None:
    assert rows("SELECT current_user") == [("portal_app",)]


def test_the_background_role_reaches_clocks_and_messages_but_no_person() -> None:
    full_of_data()
    reachable = set(privileges()["portal_jobs"]) & personal_tables()
    assert reachable == {"core_changelog", "core_readlog", "core_message", "deadlines_clock"}
    with as_jobs():
        assert rows("SELECT 1 FROM deadlines_clock LIMIT 1")
    for table in personal_tables() - reachable:
        with as_jobs(), refused("permission denied"):
            rows(f'SELECT 1 FROM "{table}"')


# --- wall 2: nothing leaves without a basis ---------------------------------------------------------------------------
def insert_participant(matter: uuid.UUID, to: str, basis: uuid.UUID | None) -> None:
    Participant.objects.create(matter_id=matter, unit=unit(to), role="called", basis_id=basis, since=NOW)


def insert_disclosure(piece: Piece, to: str, basis: Basis, by: Actor, **changes: Any) -> None:
    Disclosure.objects.create(
        matter_id=piece.matter_id, piece=piece, piece_version=piece.version,
        category=changes.pop("category", piece.category), from_authority_id=by.authority_id, from_unit_id=by.unit_id,
        to_unit=unit(to), basis=basis, by_id=by.user_id, at=NOW,
    )  # fmt: skip


def test_wall2_nobody_takes_part_without_a_basis(hylte: Actor) -> None:
    case = build.draft()
    with acting(hylte, NOW), refused("participant_has_basis"):
        insert_participant(case.pk, "bup-halmstad", None)


@pytest.mark.parametrize("to", ["laholm-socialtjanst-barn", "hylte-elevhalsa"])
def test_wall2_nobody_takes_part_whom_the_basis_does_not_name(hylte: Actor, to: str) -> None:
    case = build.ready()
    with acting(hylte, NOW):
        basis = Basis.objects.get(matter_id=case.pk)
        with refused("does not cover"):
            insert_participant(case.pk, to, basis.pk)
        insert_participant(case.pk, "bup-halmstad", basis.pk)


def test_wall2_an_excluded_unit_takes_no_part_though_its_huvudman_is_named(hylte: Actor) -> None:
    case = build.draft()
    receivers = region_but(excluded=["bup-halmstad"])
    with acting(hylte, NOW):
        actions.record_basis(case_id=case.pk, consent=build.consent(case, receivers=receivers), by=hylte, now=NOW)
        basis = Basis.objects.get(matter_id=case.pk)
        with refused("does not cover"):
            insert_participant(case.pk, "bup-halmstad", basis.pk)


def region_but(*, excluded: list[str]) -> Receivers:
    return Receivers([Huvudman.objects.get(key="region-halland")], [unit(key) for key in excluded])


def test_wall2_the_basis_of_another_matter_opens_nothing(hylte: Actor) -> None:
    case = build.draft(number="20100315-2392")
    other = build.ready()
    with acting(hylte, NOW):
        basis = Basis.objects.get(matter_id=other.pk)
        with refused("does not cover"):
            insert_participant(case.pk, "bup-halmstad", basis.pk)


def test_wall2_a_basis_that_is_withdrawn_or_has_expired_opens_nothing(hylte: Actor) -> None:
    case = build.ready()
    with acting(hylte, NOW):
        basis = Basis.objects.get(matter_id=case.pk)
    with acting(hylte, basis.expires_at), refused("does not cover"):
        insert_participant(case.pk, "bup-halmstad", basis.pk)
    with acting(hylte, basis.expires_at - timedelta(microseconds=1)):
        insert_participant(case.pk, "bup-varberg", basis.pk)
    with acting(hylte, NOW):
        actions.withdraw_consent(case_id=case.pk, reason="", by=hylte, now=NOW)
        with refused("does not cover"):
            insert_participant(case.pk, "bup-halmstad", basis.pk)


def test_wall2_only_the_categories_of_the_basis_are_handed_over(hylte: Actor) -> None:
    case = build.draft()
    with acting(hylte, NOW):
        categories = build.consent(case, categories=["own_view"])
        actions.record_basis(case_id=case.pk, consent=categories, by=hylte, now=NOW)
        basis, piece = Basis.objects.get(matter_id=case.pk), Piece.objects.get(matter_id=case.pk, category="need")
        with refused("does not cover"):
            insert_disclosure(piece, "bup-halmstad", basis, hylte)


def test_wall2_a_piece_is_not_handed_over_under_another_category(hylte: Actor) -> None:
    case = build.draft()
    with acting(hylte, NOW):
        categories = build.consent(case, categories=["own_view"])
        actions.record_basis(case_id=case.pk, consent=categories, by=hylte, now=NOW)
        basis, piece = Basis.objects.get(matter_id=case.pk), Piece.objects.get(matter_id=case.pk, category="need")
        with refused("does not cover"):
            insert_disclosure(piece, "bup-halmstad", basis, hylte, category="own_view")


def test_wall2_what_was_handed_over_and_the_ledger_can_not_be_altered(hylte: Actor) -> None:
    case = build.sent()
    for sql in (
        "UPDATE individuals_piece SET text = 'annat' WHERE matter_id = %s RETURNING 1",
        "DELETE FROM individuals_piece WHERE matter_id = %s RETURNING 1",
        "UPDATE individuals_disclosure SET category = 'health' WHERE matter_id = %s RETURNING 1",
        "UPDATE individuals_disclosure SET to_unit_id = from_unit_id WHERE matter_id = %s RETURNING 1",
        "DELETE FROM individuals_disclosure WHERE matter_id = %s RETURNING 1",
        "UPDATE individuals_event SET text = 'annat' WHERE matter_id = %s RETURNING 1",
    ):
        with acting(hylte, NOW), refused("never altered", "permission denied", "[Cc]annot"):
            rows(sql, case.pk)


def grant_right(matter: uuid.UUID, to: str) -> None:
    assign_perm("individuals.view_matter", unit(to).group, Matter.objects.get(pk=matter))


def test_wall2_nobody_is_given_a_right_to_a_matter_without_a_basis(hylte: Actor) -> None:
    case = build.draft()
    with acting(hylte, NOW), refused("no basis"):
        grant_right(case.pk, "bup-halmstad")


def test_wall2_a_called_unit_can_not_let_another_unit_in_outside_the_basis() -> None:
    case, centre = build.sent(), actor(build.CALLED)
    with acting(centre, NOW), refused("no basis"):
        grant_right(case.pk, "laholm-socialtjanst-barn")


@pytest.mark.parametrize("until", ["NULL", "until + interval '1 second'"])
def test_wall2_a_called_unit_can_not_prolong_its_own_right(until: str) -> None:
    case, centre = build.sent(), actor(build.CALLED)
    with acting(centre, NOW), refused("no basis"):
        rows(
            f"UPDATE individuals_mattergroupobjectpermission SET until = {until}"
            " WHERE content_object_id = %s AND group_id = %s RETURNING 1", case.pk, centre.group_id
        )  # fmt: skip


@pytest.mark.parametrize("column", ["initiator_id", "person_id"])
def test_wall2_nobody_makes_a_matter_somebody_elses(column: str) -> None:
    case, centre = build.sent(), actor(build.CALLED)
    with acting(centre, NOW), refused("Cannot update"):
        rows(f"UPDATE individuals_matter SET {column} = %s WHERE id = %s RETURNING 1", centre.unit_id, case.pk)


def column_of_matter(table: str) -> str:
    """The column that says which matter a row belongs to."""
    if table == "individuals_matter" or table.endswith("objectpermission"):
        return "id" if table == "individuals_matter" else "content_object_id"
    return "case_id" if table.startswith("sip_") and table != "sip_sipcase" else "matter_id"


def test_wall2_a_unit_can_not_write_into_a_matter_it_does_not_reach() -> None:
    case, stranger = build.sent(), actor("bup-varberg")
    with acting(stranger, NOW):
        for table in sorted(personal_tables() - BESIDE_MATTERS - {"individuals_person", "individuals_guardian"}):
            column = column_of_matter(table)
            with transaction.atomic():
                try:
                    changed = rows(f"UPDATE {table} SET {column} = {column} WHERE {column} = %s RETURNING 1", case.pk)
                except DatabaseError:
                    transaction.set_rollback(True)
                    changed = []
            assert changed == [], table


# --- documents --------------------------------------------------------------------------------------------------------
def test_ind10_what_a_unit_prints_is_its_own_affair_and_its_receipt_everybodys() -> None:
    full_of_data()
    with acting(actor("bup-halmstad"), NOW):
        assert len(rows("SELECT 1 FROM individuals_documentcopy")) == 1
    with acting(actor(build.INITIATOR), NOW):
        assert rows("SELECT 1 FROM individuals_documentcopy") == []
        assert rows("SELECT kind, version FROM individuals_filedcopy") == [("plan", 1)]


def test_ind10_no_receipt_for_a_copy_that_was_never_made_and_none_in_anothers_name() -> None:
    full_of_data()
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
