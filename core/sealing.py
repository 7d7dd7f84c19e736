"""The chain over the logs. Each seal covers all rows written by a closed range of transactions and the seal before it.

Rows become visible in commit order, not id order, so a chain over ids would miss rows of slow transactions. A seal
therefore ends at the oldest transaction still running in this database: every row below it is final. The seal is an
HMAC with a key that the database never sees, so whoever alters rows there can't make a fitting seal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from core.models import Seal

line = structlog.get_logger("seal")

LOGS = {"change": "core_changelog", "read": "core_readlog"}
# What runs now, in the numbering of `written_in`. A transaction in another database of the server can't write here; one
# that holds a lock there is known to be there, any other is taken to be here.
_OLDEST_RUNNING = """
SELECT coalesce(min(running), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
FROM (SELECT xid::text::bigint AS running FROM pg_snapshot_xip(pg_current_snapshot()) AS xid) AS seen
WHERE running % 4294967296 NOT IN (
    SELECT itself.transactionid::text::bigint
    FROM pg_locks itself JOIN pg_locks other USING (virtualtransaction)
    WHERE itself.locktype = 'transactionid' AND itself.mode = 'ExclusiveLock' AND itself.granted
    AND other.database NOT IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
)
"""
_LOCK = 7_240_611  # Any number: the advisory lock that lets one sealer work at a time.


@dataclass(frozen=True, slots=True)
class Broken:
    """What the verifier found: which log, which seal, why."""

    log: str
    seal_id: int | None
    reason: str


def seal_logs(now: datetime) -> int:
    """Seal what is final and not sealed yet. Returns how many rows were sealed. Run by the background job."""
    sealed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_OLDEST_RUNNING)
        upto = cursor.fetchone()[0]
        for log in LOGS:
            sealed += _seal(log, upto, now)
    return sealed


def _seal(log: str, upto: int, now: datetime) -> int:
    last = Seal.objects.filter(log=log).order_by("-after_id", "-first").first()
    after_id, first, previous = (last.after_id, last.last, last.mac) if last else (0, 0, "")
    if upto < first:
        # The ids of transactions went back: a restored database. A new stretch begins after the last sealed row.
        after_id, first = _last_sealed_id(log, after_id, first), 0
    span = Span(log, after_id, None, first, upto)
    rows, digest = span.digest() if upto > first else (0, "")
    if rows:
        seal = Seal(
            log=log,
            after_id=after_id,
            first=first,
            last=upto,
            rows=rows,
            digest=digest,
            previous=previous,
            sealed_at=now,
        )
        seal.mac = _mac(seal)
        seal.save()
        # Kept outside the database by whoever keeps the log lines: shows later if the end of the chain was cut off.
        line.info("sealed", log=log, rows=rows, mac=seal.mac)
    return rows


def verify_logs(seen: Iterable[str] = ()) -> list[Broken]:
    """Recompute every seal from the rows. An empty list means that nothing was altered, added or removed.

    `seen`: codes (mac) of seals from log lines kept elsewhere. The newest of them shows that the chain's end is there.
    """
    there = set(Seal.objects.values_list("mac", flat=True))
    found = [Broken("", None, f"förseglingen {mac} fanns men är borta") for mac in seen if mac not in there]
    for log in LOGS:
        seals = list(Seal.objects.filter(log=log).order_by("after_id", "first"))
        stretches = sorted({seal.after_id for seal in seals})
        before_id = dict(pairwise([*stretches, None]))
        previous, upto, stretch = "", 0, None
        for seal in seals:
            if seal.after_id != stretch:
                upto, stretch = 0, seal.after_id
            if seal.first != upto or seal.previous != previous:
                found.append(Broken(log, seal.pk, "kedjan har ett avbrott"))
            if seal.mac != _mac(seal):
                found.append(Broken(log, seal.pk, "förseglingen är ändrad"))
            rows, digest = Span(log, seal.after_id, before_id[seal.after_id], seal.first, seal.last).digest()
            if rows != seal.rows:
                found.append(Broken(log, seal.pk, f"{seal.rows} rader förseglades, {rows} finns"))
            elif digest != seal.digest:
                found.append(Broken(log, seal.pk, "en rad är ändrad"))
            previous, upto = seal.mac, seal.last
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of one log: written by transactions in [first, last), with ids in (after_id, upto_id]."""

    log: str
    after_id: int
    upto_id: int | None
    first: int
    last: int

    def digest(self) -> tuple[int, str]:
        """Count and fingerprint. Hashes row by row in the database, then over the hashes."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL timezone = 'UTC'")
            cursor.execute("SET LOCAL datestyle = 'ISO'")
            cursor.execute(
                f"""
                SELECT count(*), coalesce(
                    encode(sha256(string_agg(sha256(convert_to(t::text, 'UTF8')), ''::bytea ORDER BY t.id)), 'hex'), '')
                FROM {LOGS[self.log]} t
                WHERE written_in >= %s AND written_in < %s AND id > %s AND (%s::bigint IS NULL OR id <= %s)
                """,
                [self.first, self.last, self.after_id, self.upto_id, self.upto_id],
            )
            rows, digest = cursor.fetchone()
            # Reset at once: SET LOCAL lasts until the outer transaction ends.
            cursor.execute("SET LOCAL timezone = %s", [connection.timezone_name])
            return rows, digest


def _last_sealed_id(log: str, after_id: int, last: int) -> int:
    """The id of the last row that the seals of a stretch cover: rows written since the restore have higher ids."""
    covered = Seal.objects.filter(log=log, after_id=after_id).aggregate(rows=Sum("rows"))["rows"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(id), %s) FROM (SELECT id FROM {LOGS[log]} WHERE id > %s AND written_in < %s"
            " ORDER BY id LIMIT %s) AS sealed",
            [after_id, after_id, last, covered],
        )
        return int(cursor.fetchone()[0])


def _mac(seal: Seal) -> str:
    parts = [seal.log, seal.after_id, seal.first, seal.last, seal.rows, seal.digest, seal.previous]
    return hmac.new(settings.AUDIT_KEY.encode(), "|".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()
