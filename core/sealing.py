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
            last = Seal.objects.filter(log=log).order_by("-first").first()
            first = last.last if last else 0
            if upto <= first:
                continue
            rows, digest = _digest(log, first, upto)
            if not rows:
                continue
            previous = last.mac if last else ""
            Seal.objects.create(
                log=log,
                first=first,
                last=upto,
                rows=rows,
                digest=digest,
                previous=previous,
                mac=_mac(log, first, upto, rows, digest, previous),
                sealed_at=now,
            )
            sealed += rows
    return sealed


def verify_logs() -> list[Broken]:
    """Recompute every seal from the rows. An empty list means that nothing was altered, added or removed."""
    found: list[Broken] = []
    for log in LOGS:
        previous, upto = "", 0
        for seal in Seal.objects.filter(log=log).order_by("first"):
            rows, digest = _digest(log, seal.first, seal.last)
            if seal.first != upto or seal.previous != previous:
                found.append(Broken(log, seal.pk, "kedjan har ett avbrott"))
            if seal.mac != _mac(log, seal.first, seal.last, seal.rows, seal.digest, seal.previous):
                found.append(Broken(log, seal.pk, "förseglingen är ändrad"))
            if rows != seal.rows:
                found.append(Broken(log, seal.pk, f"{seal.rows} rader förseglades, {rows} finns"))
            elif digest != seal.digest:
                found.append(Broken(log, seal.pk, "en rad är ändrad"))
            previous, upto = seal.mac, seal.last
    return found


def _digest(log: str, first: int, last: int) -> tuple[int, str]:
    """Count and fingerprint of the rows of a range. Hashes row by row in the database, then over the hashes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute(
            f"""
            SELECT count(*), coalesce(
                encode(sha256(string_agg(sha256(convert_to(t::text, 'UTF8')), ''::bytea ORDER BY t.id)), 'hex'), '')
            FROM {LOGS[log]} t WHERE written_in >= %s AND written_in < %s
            """,
            [first, last],
        )
        rows, digest = cursor.fetchone()
        # Reset at once: SET LOCAL lasts until the outer transaction ends.
        cursor.execute("SET LOCAL timezone = %s", [connection.timezone_name])
        return rows, digest


def _mac(log: str, first: int, last: int, rows: int, digest: str, previous: str) -> str:
    text = "|".join([log, str(first), str(last), str(rows), digest, previous])
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
