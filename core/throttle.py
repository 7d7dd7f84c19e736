"""Counting what goes wrong, by address or by what was typed: after a few times one has to wait.

For doors that stand open without a login. The counts live in the cache under keyed hashes: no address is kept in clear.
"""

from __future__ import annotations

from django.core.cache import cache
from django.utils.crypto import salted_hmac


def too_many(scope: str, who: str, *, limit: int) -> bool:
    """Whether `who` has gone wrong `limit` times lately."""
    return int(cache.get(_key(scope, who)) or 0) >= limit


def count(scope: str, who: str, *, seconds: int) -> None:
    """Note that `who` went wrong; forgotten `seconds` after the first time."""
    key = _key(scope, who)
    cache.add(key, 0, seconds)
    cache.incr(key)


def _key(scope: str, who: str) -> str:
    return f"throttle:{scope}:{salted_hmac(scope, who, algorithm='sha256').hexdigest()}"
