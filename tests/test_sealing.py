"""Whatever is done to a sealed row, even by the database's superuser, is found (wall 4; quality 17, 18)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import sealing
from core.acting import acting
from core.audit import Action
from core.models import ChangeLog, ReadLog, Seal
from core.sealing import seal_logs, verify_logs
from tests import build
from tests.conftest import NOW, actor, as_jobs, as_owner
from tests.drills import wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")

TABLES = {"change": "core_changelog", "read": "core_readlog"}


def live(minutes: int = 0) -> None:
    """Some changes and some reads, as people make them."""
    now = NOW + timedelta(minutes=minutes)
    case = build.sent(actor("hylte-socialtjanst-barn" if not minutes else "laholm-socialtjanst-barn"), now=now)
    centre = actor("en-vag-in")
    for _ in range(3):
        with acting(centre, now):
            centre.reads.add(Action.VIEW, "sip.case", persons=[case.matter.person_id], matters=[case.pk])


def seal_now() -> int:
    with as_jobs():
        return seal_logs(NOW)


def seal() -> int:
    """Seal all there is. The server's own housekeeping in this database may hold it up for a moment."""
    sealed = 0

    def everything_is_sealed() -> bool:
        nonlocal sealed
        sealed += seal_now()
        return sum(count(log) - sealed_rows(log) for log in TABLES) == 0

    wait_until(everything_is_sealed)
    return sealed


def broken(*seen: str) -> set[tuple[str, str]]:
    with as_owner():
        return {(found.log, found.reason) for found in verify_logs(seen)}


@contextmanager
def superuser() -> Iterator[Any]:
    """Who owns the tables can switch the triggers off, and then do anything."""
    with as_owner(), connection.cursor() as cursor:
        for table in (*TABLES.values(), "core_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            for table in (*TABLES.values(), "core_seal"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_untouched_logs_are_whole_seal_after_seal() -> None:
    live()
    first = seal()
    live(1)
    second = seal()
    assert seal() == 0
    assert broken() == set()
    with as_owner():
        assert first + second == ChangeLog.objects.count() + ReadLog.objects.count() > 20
        assert {log: Seal.objects.filter(log=log).count() for log in TABLES} == {"change": 2, "read": 2}


ALTERATIONS = {
    "who changed it": "UPDATE core_changelog SET user_id = gen_random_uuid() WHERE id = {change}",
    "what it was": "UPDATE core_changelog SET old = '{{}}' WHERE id = {change}",
    "when": "UPDATE core_changelog SET at = at + interval '1 microsecond' WHERE id = {change}",
    "who read it": "UPDATE core_readlog SET user_id = gen_random_uuid() WHERE id = {read}",
    "whose it was": "UPDATE core_readlog SET person_ids = '{{}}' WHERE id = {read}",
    "how it was read": "UPDATE core_readlog SET action = 'list' WHERE id = {read}",
}


@pytest.mark.parametrize("statement", ALTERATIONS.values(), ids=ALTERATIONS)
def test_an_altered_row_is_found(statement: str) -> None:
    live()
    seal()
    with superuser() as cursor:
        cursor.execute(statement.format(change=some("change"), read=some("read")))
        assert cursor.rowcount == 1
    assert broken() == {("change" if "changelog" in statement else "read", "en rad är ändrad")}


@pytest.mark.parametrize("log", TABLES)
def test_a_removed_row_is_found(log: str) -> None:
    live()
    seal()
    with superuser() as cursor:
        cursor.execute(f"DELETE FROM {TABLES[log]} WHERE id = {some(log)}")
    [(where, why)] = broken()
    assert where == log
    assert "förseglades" in why


@pytest.mark.parametrize("log", TABLES)
def test_a_row_slipped_in_is_found(log: str) -> None:
    live()
    seal()
    columns = columns_of(log)
    with superuser() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLES[log]} ({columns}) SELECT {columns} FROM {TABLES[log]} WHERE id = {some(log)}"
        )
    [(where, why)] = broken()
    assert where == log
    assert "förseglades" in why


def test_a_row_moved_out_of_its_seal_is_found() -> None:
    live()
    seal()
    with superuser() as cursor:
        cursor.execute(f"UPDATE core_changelog SET written_in = written_in + 1000000 WHERE id = {some('change')}")
    assert broken()


def test_a_seal_forged_without_the_key_is_found(settings: Any) -> None:
    """Someone alters a row and makes the seal anew, with all the code but not the key."""
    live()
    seal()
    live(1)
    seal()
    key = settings.AUDIT_KEY
    with superuser() as cursor:
        cursor.execute(f"UPDATE core_readlog SET user_id = gen_random_uuid() WHERE id = {some('read')}")
        settings.AUDIT_KEY = "en annan nyckel, som den som ändrar har hittat på"
        previous = ""
        for forged in Seal.objects.filter(log="read").order_by("first"):
            rows, digest = sealing.Span("read", forged.after_id, None, forged.first, forged.last).digest()
            forged.rows, forged.digest, forged.previous = rows, digest, previous
            previous = forged.mac = sealing._mac(forged)
            forged.save()
        settings.AUDIT_KEY = key
    assert broken() == {("read", "förseglingen är ändrad")}


