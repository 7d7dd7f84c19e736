"""No clock is missed and no message is planned twice, whatever dies (wall 3; quality 12, 13, 14).

The drills run real processes as `portal_jobs` against committed rows. docs/drills.md tells how to do them by hand.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from core import outbox
from core.models import Message
from deadlines.models import Clock
from deadlines.sweep import sweep
from tests import drills
from tests.conftest import NOW, WHOLE, as_jobs, as_owner
from tests.drills import assert_every_stage_was_told_once, make_clocks, process, wait_until

pytestmark = pytest.mark.usefixtures("transactional_db")

MANY, SOME = 10_000, 3_000
HORDE = MANY if WHOLE else SOME
LONG_AGO = NOW - timedelta(days=1)


def told() -> int:
    with as_owner():
        return Message.objects.count()


def connected(application: str) -> int:
    """How many sessions of this database the processes of this name hold."""
    return _of_sessions("count(*)", application)


def end_connections(application: str) -> None:
    _of_sessions("count(pg_terminate_backend(pid))", application)


def _of_sessions(what: str, application: str) -> int:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()",
            [application],
        )
        number: int = cursor.fetchone()[0]
        return number


def test_sigkill_at_random_points_over_ten_thousand_clocks() -> None:
    make_clocks(MANY, LONG_AGO)
    with process("-m", "tests.sweepers", NOW.isoformat(), "--workers=4", "--kills=40", "--batch=40") as running:
        assert running.result(80)["killed"] == 40
    assert_every_stage_was_told_once(MANY)


def test_the_killed_were_at_work() -> None:
    """The drill above proves something only if the kills come while there is work left."""
    make_clocks(SOME, LONG_AGO)
    with process("-m", "tests.sweepers", NOW.isoformat(), "--workers=2", "--batch=20") as running:
        wait_until(lambda: told() > 200)
        running.kill()
    halfway = told()
    assert 0 < halfway < SOME * drills.STAGES
    with as_jobs():
        assert sweep(NOW) >= SOME * drills.STAGES - halfway - 40  # What the dead had in hand was rolled back or done.
    assert_every_stage_was_told_once(SOME)


def test_two_beats_four_sweepers_and_a_flushed_broker() -> None:
    """Real beats, a real worker with four processes, a broker that forgets everything twice: each stage once."""
    broker = own_broker()
    due = timezone.now() - timedelta(days=1)
    with (
        process("-c", celery(f"beat --pidfile= --schedule {beat_file(1)}"), REDIS_URL=broker),
        process("-c", celery(f"beat --pidfile= --schedule {beat_file(2)}"), REDIS_URL=broker),
        process("-c", celery("worker --concurrency 4"), REDIS_URL=broker),
    ):
        matter = make_clocks(HORDE // 4, due)
        wait_until(lambda: told() > 0)
        for _ in range(3):
            redis.Redis.from_url(broker).flushdb()
            make_clocks(HORDE // 4, due, matter=matter)
            wait_until(nothing_is_due)
        wait_until(nothing_is_due)
    assert_every_stage_was_told_once(HORDE)


def test_the_database_ends_every_connection_in_mid_sweep() -> None:
    """Three times over: each time all sweepers have come back and have told something since the last."""
    make_clocks(SOME, LONG_AGO)
    with process("-m", "tests.sweepers", NOW.isoformat(), "--workers=4", "--batch=20", PGAPPNAME="drill") as running:
        for _ in range(3):
            before = told()
            wait_until(lambda before=before: connected("drill") == 4 and told() > before)  # type: ignore[misc]
            end_connections("drill")
        assert running.result(60)["lost"] == 4
    assert_every_stage_was_told_once(SOME)


def test_six_hours_of_outage_are_handled_once_and_in_order() -> None:
    make_clocks(60, NOW - timedelta(hours=6), step=timedelta(minutes=6))
    with as_jobs():
        passed = sweep(NOW, batch=25)
        assert sweep(NOW) == 0
    with as_owner():
        due = Clock.objects.values_list("stage_times", flat=True)
        times = sorted(at for stages in due for at in stages if at <= NOW)
        assert passed == len(times) == Message.objects.count()
    with as_jobs():
        while outbox.deliver_due(NOW, limit=20):
            pass
    with as_owner():
        sent = [mail_id(letter) for letter in mail.outbox]
        times_of = dict(Clock.objects.values_list("pk", "stage_times"))
        stage_times = {str(m.pk): times_of[uuid.UUID(m.facts["clock"])][stage_of(m) - 1] for m in Message.objects.all()}
    delivered = [stage_times[one] for one in sent]
    assert len(delivered) == len(set(sent)) > 0
    assert delivered == sorted(delivered)


def test_a_poisoned_clock_is_parked_and_holds_nobody_up() -> None:
    make_clocks(200, LONG_AGO)
    poisoned = mark("giftig", 3)
    with refusing("NEW.label = 'giftig' AND NEW.stage > OLD.stage"), as_jobs():
        sweep(NOW)
    with as_owner():
        parked = Clock.objects.filter(parked_at=NOW)
        assert set(parked.values_list("pk", flat=True)) == poisoned
        assert set(parked.values_list("parked_reason", "next_at", "stage")) == {("InternalError", None, 0)}
        assert Clock.objects.filter(stage=drills.STAGES).count() == 197
        assert Message.objects.count() == 197 * drills.STAGES


def test_a_clock_that_can_not_even_be_parked_waits_alone() -> None:
    make_clocks(200, LONG_AGO)
    mark("orörlig", 1)
    with refusing("NEW.label = 'orörlig'"), as_jobs():
        sweep(NOW)
        sweep(NOW)
    assert told() == 199 * drills.STAGES
    with as_jobs():
        assert sweep(NOW) == drills.STAGES
    assert_every_stage_was_told_once(200)


# --- inside -----------------------------------------------------------------------------------------------------------


def nothing_is_due() -> bool:
    with as_owner():
        return not Clock.objects.filter(next_at__lte=timezone.now()).exists()


def own_broker() -> str:
    """A database of the broker's that nobody else's messages pass through."""
    own = urlunsplit(urlsplit(settings.CELERY_BROKER_URL)._replace(path="/9"))
    redis.Redis.from_url(own).flushdb()
    return own


def celery(command: str) -> str:
    """A Celery program where the bell rings ten times a second. Nobody is there to mail the thousands of messages."""
    return (
        "from halland.celery import app\n"
        "app.conf.beat_schedule = {'sweep': {'task': 'deadlines.sweep', 'schedule': 0.1}}\n"
        "app.conf.task_routes = {'core.deliver': {'queue': 'nobody'}}\n"
        f"app.start({command.split()!r})\n"
    )


def beat_file(number: int) -> str:
    return str(settings.ENV.portal_data / f"drill-beat-{number}")


def mark(label: str, count: int) -> set[object]:
    with as_owner():
        chosen = set(Clock.objects.order_by("pk").values_list("pk", flat=True)[:count])
        Clock.objects.filter(pk__in=chosen).update(label=label)
    return chosen


@contextmanager
def refusing(condition: str) -> Iterator[None]:
    """A trigger that refuses updates of some clocks, as a broken rule in the database would."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION drill_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'internal_error'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER drill_refuse BEFORE UPDATE ON deadlines_clock FOR EACH ROW WHEN ({condition})"
            " EXECUTE FUNCTION drill_refuse()"
        )
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER drill_refuse ON deadlines_clock")
            cursor.execute("DROP FUNCTION drill_refuse()")


def mail_id(letter: mail.EmailMessage) -> str:
    return letter.extra_headers["Message-ID"].strip("<>").partition("@")[0]


def stage_of(message: Message) -> int:
    return int(message.dedupe_key.rpartition(":")[2])
