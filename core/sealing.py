"""The chain over the logs. Each seal covers all rows written by a closed range of transactions and the seal before it.

Rows become visible in commit order, not id order, so a chain over ids would miss rows of slow transactions. A seal
therefore ends at the oldest transaction still running: every row below it is final. The seal is an HMAC with a key
that the database never sees, so whoever alters rows there can't make a fitting seal.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.conf import settings
from django.db import connection, transaction

from core.models import Seal

LOGS = {"change": "core_changelog", "read": "core_readlog"}
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
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
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
    return rows


def verify_logs() -> list[Broken]:
    """Recompute every seal from the rows. An empty list means that nothing was altered, added or removed."""
    found: list[Broken] = []
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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(id), %s) FROM {LOGS[log]} WHERE id > %s AND written_in < %s",
            [after_id, after_id, last],
        )
        return int(cursor.fetchone()[0])


def _mac(seal: Seal) -> str:
    parts = [seal.log, seal.after_id, seal.first, seal.last, seal.rows, seal.digest, seal.previous]
    return hmac.new(settings.AUDIT_KEY.encode(), "|".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()
