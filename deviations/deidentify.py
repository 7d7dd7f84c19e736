"""Finds what could tell who a text is about (DEV-4). Pure: text and names in, hits out; no Django, no clock.

Every hit is a suggestion that a person answers. Missing something is worse than asking once too often, so words that
only may be a name are asked about too, marked as uncertain. How well it does is measured in docs/deidentification.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from deviations import days
from deviations.given_names import GIVEN_NAMES
from deviations.words import (
    ALSO_WORDS,
    NOT_STREETS,
    PERSON_WORDS,
    SAYING,
    STREET_ENDINGS,
    SWEDISH_WORDS_IN_CAPITALS,
    TITLES,
)


class Kind(StrEnum):
    NUMBER = "number"
    CONTACT = "contact"
    PHONE = "phone"
    ADDRESS = "address"
    REFERENCE = "reference"
    DATE = "date"
    NAME = "name"
    MAYBE_NAME = "maybe_name"


FOUND = {
    Kind.NUMBER: "Personnummer eller liknande",
    Kind.CONTACT: "E-post eller konto",
    Kind.PHONE: "Telefonnummer",
    Kind.ADDRESS: "Adress eller plats",
    Kind.REFERENCE: "Ärendenummer",
    Kind.DATE: "Exakt dag",
    Kind.NAME: "Namn ur era ärenden eller er personal",
    Kind.MAYBE_NAME: "Kan vara ett namn",
}

NEVER_KEPT = frozenset({Kind.NUMBER, Kind.CONTACT, Kind.PHONE, Kind.REFERENCE})
"""What no text to a group needs: it can only be replaced."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a name that the unit knows is replaced by: "barnet", "vårdnadshavaren", "en medarbetare"."""

    instead: str
    genitive: str


