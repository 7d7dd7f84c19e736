"""The number by which people tell a matter from others, short enough to be read out on the phone."""

from __future__ import annotations

import secrets

_READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # No characters that sound or look alike.
LENGTH = 8


def new_reference() -> str:
    """A reference that nobody can guess the next of."""
    return "".join(secrets.choice(_READABLE) for _ in range(LENGTH))


def may_be_reference(text: str) -> bool:
    """Whether what somebody typed, in any case, has the form of a reference."""
    typed = text.strip().upper()
    return len(typed) == LENGTH and set(typed) <= set(_READABLE)