def test_a_removed_seal_breaks_the_chain() -> None:
    for username in ("hylte-socialtjanst-barn", "laholm-socialtjanst-barn", "varberg-socialtjanst-barn"):
        build.draft(actor(username))
        seal()
    with as_owner():
        middle = Seal.objects.filter(log="change").order_by("first")[1]
    with superuser() as cursor:
        cursor.execute("DELETE FROM core_seal WHERE id = %s", [middle.pk])
    assert ("change", "kedjan har ett avbrott") in broken()


def test_an_end_cut_off_is_found_by_a_code_kept_elsewhere() -> None:
    live()
    seal()
    live(1)
    seal()
    with as_owner():
        last = Seal.objects.filter(log="change").latest("first")
    assert broken(last.mac) == set()
    with superuser() as cursor:
        cursor.execute("DELETE FROM core_changelog WHERE written_in >= %s", [last.first])
        cursor.execute("DELETE FROM core_seal WHERE id = %s", [last.pk])
    assert broken() == set()  # The chain alone can't tell an end from a cut.
    assert broken(last.mac) == {("", f"förseglingen {last.mac} fanns men är borta")}


def test_a_slow_transaction_is_not_missed() -> None:
    """Its row has the lowest id and commits last; the seal waits for it instead of passing it by."""
    with psycopg.connect(**where(), autocommit=False) as slow:
        slow.execute("INSERT INTO core_changelog (table_name, row_id, operation) VALUES ('slow', '1', 'INSERT')")
        live()
        assert seal_now() == 0
        slow.commit()
    with as_owner():
        rows = ChangeLog.objects.count() + ReadLog.objects.count()
        assert ChangeLog.objects.order_by("id")[0].table_name == "slow"
    assert seal() == rows
    assert broken() == set()


def test_what_a_slow_transaction_has_not_held_up_is_sealed() -> None:
    live()
    before = seal()
    build.draft(actor("varberg-socialtjanst-barn"))
    with psycopg.connect(**where(), autocommit=False) as slow:
        slow.execute("INSERT INTO core_changelog (table_name, row_id, operation) VALUES ('slow', '1', 'INSERT')")
        held_up = count("change") + count("read") - before
        live(1)
        wait_until(lambda: seal_now() == held_up)
        slow.rollback()
    assert seal() > 0
    assert broken() == set()


def test_a_slow_transaction_in_another_database_holds_nothing_up() -> None:
    live()
    with psycopg.connect(**where() | {"dbname": "postgres"}, autocommit=False) as elsewhere:
        elsewhere.execute("CREATE TEMPORARY TABLE slow (id int)")
        live(1)
        with as_owner():
            rows = ChangeLog.objects.count() + ReadLog.objects.count()
        assert seal() == rows
        elsewhere.rollback()
    assert broken() == set()


def test_two_sealers_make_one_chain() -> None:
    live()
    seal()
    with as_owner():
        seal_ = Seal.objects.filter(log="read").get()
        seal_.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            seal_.save(force_insert=True)


def test_a_restored_copy_goes_on_with_the_chain() -> None:
    """In a new server the numbers of transactions begin again, far below those the old rows carry."""
    live()
    with superuser() as cursor:
        for table in TABLES.values():
            cursor.execute(f"UPDATE {table} SET written_in = written_in + 1000000000")
    with as_jobs():
        for log in TABLES:
            sealing._seal(log, 2_000_000_000, NOW)
    live(1)
    assert seal() > 0
    assert seal() == 0
    assert broken() == set()
    with superuser() as cursor:
        cursor.execute("DELETE FROM core_readlog WHERE id = (SELECT min(id) FROM core_readlog)")
        cursor.execute(
            "UPDATE core_changelog SET user_id = gen_random_uuid() WHERE id = (SELECT max(id) FROM core_changelog)"
        )
    assert {log for log, _ in broken()} == {"change", "read"}


def test_the_command_says_so_and_ends_with_an_error() -> None:
    live()
    seal()
    said = io.StringIO()
    with as_owner():
        call_command("verify_logs", stdout=said)
    assert "stämmer" in said.getvalue()
    with superuser() as cursor:
        cursor.execute(f"DELETE FROM core_readlog WHERE id = {some('read')}")
    with as_owner(), pytest.raises(CommandError) as error:
        call_command("verify_logs", stdout=io.StringIO())
    assert error.value.returncode == 1


@pytest.mark.parametrize("role", ["portal_app", "portal_jobs"])
def test_the_command_asks_for_the_owner_rather_than_sound_a_false_alarm(role: str, settings: Any) -> None:
    settings.DATABASE_ROLE = role
    with pytest.raises(CommandError, match="ägare"):
        call_command("verify_logs", stdout=io.StringIO())


# --- inside -----------------------------------------------------------------------------------------------------------


def some(log: str) -> int:
    """A row in the middle of a log."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM {TABLES[log]}")
        return int(cursor.fetchone()[0])


def count(log: str) -> int:
    with as_owner():
        return {"change": ChangeLog, "read": ReadLog}[log].objects.count()


def sealed_rows(log: str) -> int:
    with as_owner():
        return sum(Seal.objects.filter(log=log).values_list("rows", flat=True))


def columns_of(log: str) -> str:
    model = {"change": ChangeLog, "read": ReadLog}[log]
    return ", ".join(field.column for field in model._meta.concrete_fields if not field.primary_key)


def where() -> dict[str, Any]:
    database = connection.settings_dict
    return {
        "host": database["HOST"],
        "port": database["PORT"] or None,
        "user": database["USER"],
        "password": database["PASSWORD"] or None,
        "dbname": database["NAME"],
    }
