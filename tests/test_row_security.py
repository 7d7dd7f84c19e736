"""The second wall: what the database itself refuses, whatever the code above it does.

Tables with personal data are derived from the models, so that a new one without a policy fails here.
"""

from __future__ import annotations

import os
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from guardian.shortcuts import assign_perm

from core.acting import Actor, acting
from core.grants import privileges
from core.rowsecurity import WRITTEN_OUT, read_back
from followup.sources import SOURCES
from individuals.actions import Receivers
from individuals.models import Basis, Disclosure, Matter, Participant, Piece
from organisations.models import Huvudman
from sip import actions
from tests import build
from tests.conftest import NOW, actor, as_owner, as_role, unit
from tests.rowsecurity import BESIDE_MATTERS, LOGS, personal_tables, refused, rows

pytestmark = pytest.mark.django_db
POLICIES = Path(__file__).parent / "row_policies.txt"


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
        f"{table}  {name}  {command}  TO {','.join(roles)}\n    USING {read_back(using)}\n    CHECK {read_back(check)}"
        for table, name, command, roles, using, check in rows(
            "SELECT tablename, policyname, cmd, roles::text[], coalesce(qual, '-'), coalesce(with_check, '-')"
            " FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2"
        )
    )
    if os.environ.get("SNAPSHOTS") == "write":
        POLICIES.write_text(found + "\n", encoding="utf-8")
    # PostgreSQL breaks long conditions into lines in its own way in each version.
    assert found.split() == POLICIES.read_text(encoding="utf-8").split()


def test_no_policy_calls_what_the_planner_would_read_anew_or_plan_twice() -> None:
    policies = rows("SELECT policyname, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies")
    assert len(policies) > 200
    slow = re.compile(r"portal_(group|unit|role|now|uuid)\(|access\.content_object_id = (?!ANY)")
    assert [name for name, text in policies if slow.search(text)] == []


def test_writing_the_policies_out_says_what_the_functions_say() -> None:
    with acting(actor(build.INITIATOR), NOW), connection.cursor() as cursor:
        for call, said in WRITTEN_OUT.items():
            cursor.execute(f"SELECT {call} IS NOT DISTINCT FROM {said}, {call} IS NULL")
            assert cursor.fetchone() == (True, False), call
    with acting(None, NOW), connection.cursor() as cursor:
        for call, said in WRITTEN_OUT.items():
            cursor.execute(f"SELECT {call} IS NOT DISTINCT FROM {said}")
            assert cursor.fetchone() == (True,), call


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
        "portal_line_rank", "portal_is_draft", "portal_may_sign", "portal_agreement_runs_out",
        "portal_placements_of_my_units", "portal_measures_of_my_units",
        "portal_in_dispute", "portal_in_dispute_of_interim", "portal_hears_of_dispute", "portal_settles_dispute",
        "portal_open_matters", "portal_sip_facts", "portal_dispute_facts", "portal_deviation_facts",
        *(source.name for source in SOURCES),
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
