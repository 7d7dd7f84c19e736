"""The demonstration set's stories about meetings: called, moved, held, noted; and a plan made elsewhere."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from core.workdays import STOCKHOLM, add_working_days, local_day
from individuals.kinds import Manner
from individuals.models import Guardian
from organisations.models import Unit
from sip import actions
from sip.demo import Someone, Story, Telling, years_ago
from sip.kinds import Gets, GuestKind, MeetingPlace, OtherPlanKind, Part, ViewAsked
from sip.models import Meeting, MeetingCall


def stories(today: date) -> list[Story]:
    """All stories. `today` decides the birth dates."""

    def born(years: int, n: int) -> str:
        return years_ago(today, years, n)

    return [
        Story(
            Someone("Wilma", "Utkast", born(14, 11), "238", ("Ingrid Utkast", "Tomas Utkast")),
            "laholm-socialtjanst-barn", ("children",),
            "Skolan, vi och barnpsykiatrin behöver dra åt samma håll. Wilma är hemma de flesta dagar.",
            "Jag vill börja med halva dagar.",
            ("bup-halmstad", "laholm-elevhalsa"), 6, _called,
            school="Anpassat schema har prövats utan att det hjälpte.",
        ),
        Story(
            Someone("Leo", "Skugga", born(12, 27), "239", ("Marta Skugga", "Johan Skugga")),
            "laholm-socialtjanst-barn", ("children",),
            "Utbrott i skolan och hemma. Familjen träffar fyra olika verksamheter.",
            "Jag vill att de vuxna slutar fråga samma sak.",
            ("bup-halmstad", "laholm-elevhalsa"), 18, _noted,
        ),
        Story(
            Someone("Signe", "Dummy", born(41, 19), "238"),
            "halmstad-socialtjanst-vuxna", ("psychiatric_disability",),
            "Bor i eget boende med stöd. Öppen tvångsvård pågår och behöver gå ihop med boendestödet.",
            "Jag vill bestämma själv om mina dagar.",
            ("vuxenpsykiatri-halmstad",), 12, _held,
        ),
    ]  # fmt: skip


def _called(telling: Telling) -> Telling:
    telling = _contacted(telling, "bup-halmstad", "laholm-elevhalsa")
    meeting = _call(telling, "bup-halmstad", "laholm-elevhalsa", days=9)
    _reply(telling, meeting, "laholm-elevhalsa")
    _invite(telling, meeting)
    return telling


def _noted(telling: Telling) -> Telling:
    telling = _contacted(telling, "bup-halmstad", "laholm-elevhalsa")
    meeting = _call(telling, "bup-halmstad", "laholm-elevhalsa", days=4)
    _reply(telling, meeting, "bup-halmstad", deputy="Kim Alm, psykolog")
    _reply(telling, meeting, "laholm-elevhalsa")
    _hold(telling, meeting, "bup-halmstad", "laholm-elevhalsa")
    telling.later(hours=2)
    telling.run(
        None, actions.save_notes, meeting_id=meeting.pk, version=None, view_asked=ViewAsked.YES, finish=True,
        texts={
            "own_words": "Leo sade att det är lättast på morgonen och att han vill ha samma vuxen varje dag.",
            "discussed": "Hur dagarna ser ut, vad som har prövats och vem Leo har kontakt med.",
            "agreed": "Skolan gör ett schema med morgonpass. BUP tar emot för bedömning. Vi håller ihop planen.",
            "disagreed": "Föräldrarna är oense om sommaren. Det tas upp vid uppföljningen.",
        },
    )  # fmt: skip
    return telling


def _held(telling: Telling) -> Telling:
    telling = _contacted(telling, "vuxenpsykiatri-halmstad")
    meeting = _call(telling, "vuxenpsykiatri-halmstad", days=3, place_kind=MeetingPlace.PHONE, place="")
    _reply(telling, meeting, "vuxenpsykiatri-halmstad")
    telling.run(
        None, actions.note_other_plan, case_id=telling.case.pk, kind=OtherPlanKind.OPT, kept_in="Lifecare",
        since_on=local_day(telling.at) - timedelta(days=150),
    )  # fmt: skip
    _hold(telling, meeting, "vuxenpsykiatri-halmstad")
    return telling


# --- steps ------------------------------------------------------------------------------------------------------------
def _contacted(telling: Telling, *units: str) -> Telling:
    telling = telling.sent()
    for unit in units:
        telling = telling.acknowledge(unit)
    return telling.contact(units[0])


def _call(
    telling: Telling, *units: str, days: int, place_kind: MeetingPlace = MeetingPlace.ROOM,
    place: str = "Rum Storån, kommunhuset",
) -> Meeting:  # fmt: skip
    day = add_working_days(local_day(telling.at), days)
    starts_at = datetime.combine(day, time(13), tzinfo=STOCKHOLM)
    guardians = [actions.ToldGuardian(one.pk, Manner.WRITTEN) for one in _guardians(telling)]
    agenda = actions.Agenda(
        purpose="Komma överens om vem som gör vad den närmaste tiden.",
        questions="Hur ser en bra dag ut?\nVem håller ihop kontakten?\nNär följer vi upp?",
        part=Part.ALL,
        told_how=Manner.ORAL,
        view_asked=ViewAsked.YES,
        own_view="Vill att mötet är kort och att någon sitter bredvid.",
        prepare="Ta med det ni har prövat hittills.",
        guardians=guardians,
    )
    found = Unit.objects.select_related("authority__huvudman", "group").filter(key__in=units)
    when = actions.WhenWhere(starts_at=starts_at, minutes=60, place_kind=place_kind, place=place)
    made: Meeting = telling.run(
        None, actions.call_meeting, case_id=telling.case.pk, submission=uuid.uuid4(), when=when, agenda=agenda,
        units=[(unit, "") for unit in found],
    )  # fmt: skip
    return made


def _guardians(telling: Telling) -> list[Guardian]:
    found: list[Guardian] = telling.run(None, lambda by, now: list(telling.case.matter.person.guardians.all()))
    return found


def _reply(telling: Telling, meeting: Meeting, who: str, deputy: str = "") -> None:
    telling.later(hours=3)
    telling.run(
        who,
        lambda by, now: actions.reply(
            call_id=MeetingCall.objects.get(meeting=meeting, unit_id=by.unit_id).pk, deputy=deputy, by=by, now=now
        ),
    )


def _invite(telling: Telling, meeting: Meeting) -> None:
    guest = actions.Guest(
        kind=GuestKind.RELATIVE, name="Mormor Anita", organisation="Bor i samma hus", gets=[Gets.TIME],
        told_how=Manner.ORAL, person_agreed_on=local_day(telling.at),
    )  # fmt: skip
    telling.run(None, actions.invite, meeting_id=meeting.pk, guest=guest)


def _hold(telling: Telling, meeting: Meeting, *units: str) -> None:
    telling.at = max(telling.at, min(meeting.ends_at, telling.end))
    present = {telling.initiator.unit_id: telling.initiator.name}
    for unit in Unit.objects.filter(key__in=units):
        present[unit.pk] = "Kontaktpersonen"
    person = telling.run(None, lambda by, now: list(meeting.guests.values_list("pk", flat=True)))
    telling.run(None, actions.hold, meeting_id=meeting.pk, present=present, guests=person)