PERSON, RELATIVE, STAFF = (
    Known("personen", "personens"),
    Known("en närstående", "en närståendes"),
    Known("en medarbetare", "en medarbetares"),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that could identify someone, and what could stand there instead."""

    kind: Kind
    start: int
    end: int
    text: str
    suggestion: str

    @property
    def is_sure(self) -> bool:
        """Sure enough to refuse a text by, where nobody can answer that it may stay: a street needs its number."""
        if self.kind == Kind.ADDRESS:
            return any(sign.isdigit() for sign in self.text)
        return self.kind not in (Kind.DATE, Kind.MAYBE_NAME)


def find(text: str, *, names: dict[str, Known] | None = None, ordinary: Iterable[str] = ()) -> list[Hit]:
    """Every passage to look at, in order, none overlapping.

    `names`: names the unit knows, in small letters, one word each. `ordinary`: words written with a capital that name
    no person (municipalities, units); they are not asked about.
    """
    plain = frozenset(word.casefold() for phrase in ordinary for word in _WORD.findall(phrase))
    taken: list[Hit] = []
    finders: list[Callable[[str], Iterator[Hit]]] = [
        _emails,
        _numbers,
        _phones,
        _addresses,
        _references,
        _dates,
        lambda t: _names(t, names or {}),
        lambda t: _maybe_names(t, plain),
    ]
    for finder in finders:
        for hit in finder(text):
            if not any(hit.start < other.end and other.start < hit.end for other in taken):
                taken.append(hit)
    return _first_and_last_names_together(text, sorted(taken, key=lambda hit: hit.start))


def _first_and_last_names_together(text: str, hits: list[Hit]) -> list[Hit]:
    """A first name and a last name after it are one passage: one question, one replacement."""
    joined: list[Hit] = []
    for hit in hits:
        before = joined[-1] if joined else None
        if before and {before.kind, hit.kind} <= {Kind.NAME, Kind.MAYBE_NAME} and text[before.end : hit.start] == " ":
            kind = Kind.NAME if Kind.NAME in (before.kind, hit.kind) else Kind.MAYBE_NAME
            sure = hit if hit.kind == kind else before
            joined[-1] = Hit(kind, before.start, hit.end, text[before.start : hit.end], sure.suggestion)
        else:
            joined.append(hit)
    return [_with_its_letter(text, hit) for hit in joined]


def _with_its_letter(text: str, hit: Hit) -> Hit:
    """ "Tomas L": the letter that a last name is shortened to goes with the name."""
    letter = _LETTER_AFTER.match(text, hit.end) if hit.kind in (Kind.NAME, Kind.MAYBE_NAME) else None
    if letter is None:
        return hit
    return Hit(hit.kind, hit.start, letter.end(), text[hit.start : letter.end()], hit.suggestion)


def replace(text: str, replacements: Iterable[tuple[int, int, str]]) -> str:
    """The text with passages replaced. A passage that begins a sentence keeps its capital letter."""
    for start, end, instead in sorted(replacements, reverse=True):
        begins = not text[:start].strip() or re.search(r"[.!?:]\s*$|\n\s*$", text[:start]) is not None
        word = instead[:1].upper() + instead[1:] if begins else instead
        text = text[:start] + word + text[end:]
    for left_over, instead in _LEFT_OVER:
        text = left_over.sub(instead, text)
    return text


_LEFT_OVER = [
    (re.compile(r"\([ \t,]*\)"), ""),
    (re.compile(r"[ \t]{2,}"), " "),
    (re.compile(r"[ \t]+(?=[,.;:!?](?:\s|$))"), ""),
    (re.compile(r",(?:[ \t]*,)+"), ","),
    (re.compile(r",(?=[.;:!?](?:\s|$))"), ""),
]
"""What a passage that was taken away leaves behind: empty brackets, double spaces, commas around nothing."""


def without_identities(text: str) -> str:
    """What is left to read when numbers, phones, addresses and the like are taken out: is anything told at all?"""
    hits = [hit for hit in find(text) if hit.kind not in (Kind.DATE, Kind.MAYBE_NAME)]
    return replace(text, [(hit.start, hit.end, "") for hit in hits]).strip()


def _hit(kind: Kind, match: re.Match[str], suggestion: str, group: int | str = 0) -> Hit:
    return Hit(kind, match.start(group), match.end(group), match.group(group), suggestion)


# --- numbers of persons -----------------------------------------------------------------------------------------------
_NUMBER = re.compile(
    r"(?<![\d-])(?P<CENTURY>(?:18|19|20)[ ]?)?(?P<DATE>\d{6})(?P<SIGN>[-+–]| )?(?P<LAST>\d{4})(?![\d])"
)
_SPACED = re.compile(r"(?<![\d-])(?:18|19|20)?\d{2}[ ./-]\d{2}[ ./-]\d{2}[ -–]{1,3}\d{4}(?!\d)")
_RESERVE = re.compile(r"(?<![\w-])(?:18|19|20)?\d{6}-?[A-ZÅÄÖ]{1,2}\d{2,3}(?!\w)")
_NAMED_NUMBER = re.compile(r"(?:person|samordnings|reserv)(?:nummer|nr)\.?|\bp(?:ers)?nr\.?|\bpersnr", re.IGNORECASE)
_LAST_FOUR = re.compile(
    r"(?:(?:fyra|4) sista(?: siffrorna)?(?: i personnumret)?|sista fyra(?: siffrorna)?)[ :är]*(?P<N>\d{4})(?!\d)",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:\bfödd(?: den)?|\bf\.|\bfödelsedata?|\bfödelsedag)[ :]*(?P<N>(?:19|20)?\d{6})(?!\d)", re.IGNORECASE
)
_DIGITS = re.compile(r"(?<!\d)\d[\d -]{6,14}\d(?!\d)")


def _numbers(text: str) -> Iterator[Hit]:
    for match in _NUMBER.finditer(text):
        if _is_number_of_someone(match):
            yield _hit(Kind.NUMBER, match, "")
    for pattern in (_SPACED, _RESERVE):
        for match in pattern.finditer(text):
            if _could_be_born(
                re.sub(r"\D", "", match.group())[-10:][:6] if pattern is _SPACED else match.group()[-99:]
            ):
                yield _hit(Kind.NUMBER, match, "")
    for pattern in (_LAST_FOUR, _BORN):
        for match in pattern.finditer(text):
            yield _hit(Kind.NUMBER, match, "", "N")
    # What is called a personnummer is one, however it is typed.
    for named in _NAMED_NUMBER.finditer(text):
        digits = _DIGITS.search(text, named.end(), named.end() + 30)
        if digits:
            yield _hit(Kind.NUMBER, digits, "")


def _is_number_of_someone(match: re.Match[str]) -> bool:
    """A date of birth and a check digit, or so nearly that it may be mistyped (twelve digits, or a sign between)."""
    born, last = match["DATE"], match["LAST"]
    if not _could_be_born(born):
        return False
    if _checks(born + last):
        return True
    return match["CENTURY"] is not None or match["SIGN"] in ("-", "+", "–")


def _could_be_born(digits: str) -> bool:
    digits = re.sub(r"\D", "", digits)
    digits = digits[2:8] if len(digits) > 7 else digits[:6]
    month, day = int(digits[2:4] or 0), int(digits[4:6] or 0)
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _checks(ten: str) -> bool:
    doubled = (int(c) * (2 - i % 2) for i, c in enumerate(ten))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


# --- ways to reach someone --------------------------------------------------------------------------------------------
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?<![\w@.])@[A-Za-zÅÄÖåäö_][\w.]{2,}"
    r"|(?:instagram|snapchat|snap|tiktok|discord)[- ]?(?:konto(?:t)?)?[ :]+[\"”]?(?P<N>[\w.]*[\d_.][\w.]*\w)",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:(?:\+|00)46[ -]*(?:\(0\))?[ -]*[1-9]|0[1-9])\d{0,2}[ /-]{0,3}\d(?:[ -]?\d){4,8}(?!\d)"
)
_END_OF_PHONE = re.compile(
    r"\b(?:slut(?:ar|ade)|slutsiffror(?:na)?)(?: med| på| är| var)? (?P<N>\d{2}[ -]?\d{2,3}|\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_SPOKEN = "noll|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton|tjugo|trettio|fyrtio|femtio|sextio"
_SPOKEN += "|sjuttio|åttio|nittio|ett|två|tre|fyra|fem|sex|sju|åtta"
_SPOKEN_NUMBER = re.compile(rf"\b(?:(?:{_SPOKEN})+[ -]+){{3,}}(?:{_SPOKEN})+\b", re.IGNORECASE)
_HOURS = re.compile(r"^(?:[01]\d|2[0-4])[0-5]\d ?[-–] ?(?:[01]\d|2[0-4])[0-5]\d$")


def _emails(text: str) -> Iterator[Hit]:
    for pattern, instead in ((_EMAIL, "e-post"), (_LINK, "en webbplats")):
        for match in pattern.finditer(text):
            yield _hit(Kind.CONTACT, match, instead)
    for match in _ACCOUNT.finditer(text):
        yield _hit(Kind.CONTACT, match, "", "N" if match["N"] else 0)


def _phones(text: str) -> Iterator[Hit]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 7 <= len(digits) <= 13 and not _HOURS.match(match.group()):
            yield _hit(Kind.PHONE, match, "telefon")
    for match in _END_OF_PHONE.finditer(text):
        yield _hit(Kind.PHONE, match, "", "N")
    for match in _SPOKEN_NUMBER.finditer(text):
        yield _hit(Kind.PHONE, match, "telefon")


# --- places -----------------------------------------------------------------------------------------------------------
_CAPITAL = "[A-ZÅÄÖÉ]"
_ENDINGS = "|".join(STREET_ENDINGS)
_STREET = re.compile(
    rf"(?<!\w)(?P<NAME>(?:{_CAPITAL}[\wåäöé:]*[ ]){{0,3}}{_CAPITAL}[\wåäöé]*?(?:{_ENDINGS})s?)"
    rf"(?P<NUMBER>[ ]\d{{1,3}}(?:[ ]?[A-Z]|[a-z])?)?(?!\w)"
)
_STREET_OF_WORDS = re.compile(
    rf"(?<!\w)(?P<NAME>(?:{_CAPITAL}[\wåäöé:]*[ ]){{1,3}}(?i:{_ENDINGS}))"
    rf"(?P<NUMBER>[ ]\d{{1,3}}(?:[ ]?[A-Z]|[a-z])?)?(?!\w)(?! in\b)"
)
_ANY_WITH_NUMBER = re.compile(
    rf"(?<!\w)(?P<NAME>[\wåäöé]{{2,}}(?:{_ENDINGS}))[ ](?P<NUMBER>\d{{1,3}}(?:[ ]?[A-Z]|[a-z])?)(?![\w.,]?\d|\w)"
)
_POSTCODE = re.compile(rf"(?<![\d-])[1-9]\d{{2}}[ ]?\d{{2}}[ ]{{1,2}}{_CAPITAL}[\wåäöé]+(?!\w)")
_FLAT = re.compile(r"(?<!\w)(?:lgh|lägenhet|lägenhetsnummer)\.?[ ]?\d{2,4}(?!\w)", re.IGNORECASE)
_PROPERTY = re.compile(rf"(?<!\w){_CAPITAL}[a-zåäöé]{{3,}}[ ]\d{{1,3}}:\d{{1,4}}(?!\w)")
_PLATE = re.compile(r"(?<!\w)(?P<LETTERS>[A-HJ-PR-UW-Z]{3})[ ]?\d{2}(?:[A-HJ-NPR-UW-Z]|\d)(?![\w:])")
_OF_A_CAR = re.compile(r"(?:\bbil\w*|skylt\w*|\breg\w*\.?(?:nr|nummer)?)\W+(?:\w+\W+)?$", re.IGNORECASE)
_LAWS = frozenset(["kapitel", "kap", "lag", "lagen", "avsnitt", "version", "klockan", "psalm", "resultat"])


def _addresses(text: str) -> Iterator[Hit]:
    for pattern in (_STREET, _STREET_OF_WORDS, _ANY_WITH_NUMBER):
        for match in pattern.finditer(text):
            if _is_street(text, match):
                yield _hit(Kind.ADDRESS, match, "en adress i kommunen" if match["NUMBER"] else "en gata i kommunen")
    for match in _POSTCODE.finditer(text):
        yield _hit(Kind.ADDRESS, match, "orten")
    for match in _FLAT.finditer(text):
        yield _hit(Kind.ADDRESS, match, "bostaden")
    for match in _PROPERTY.finditer(text):
        if match.group().split()[0].casefold() not in _LAWS:
            yield _hit(Kind.ADDRESS, match, "fastigheten")
    for match in _PLATE.finditer(text):
        # Three letters and three digits may be much else; the newer form with a last letter seldom is.
        if match["LETTERS"].casefold() not in _capitals() and (
            match.group()[-1].isalpha() or _OF_A_CAR.search(text[: match.start()])
        ):
            yield _hit(Kind.ADDRESS, match, "bilen")


def _is_street(text: str, match: re.Match[str]) -> bool:
    last = match["NAME"].split()[-1].casefold()
    if last in NOT_STREETS or text[match.end() :].startswith(" in "):
        return False
    if last.removesuffix("s").endswith("eringen") and not match["NUMBER"]:
        return False  # "Habiliteringen", "Planeringen": what one does, seldom a street.
    if " " not in match["NAME"] and last in STREET_ENDINGS:
        return False  # "Vägen fram", "Planen är klar": an ordinary word that begins a sentence.
    if last.endswith(("plan", "planen", "plats", "platsen")) and not match["NUMBER"]:
        return " " not in match["NAME"] and last not in ("planen", "platsen") and not _begins_sentence(text, match)
    return True


# --- references and days ----------------------------------------------------------------------------------------------
_REFERENCE = re.compile(r"(?<!\w)(?=[A-Z2-9]*\d)(?=[A-Z2-9]*[A-Z])[2-9A-HJ-NP-Z]{8}(?!\w)")
_REGISTERED = re.compile(
    r"(?:\bdnr\.?|\bdiarienummer|\bdiarienr\.?|\bjournalnummer|\bjournalnr\.?|\bakt(?:nummer|nr)\.?|\bmålnr\.?|\bmålnummer)"
    r"[ :]*(?P<N>[A-ZÅÄÖ]{0,5}[ ]?\d[\w/:-]*(?:\.\d+)*)",
    re.IGNORECASE,
)


def _references(text: str) -> Iterator[Hit]:
    for match in _REGISTERED.finditer(text):
        yield _hit(Kind.REFERENCE, match, "", "N")
    for match in _REFERENCE.finditer(text):
        yield _hit(Kind.REFERENCE, match, "")


def _dates(text: str) -> Iterator[Hit]:
    for start, end, instead in days.find(text):
        yield Hit(Kind.DATE, start, end, text[start:end], instead)


# --- names ------------------------------------------------------------------------------------------------------------
_WORD = re.compile(r"[A-Za-zÅÄÖåäöÉéÜüÆæØøÁáÓóÍíŠšŽžĆćČč]+(?:-[A-ZÅÄÖa-zåäöé]+)*")
_TOKEN = re.compile(rf"(?<![\w@])(?P<WORD>{_WORD.pattern})(?P<ENDING>(?:[:'’´]s)?)(?!\w)")
_LETTER_AFTER = re.compile(rf" {_CAPITAL}(?:\.(?=\s*[a-zåäö,])|(?![\w.]))")
_INITIALS = re.compile(rf"(?<!\w){_CAPITAL}\.[ ]?(?:{_CAPITAL}\.[ ]?)*{_CAPITAL}\.(?!\w)")
_INITIAL_AND_LAST_NAME = re.compile(rf"(?<![\w.]){_CAPITAL}\.[ ]?{_CAPITAL}[a-zåäöéü]{{2,}}(?!\w)")
_ONE_INITIAL = re.compile(rf"(?<=\s)(?P<N>{_CAPITAL})\.?(?= (?:{'|'.join(SAYING)})\b)")


def _names(text: str, names: dict[str, Known]) -> Iterator[Hit]:
    for match in _TOKEN.finditer(text):
        found = _known(match["WORD"], names)
        if found is None:
            continue
        known, genitive = found
        suggestion = known.genitive if genitive or match["ENDING"] else known.instead
        yield _hit(Kind.NAME, match, suggestion)


def _known(word: str, names: dict[str, Known]) -> tuple[Known, bool] | None:
    """Whose name a word is, and whether it stands in the genitive: Alva, Alvas, ALVA, alva, Anna-Alva."""
    small = word.casefold()
    if word[:1].islower() and (small in ALSO_WORDS or small.removesuffix("s") in ALSO_WORDS):
        return None
    for part in dict.fromkeys([small, *small.split("-")]):
        if len(part) < 2:
            continue
        if part in names:
            return names[part], False
        for ending in ("s", "es", "ens"):
            stem = part.removesuffix(ending)
            if stem != part and len(stem) > 1 and stem in names:
                return names[stem], True
    return None


def _maybe_names(text: str, ordinary: frozenset[str]) -> Iterator[Hit]:
    for match in _INITIALS.finditer(text):
        yield _hit(Kind.MAYBE_NAME, match, "personen")
    for match in _ONE_INITIAL.finditer(text):
        yield _hit(Kind.MAYBE_NAME, match, "personen", "N")
    for match in _INITIAL_AND_LAST_NAME.finditer(text):
        yield _hit(Kind.MAYBE_NAME, match, "personen")
    for match in _TOKEN.finditer(text):
        if _may_be_name(text, match, ordinary):
            genitive = bool(match["ENDING"]) or match["WORD"].endswith("s")
            yield _hit(Kind.MAYBE_NAME, match, "personens" if genitive else "personen")


def _may_be_name(text: str, match: re.Match[str], ordinary: frozenset[str]) -> bool:
    word = match["WORD"]
    small = word.casefold()
    if len(word) < 2 or _is_ordinary(word, ordinary):
        return False
    if _is_given_name(small):
        return True
    if not word[0].isupper():
        return False
    if not _begins_sentence(text, match):
        return True
    if small in TITLES:
        return False
    following = _WORD.match(text, match.end() + 1)
    follows = following.group() if following and text[match.end() : match.end() + 1] == " " else ""
    if follows[:1].isupper() and follows.casefold() not in TITLES and not _is_ordinary(follows, ordinary):
        return True  # Two capitalised words in a row: a first and a last name.
    if match["ENDING"] or (not small.endswith(_DEFINITE) and _and_a_name(text, match, ordinary)):
        return True
    return follows.casefold() in SAYING and not small.endswith(_DEFINITE)


_DEFINITE = ("en", "et", "na", "ing")
_AND = re.compile(r",? (?:och|samt|eller) (?P<NEXT>[^\W\d_]{2,})")
_THEIRS = ("hennes", "hans", "sin", "sitt", "sina")


def _and_a_name(text: str, match: re.Match[str], ordinary: frozenset[str]) -> bool:
    """ "Wilhelm och Ture": what stands beside a name at the beginning of a sentence is one too."""
    following = _AND.match(text, match.end())
    if following is None:
        return False
    if not following["NEXT"][0].isupper():
        return following["NEXT"] in _THEIRS  # "Noor och hennes syster".
    return following["NEXT"].casefold() not in TITLES and not _is_ordinary(following["NEXT"], ordinary)


def _is_given_name(small: str) -> bool:
    """A common given name, also in the genitive and as part of a double name, in capital or small letters."""
    if small in ALSO_WORDS:
        return False
    return any(part in GIVEN_NAMES or part.removesuffix("s") in GIVEN_NAMES for part in (small, *small.split("-")))


@lru_cache(maxsize=4)
def _capitals() -> frozenset[str]:
    return frozenset(word.casefold() for word in SWEDISH_WORDS_IN_CAPITALS)


def _is_ordinary(word: str, ordinary: frozenset[str]) -> bool:
    """A short form, a municipality, a unit, a medicine: written with a capital, but nobody's name."""
    small = word.casefold()
    for form in (small, small.removesuffix("s"), small.split("-")[0]):
        if form in ordinary or form in _capitals() or form in PERSON_WORDS:
            return True
    return (len(word) <= 4 and word.isupper()) or small.removesuffix("s").endswith(_OPERATIONS)


_OPERATIONS = (
    "mottagningen", "vården", "hälsan", "teamet", "enheten", "avdelningen", "centralen", "nämnden", "förvaltningen",
    "tjänsten", "verket", "kassan", "förmedlingen", "kliniken", "jouren",
)  # fmt: skip
"""What operations are called: with a capital they are an organisation, not a person. A school tells where one goes."""


def _begins_sentence(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rstrip(" \t\"”'(–-•*")
    return not before or before[-1] in ".!?:\n"
