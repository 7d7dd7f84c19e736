"""The whole content of a version in one canonical text, and its fingerprint: what the two parties sign (PLC-4)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from placements.models import Ansvarsforbindelse, Measure

CODE_LENGTH = 12
"""Signs of the fingerprint that the document prints for whoever wants to check it."""


def measures_of(version: Ansvarsforbindelse) -> list[Measure]:
    """The measures with their shares, in order."""
    return list(version.measures.prefetch_related("shares").order_by("position"))


def canonical(version: Ansvarsforbindelse, measures: list[Measure]) -> str:
    """Everything the parties agree on, written in one way only. Nothing that changes after the proposal is in it."""
    return json.dumps(
        {
            "placement": str(version.placement_id),
            "number": version.number,
            "placing_unit": str(version.placing_unit_id),
            "medical_unit": str(version.medical_unit_id),
            "valid_from": _text(version.valid_from),
            "valid_to": _text(version.valid_to),
            "renegotiate_on": _text(version.renegotiate_on),
            "terms": version.terms,
            "measures": [_measure(one) for one in measures],
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def fingerprint(version: Ansvarsforbindelse, measures: list[Measure] | None = None) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    text = canonical(version, measures if measures is not None else measures_of(version))
    return hashlib.sha256(text.encode()).hexdigest()


def read_code(typed: str) -> str:
    """The beginning of a fingerprint out of what somebody typed, whatever stands between its signs."""
    return "".join(one for one in typed.lower() if one in "0123456789abcdef")


def code_of(hashed: str) -> str:
    """The beginning of a fingerprint as people read it: `ab12-cd34-ef56`."""
    short = hashed[:CODE_LENGTH]
    return "-".join(short[i : i + 4] for i in range(0, len(short), 4))


def _measure(one: Measure) -> dict[str, Any]:
    return {
        "title": one.title,
        "content": one.content,
        "extent": one.extent,
        "performer": one.performer,
        "starts_on": _text(one.starts_on),
        "ends_on": _text(one.ends_on),
        "price": f"{one.price:.2f}",
        "per": one.per,
        "split_by": one.split_by,
        "shares": {
            share.side: f"{share.percent:.2f} %" if share.percent is not None else f"{share.amount:.2f} kr"
            for share in sorted(one.shares.all(), key=lambda share: share.side)
        },
    }


def _text(day: object) -> str:
    return str(day) if day is not None else ""
