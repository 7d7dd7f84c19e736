"""What a log reviewer sees: who has read what in the own huvudman (LAW-1), and the extract for one person (LAW-2).

Row security limits the log to the reviewer's huvudman. No name or number of the persons read about is shown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from core.audit import Action
from core.dates import swedish_date
from core.models import ReadLog
from core.spreadsheet import inert
from core.workdays import STOCKHOLM, end_of, midnight
from organisations.models import Unit, User

WHAT = {
    "home": "Mitt att göra",
    "clocks": "Frister",
    "sip.case": "SIP, ärendet",
    "sip.insight": "SIP, vem som kan se vad och det som har hänt",
    "sip.filing": "SIP, initieringen",
    "sip.plan": "SIP, planen",
    "sip.list": "SIP, listan",
    "sip.search": "SIP, sökning",
    "sip.export.csv": "SIP, utdrag ur listan",
    "sip.export.xlsx": "SIP, utdrag ur listan",
    "placements.placement": "Placering",
    "placements.ansvarsforbindelse": "Placering, ansvarsförbindelsen",
    "placements.verify": "Placering, kontroll av en ansvarsförbindelses kod",
    "placements.of_sip": "Placeringar som hör till en SIP",
    "placements.list": "Placeringar, listan",
    "placements.overview": "Placeringar, översikten",
    "placements.overview.xlsx": "Placeringar, utdrag ur översikten",
    "deviation": "Avvikelse",
    "deviation.case": "Avvikelse, ärendet som den gäller",
    "deviation.joint": "Avvikelse, gemensam hantering",
    "deviation.shared": "Avvikelse på gruppens bord",
    "deviation.improvement": "Avvikelse, en förbättring",
    "deviation.list": "Avvikelser, listan",
    "disputes.dispute": "Tvist",
    "disputes.enclosure": "Tvist, en bilaga",
    "disputes.new": "Tvist, ärendet som den uppstod i",
    "disputes.of_matter": "Tvister som har uppstått ur ett ärende",
    "followup.group": "Samordningsgruppen",
    "followup.step": "Samordningsgruppen, ett beslut",
    "followup.co_opted": "Samordningsgruppen, en adjungerad",
    "followup.campaign": "Uppföljning, ett år",
    "followup.regional": "Uppföljning, länets sammanställning",
    "followup.comment": "Uppföljning, en synpunkt",
    "followup.publication": "Uppföljning, det publicerade",
    "followup.file": "Uppföljning, en fil",
    "followup.indicator": "Uppföljning, en indikator",
    "followup.board_copy": "Uppföljning, den regionala gruppens siffror",
    "document.consent_form": "SIP, samtycke",
    "document.meeting_call": "SIP, kallelse till möte",
    "document.meeting_notes": "SIP, anteckningar från möte",
    "document.plan": "SIP, hela planen",
    "document.plan_export": "SIP, planen som data",
    "document.own_copy": "SIP, personens exemplar",
    "document.guardians_copy": "SIP, vårdnadshavares exemplar",
    "document.planned_measures": "SIP, planerade insatser",
    "document.ansvarsforbindelse": "Placering, ansvarsförbindelsen som dokument",
    "document.information": "Placering, personens information",
}
"""The words of everything the logs name as read, or sought in vain. A test finds pages that lack them."""
HEADINGS = ("Tid", "Vem", "Verksamhet", "Vad", "Var", "Antal personer")


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the log as people read it."""

    at: datetime
    who: str
    unit: str
    action: str
    what: str
    persons: int


def readings(
    *,
    first: date | None = None,
    last: date | None = None,
    unit: Unit | None = None,
    who: str = "",
    action: str = "",
    number: str | None = None,
) -> QuerySet[ReadLog]:
    """Lines of the log, newest first. `number`: only those about the person with that stored number."""
    found = ReadLog.objects.order_by("-at", "-id")
    if first:
        found = found.filter(at__gte=midnight(first))
    if last:
        found = found.filter(at__lt=end_of(last))
    if unit:
        found = found.filter(unit_id=unit.pk)
    if who:
        named = User.objects.filter(username__icontains=who) | User.objects.filter(last_name__icontains=who)
        found = found.filter(user_id__in=list(named.values_list("pk", flat=True)))
    if action:
        found = found.filter(action=action)
    if number is not None:
        found = found.filter(person_ids__overlap=_persons(number) or [UUID(int=0)])
    return found


def in_words(lines: Iterable[ReadLog]) -> list[Reading]:
    """Names of people and units filled in, in two queries whatever the number of lines."""
    lines = list(lines)
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={line.user_id for line in lines})}
    units = dict(Unit.objects.filter(pk__in={line.unit_id for line in lines}).values_list("pk", "name"))
    return [
        Reading(
            at=line.at,
            who=people.get(line.user_id, ""),
            unit=units.get(line.unit_id, ""),
            action=Action(line.action).label,
            what=WHAT.get(line.what, "Annan sida"),
            persons=len(line.person_ids),
        )
        for line in lines
    ]


def as_csv(lines: Iterable[ReadLog]) -> bytes:
    """The extract: semicolons and a byte order mark, times in Sweden."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(in_words(lines)))
    return out.getvalue().encode("utf-8-sig")


def _cells(found: Iterable[Reading]) -> Iterator[list[str]]:
    for line in found:
        local = line.at.astimezone(STOCKHOLM)
        texts = [
            f"{swedish_date(line.at)} {local:%H.%M.%S}",
            line.who,
            line.unit,
            line.action,
            line.what,
            str(line.persons),
        ]
        yield [inert(text) for text in texts]


def _persons(number: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_logged_persons(%s)", [number])
        return [row[0] for row in cursor.fetchall()]
