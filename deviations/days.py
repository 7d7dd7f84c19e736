"""Exact days in a text, and the period each is told as instead (DEV-4). Pure: no Django, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deviations.words import FEASTS, MONTHS, SAYING

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<![\d-])(?P<Y>20\d{2}|19\d{2})[-./](?P<M>0?[1-9]|1[0-2])[-./](?P<D>0?[1-9]|[12]\d|3[01])(?![\d])")
_COMPACT = re.compile(r"(?<![\d-])(?P<Y>20[0-4]\d)(?P<M>0[1-9]|1[0-2])(?P<D>0[1-9]|[12]\d|3[01])(?![\d-])")
_WRITTEN = re.compile(
    r"(?:\b(?:den|natten till den)[ ])?(?<![\d.,-])\b(?P<D>[1-9]|[12]\d|3[01])(?:[.:]?[ae])?"
    r"(?:(?:[ ]?[-–][ ]?| och (?:den )?)(?:[1-9]|[12]\d|3[01]))?"
    rf"[ ](?P<MONTH>{_MONTH})\b(?-i:\.(?=\s+[a-zåäö0-9]))?(?:[ -](?P<Y>(?:19|20)\d{{2}}))?",
    re.IGNORECASE,
)
_SLASHED = re.compile(
    r"(?:(?P<SURE>\b(?:den|kvällen|natten|morgonen|måndag(?:en)?|tisdag(?:en)?|onsdag(?:en)?|torsdag(?:en)?|fredag(?:en)?"
    r"|lördag(?:en)?|söndag(?:en)?|datum)(?: den)?[ ,:]*))?(?<![\d/,.])(?P<D>[1-9]|[12]\d|3[01])/(?P<M>1[0-2]|[1-9])"
    r"(?:[ -/]?(?P<Y>(?:20)?\d{2})(?!\d))?(?![\d/])",
    re.IGNORECASE,
)
_SLASHED_LONG = re.compile(
    r"(?<![\d/])(?P<D>0?[1-9]|[12]\d|3[01])[/.](?P<M>0?[1-9]|1[0-2])[/.](?P<Y>(?:19|20)\d{2})(?![\d/])"
)
_ORDINALS = (
    "första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde", "elfte",
    "tolfte", "trettonde", "fjortonde", "femtonde", "sextonde", "sjuttonde", "artonde", "nittonde", "tjugonde",
    "tjugoförsta", "tjugoandra", "tjugotredje", "tjugofjärde", "tjugofemte", "tjugosjätte", "tjugosjunde",
    "tjugoåttonde", "tjugonionde", "trettionde", "trettioförsta",
)  # fmt: skip
_SPELLED = re.compile(
    rf"(?:\bden )?\b(?:{'|'.join(_ORDINALS)}) (?P<MONTH>{_MONTH})\b(?:[ ](?P<Y>(?:19|20)\d{{2}}))?", re.IGNORECASE
)
# A day without its month, where no noun follows that it could count: "den 9:e och ingen kom", not "den 3:e gången".
_AFTER_A_DAY = "och|men|fick|kom|blev|var|då|när|kl|klockan|utan|för|med|hos|så|eller|till|" + "|".join(SAYING)
_DAY_ALONE = re.compile(
    rf"\bden (?:(?:[1-9]|[12]\d|3[01]):?[ae]|{'|'.join(_ORDINALS[2:])})\b(?=\s*(?:[.,;!?)]|$)| (?:{_AFTER_A_DAY})\b)",
    re.IGNORECASE,
)
_FEAST = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(FEASTS, key=len, reverse=True))})(?:s|en|ens)?(?:[ ](?P<Y>20\d{{2}}))?(?!\w)",
    re.IGNORECASE,
)
_SEASONS = ("vintern", "vintern", "våren", "våren", "våren", "sommaren", "sommaren", "sommaren",
            "hösten", "hösten", "hösten", "vintern")  # fmt: skip


def season(month: int, year: str = "") -> str:
    """The period an exact day is told as: "våren 2026". A season is wide enough to hide one person's day."""
    long = f"20{year}" if len(year) == 2 else year
    return f"{_SEASONS[month - 1]} {long}".strip()


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Every exact day in the text: where it begins and ends, and the period to tell it as."""
    for pattern in (_ISO, _COMPACT):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), season(int(match["M"]), match["Y"])
    for match in _SLASHED_LONG.finditer(text):
        yield match.start(), match.end(), season(int(match["M"]), match["Y"])
    for pattern in (_WRITTEN, _SPELLED):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), season(MONTHS[match["MONTH"].casefold()], match["Y"] or "")
    for match in _DAY_ALONE.finditer(text):
        yield match.start(), match.end(), "en dag"
    for match in _SLASHED.finditer(text):
        if match["SURE"] or match["Y"]:
            yield match.start("D"), match.end(), season(int(match["M"]), match["Y"] or "")
    for match in _FEAST.finditer(text):
        feast = re.sub(r"(?:s|en|ens)?(?: 20\d{2})?$", "", match.group().casefold())
        when = FEASTS.get(feast) or FEASTS[next(one for one in FEASTS if match.group().casefold().startswith(one))]
        yield match.start(), match.end(), f"{when} {match['Y'] or ''}".strip()
