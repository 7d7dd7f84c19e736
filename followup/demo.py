"""The groups' stories of the demonstration: meetings, decisions, last year's follow-up and what the board answered.

Told by the real actions, at the times they would have happened. Earlier years
are in `followup.demo_years`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from agreements.models import Agreement
from core.acting import Actor, acting
from core.workdays import STOCKHOLM, add_working_days, local_day
from followup import actions
from followup.actions.campaign import asked_of
from followup.agreement import agreement_of, coordination_of, local_groups
from followup.models import Campaign, Comment, GroupReport, Meeting, Publication
from followup.querysets import members
from organisations.acting import actor_for
from organisations.demo import STARTS_ON
from organisations.kinds import GroupKind, HuvudmanKind, Role
from organisations.models import Assignment, CoordinationGroup, GroupMember, Huvudman

_TEXTS = {
    "structures": "Vi träffas fem gånger om året och har en gemensam brevlåda. En rutin för kallelser är ny i år.",
    "board_assignments": "Kartläggningen av vägarna in är klar. Den visade att skolan saknade en kontakt i vården.",
    "deviations": "De flesta gäller sena första kontakter på sommaren. Vi har gjort en plan för semestertiden.",
    "disputes": "En fråga om hjälpmedel i skolan löstes av de närmaste cheferna. Rutinen är nu skriven.",
    "success_and_development": "Samtalen kommer igång tidigare. Det som återstår är att fler planer följs upp i tid.",
    "user_participation": "Brukarrådet har läst våra handlingar och kom med frågor som ändrade kallelsens ord.",
}
_IN_OTHER_WORDS = (
    {
        "structures": "Gruppen har haft fyra möten. Skolan är med på alla, och vårdcentralerna turas om.",
        "deviations": "Två avvikelser gällde kallelser som gick till fel enhet. Adresslistan är rättad.",
        "success_and_development": "Familjerna berättar att de slipper säga samma sak två gånger.",
        "user_participation": "En förälder från brukarrådet var med när vi gick igenom kallelsen.",
    },
    {
        "structures": "Vi har delat upp mötena: ett om läget och ett om enskilda rutiner, varje termin.",
        "deviations": "Inget mönster i år. Vi prövar en checklista inför sommaren.",
        "success_and_development": "Planerna följs upp i tid sedan vi bokar uppföljningen redan på mötet.",
    },
)
"""What two groups write this year, question by question, so that there is something to merge."""
_OTHERWISE = "Arbetet har gått framåt under året, och vi ser vad som behöver göras härnäst."


def is_there() -> bool:
    return Meeting.objects.exists()


def tell(now: datetime) -> int:
    """Tell the stories up to `now`, as the people of the demonstration. Returns how many groups have met."""
    region = Huvudman.objects.filter(kind=HuvudmanKind.REGION).first()
    agreement = agreement_of(region.pk, local_day(now)) if region else None
    seat = Assignment.objects.filter(role=Role.BOARD_MEMBER).select_related("user", "unit__authority__huvudman").first()
    if agreement is None or seat is None:
        return 0
    board, groups = actor_for(seat), local_groups(agreement)
    met = [group for group in groups[::2] if _meets(group, now)]
    _last_year(agreement, board, groups, now)
    this = _open(agreement, board, local_day(now).year, now - timedelta(days=20))
    _half_written(this, now)
    _some_handed_in(this, now)
    return len(met)


def _meets(group: CoordinationGroup, now: datetime) -> bool:
    """One meeting with approved minutes and a decision, one that is called."""
    lead, other = _seat(group, now, leads=True), _seat(group, now, leads=False)
    if lead is None or other is None:
        return False
    planned, held = now - timedelta(days=60), _at(local_day(now) - timedelta(days=40))
    coming = _at(add_working_days(local_day(now), 10))
    with acting(lead, planned):
        first, second = actions.plan_meetings(
            group_id=group.pk, starts=[held, coming], minutes_long=120, place="Stadshuset, sal 2", by=lead, now=planned
        )
        first = actions.call(meeting_id=first.pk, version=first.version, by=lead, now=planned)
        actions.co_opt(
            group_id=group.pk, name="Brukarrådet", why="Ser hur det blir för dem det gäller",
            starts_on=local_day(planned), by=lead, now=planned,
        )  # fmt: skip
    after = held + timedelta(hours=3)
    people = members(group, local_day(now))
    with acting(lead, after):
        notes = {item.pk: "Vi gick igenom läget. Inga frågor återstår." for item in first.items.all()[:3]}
        first = actions.record(
            meeting_id=first.pk, version=first.version, notes=notes, present=people[:4], co_opted=[],
            user_participation="Brukarrådet var med på punkten om läget.", by=lead, now=after,
        )  # fmt: skip
        actions.decide(
            meeting_id=first.pk, text="Skriv en gemensam rutin för första kontakten under semestern",
            owner=people[-1], due_on=local_day(now) + timedelta(days=25), item=None, by=lead, now=after,
        )  # fmt: skip
    with acting(other, after):
        actions.approve(meeting_id=first.pk, version=first.version, by=other, now=after)
    with acting(lead, after):
        published = actions.publish_minutes(meeting_id=first.pk, by=lead, now=after)
    _users_say(published, lead, now)
    with acting(lead, now - timedelta(days=3)):
        actions.call(meeting_id=second.pk, version=second.version, by=lead, now=now - timedelta(days=3))
    return True


def _users_say(published: Publication, lead: Actor, now: datetime) -> None:
    """A user organisation comments on the minutes: one group has answered, the others have it to do."""
    seats = Assignment.objects.filter(role=Role.USER_REPRESENTATIVE).select_related("user", "unit__authority__huvudman")
    seat = seats.first()
    if seat is None:
        return
    brukare, said_at = actor_for(seat), now - timedelta(days=12)
    with acting(brukare, said_at):
        is_first = not Comment.objects.filter(publication__isnull=False).exists()
        said = actions.comment_on_group(
            publication_id=published.pk, text="Bra att kallelsen skrivs om. Låt någon av oss läsa den först.",
            by=brukare, now=said_at,
        )  # fmt: skip
    if is_first:
        with acting(lead, now - timedelta(days=6)):
            answer = "Ja. Brukarrådet får utkastet före nästa möte, och vi tar med svaren då."
            actions.answer_comment(comment_id=said.pk, answer=answer, by=lead, now=now - timedelta(days=6))


def _last_year(agreement: Agreement, board: Actor, groups: list[CoordinationGroup], now: datetime) -> None:
    """Handed in by all groups but one, compiled, handed over, answered; a priority and an assignment for this year."""
    year = local_day(now).year - 1
    opened = _at(date(year, 9, 2))
    if local_day(opened) < STARTS_ON:
        return
    campaign = _open(agreement, board, year, opened)
    written = _at(date(year, 10, 20))
    leads: dict[str, Actor] = {}
    for group in groups[:-1]:
        lead = _seat(group, now, leads=True)
        if lead is None:
            continue
        leads.setdefault(coordination_of(group), lead)
        report = GroupReport.objects.select_related("campaign", "group").get(campaign=campaign, group=group)
        asked = [one for one in asked_of(campaign, coordination_of(group)) if one.has_text]
        texts = {one.key: _TEXTS.get(one.key, _OTHERWISE) for one in asked}
        with acting(lead, written):
            actions.submit_report(report_id=report.pk, version=report.version, texts=texts, by=lead, now=written)
    handed = _at(date(year, 11, 20))
    for regional in campaign.regional_reports.all():
        lead = leads[regional.coordination]
        with acting(lead, handed):
            for one in asked_of(campaign, regional.coordination):
                if one.has_text:
                    text = _TEXTS.get(one.key, _OTHERWISE)
                    actions.compile_text(
                        report_id=regional.pk, indicator=one.key, text=text, version=0, by=lead, now=handed
                    )
            done = actions.finish_compiling(report_id=regional.pk, version=regional.version, by=lead, now=handed)
            actions.present(report_id=done.pk, version=done.version, by=lead, now=handed)
    answered = _at(date(year, 12, 10))
    with acting(board, answered):
        for report in GroupReport.objects.filter(campaign=campaign, group__in=groups[:4], state="submitted"):
            text = "Tack för en tydlig uppföljning. Dela gärna er rutin för semestertiden med de andra grupperna."
            actions.give_feedback(report_id=report.pk, text=text, by=board, now=answered)
        actions.add_priority(
            agreement=agreement, year=year + 1, name="Första kontakten i tid också på sommaren",
            text="Varje grupp har en plan för semestertiden senast i maj.", by=board, now=answered,
        )  # fmt: skip
    lately = now - timedelta(days=30)
    with acting(board, lately):
        actions.give_task(
            agreement=agreement, groups=groups[:2], name="Kartlägg vägarna in för barn och unga",
            text="Beskriv hur en familj hittar rätt första gången, och var det brister.",
            due_on=local_day(now) + timedelta(days=45), by=board, now=lately,
        )  # fmt: skip


def _open(agreement: Agreement, board: Actor, year: int, at: datetime) -> Campaign:
    with acting(board, at):
        return actions.open_campaign(agreement=agreement, year=year, by=board, now=at)


def _half_written(campaign: Campaign, now: datetime) -> None:
    report = GroupReport.objects.select_related("group").filter(campaign=campaign).order_by("group__name").first()
    lead = _seat(report.group, now, leads=True) if report else None
    if report is None or lead is None:
        return
    with acting(lead, now):
        texts = {"structures": _TEXTS["structures"]}
        actions.write_report(report_id=report.pk, version=report.version, texts=texts, by=lead, now=now)


def _some_handed_in(campaign: Campaign, now: datetime) -> None:
    """Two groups for children have handed in, each in its own words: their coordinators can begin to merge."""
    written = now - timedelta(days=4)
    reports = GroupReport.objects.select_related("campaign", "group").filter(
        campaign=campaign, group__kind=GroupKind.SSGB
    )
    for report, words in zip(reports.order_by("-group__name"), _IN_OTHER_WORDS, strict=False):
        lead = _seat(report.group, now, leads=True)
        if lead is None:
            continue
        asked = [one for one in asked_of(campaign, coordination_of(report.group)) if one.has_text]
        texts = {one.key: words.get(one.key, _TEXTS.get(one.key, _OTHERWISE)) for one in asked}
        with acting(lead, written):
            actions.submit_report(report_id=report.pk, version=report.version, texts=texts, by=lead, now=written)


def _seat(group: CoordinationGroup, now: datetime, *, leads: bool) -> Actor | None:
    role = Role.GROUP_COORDINATOR if leads else Role.GROUP_REPRESENTATIVE
    member = next((one for one in members(group, local_day(now)) if one.is_coordinator == leads), None)
    return _acting_member(member, role) if member else None


def _acting_member(member: GroupMember, role: Role) -> Actor | None:
    seats = Assignment.objects.select_related("user", "unit__authority__huvudman")
    found = seats.filter(user_id=member.user_id, unit_id=member.represents_id, role=role).first()
    return actor_for(found) if found else None


def _at(day: date, hour: int = 13) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=STOCKHOLM)
