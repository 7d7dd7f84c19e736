"""What the access matrix is made of: every address, someone of every role at each distance, and what they ask for.

Distances to a thing: `own` (the unit it belongs to), `disclosed` (a unit it was handed to), `foreign` (a unit of
another municipality), `missing` (an id that doesn't exist, asked for by the own unit) and `missing_foreign` (by the
foreign one).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from knox.models import AuthToken

from agreements.models import Amendment, LocalDocument, PartyDecision, RevisionRound, RoundComment
from agreements.values import DecisionKind, LocalKind, Origin
from core import heartbeat
from core.acting import acting
from core.models import Message
from deviations import actions as deviations
from deviations.models import Pattern, SharedDeviation
from individuals.models import Matter
from organisations.acting import actor_for
from organisations.kinds import Role
from organisations.middleware import SESSION_ASSIGNMENT
from organisations.models import Assignment, CoordinationGroup, User
from sip import actions
from sip.kinds import GuestKind, OtherPlanKind
from sip.models import SipCase
from tests import build, build_disputes, build_meeting, build_placements, build_plan, deviating
from tests.access_groups import group_things, seat_members
from tests.conftest import NOW, as_owner, unit

DISTANCES = ("own", "disclosed", "foreign", "missing")
UNITS = {"own": build.INITIATOR, "disclosed": build.CALLED, "foreign": "laholm-socialtjanst-barn"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ANONYMOUS = "anonymous"
ROLES = [ANONYMOUS, *map(str, Role)]


@dataclass(frozen=True)
class Address:
    """One address of the portal: its route as Django writes it, and its view."""

    route: str
    view: Any

    def filled(self, values: dict[str, object]) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match.group(1)]), self.route)

    @property
    def names(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)


def addresses() -> list[Address]:
    """Every address, from the URL resolver."""

    def walk(patterns: list[Any], before: str) -> Iterator[Address]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                yield Address(route, pattern.callback)

    return list(walk(get_resolver().url_patterns, ""))


@dataclass
class World:
    """A sent case, a draft and what lies beside them, with someone of every role at every distance."""

    things: dict[str, dict[str, object]] = field(default_factory=dict)
    people: dict[tuple[str, str], Client] = field(default_factory=dict)

    def ask(self, who: str, distance: str, address: Address, method: str, thing: str) -> HttpResponse:
        """Ask, and undo whatever the answer changed."""
        near = "own" if distance == "missing" or who == ANONYMOUS else distance.removeprefix("missing_")
        values = missing(self.things[thing]) if distance.startswith("missing") else self.things[thing]
        sent: dict[str, Any] = {}
        if method != "GET" and address.route.startswith("api/"):
            sent = {"data": "{}", "content_type": "application/json"}
        client = self.people[who, near]
        cookies = client.cookies.copy()  # The answer may log out, or start another session.
        with transaction.atomic():
            answer: HttpResponse = getattr(client, method.lower())(address.filled(values), **sent)
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer

    def cost(self, who: str, distance: str, address: Address, method: str, thing: str) -> tuple[int, HttpResponse]:
        with CaptureQueriesContext(connection) as queries:
            answer = self.ask(who, distance, address, method, thing)
        return len(queries), answer


def missing(values: dict[str, object]) -> dict[str, object]:
    """The same, of what doesn't exist. A number stays: it counts within a thing that is missing."""
    other = {name: uuid.uuid4() if isinstance(value, uuid.UUID) else "finns-inte" for name, value in values.items()}
    return other | {name: value for name, value in values.items() if isinstance(value, int)}


def outcome(answer: HttpResponse) -> str:
    """An answer in one word: ok, login, no (403), none (404), never (405)."""
    status = answer.status_code
    if status == 401 or (status == 302 and answer["Location"].startswith("/logga-in/?")):
        return "login"
    return {403: "no", 404: "none", 405: "never"}.get(status, "ok" if status < 500 else f"error {status}")


def make_world() -> World:
    """Made once for all questions; each question is undone."""
    world = World()
    case, answered, contacted = build.sent(), build.acknowledged(), build.contacted()
    met = build_meeting.call()
    long_ago = NOW - timedelta(days=20)
    begun = build_meeting.call(build.contacted(now=long_ago), now=long_ago)
    held = build_meeting.held(build_meeting.call(build.contacted(now=long_ago), now=long_ago))
    draft = build.draft(number="20100315-2392")
    drafted, planned = build_plan.drafted(), build_plan.revised()
    own, called = unit(UNITS["own"]), unit(UNITS["disclosed"])
    world.people[ANONYMOUS, "own"] = Client(raise_request_exception=False)
    for role in Role:
        for distance, key in UNITS.items():
            world.people[str(role), distance] = _someone(role, key)
    staff = Assignment.objects.select_related("user", "unit__authority__huvudman")
    mine = staff.get(user__username=build.INITIATOR)
    other = staff.get(user__username=f"{build.INITIATOR}-2")
    with acting(actor_for(mine), NOW):
        actions.invite(meeting_id=met.pk, guest=build_meeting.guest(), by=actor_for(mine), now=NOW)
        guest = met.guests.get(kind=GuestKind.RELATIVE)
        noted = actions.note_other_plan(
            case_id=case.pk, kind=OtherPlanKind.OPT, kept_in="Akten", since_on=NOW.date(), by=actor_for(mine), now=NOW
        )
        view = actions.save_view(name="Mina", query="vem=jag", by=actor_for(mine), now=NOW)
        call = SipCase.objects.get(pk=case.pk).calls.get(unit=called)
        note = Message.objects.create(
            kind="sip.acknowledged", dedupe_key="matrix", to_unit_id=own.pk, planned_at=NOW, next_try_at=NOW
        )
        Message.objects.filter(pk=note.pk).update(dead_at=NOW, next_try_at=None)
        agreement = Matter.objects.select_related("agreement").get(pk=case.pk).agreement
    with as_owner():
        document = LocalDocument.objects.create(
            agreement=agreement, huvudman=own.authority.huvudman, kind=LocalKind.values[0], title="Lokal rutin",
            reference="Intranätet", decided_on=NOW.date(), review_by=NOW.date() + timedelta(days=365),
        )  # fmt: skip
        decision = PartyDecision.objects.create(
            agreement=agreement, huvudman=own.authority.huvudman, kind=DecisionKind.ADOPTS, body="Kommunfullmäktige",
            decided_on=NOW.date() - timedelta(days=300), reference="§ 1", origin=Origin.PARTY, recorded_by=mine.user,
            recorded_at=NOW,
        )  # fmt: skip
        asked = RevisionRound.objects.create(
            agreement=agreement, title="Runda", question="Vad tycker ni?", closes_on=NOW.date() + timedelta(days=30),
            opened_by=mine.user, opened_at=NOW, changed_at=NOW,
        )  # fmt: skip
        comment = RoundComment.objects.create(
            round=asked, text="Bra", huvudman=own.authority.huvudman, author=mine.user, unit=own, written_at=NOW
        )
        amendment = Amendment.objects.create(
            agreement=agreement, title="Ändring", motive="Skäl", takes_effect_on=NOW.date() + timedelta(days=90),
            written_by=mine.user, changed_at=NOW,
        )  # fmt: skip
        for job in heartbeat.JOBS:
            heartbeat.beat(job, NOW)
    dispute = build_disputes.opened(other_unit=called)
    token, _secret = AuthToken.objects.create(user=mine.user)
    group = CoordinationGroup.objects.filter(municipality=own.authority.huvudman).first()
    assert group is not None
    placement = build_placements.shared(
        UNITS["disclosed"], by=actor_for(mine), number="20100103-2398", care="bup-halmstad"
    )
    version = build_placements.proposed(placement, actor_for(mine))
    provider = build_placements.provider()
    things: dict[str, dict[str, object]] = {
        "placement": {"placement_id": placement.pk},
        "ansvarsforbindelse": {"placement_id": placement.pk, "version_id": version.pk},
        "ansvarsforbindelse_file": {"placement_id": placement.pk, "version_id": version.pk, "variant": "lasa"},
        "provider": {"provider_id": provider.pk},
        "home": {"pk": provider.pk},
        "": {},
        "case": {"case_id": case.pk},
        "answered": {"case_id": answered.pk},
        "paper": {"case_id": case.pk, "name": "samtycke"},
        "contacted": {"case_id": contacted.pk},
        "meeting": {"case_id": met.case_id, "meeting_id": met.pk},
        "begun": {"case_id": begun.case_id, "meeting_id": begun.pk},
        "held": {"case_id": held.case_id, "meeting_id": held.pk},
        "guest": {"case_id": met.case_id, "meeting_id": met.pk, "guest_id": guest.pk},
        "other_plan": {"case_id": case.pk, "plan_id": noted.pk},
        "saved_view": {"view_id": view.pk},
        "draft": {"case_id": draft.pk},
        "drafted": drafted.ids() | {"kind": "matters"},
        "planned": planned.ids(),
        "call": {"case_id": case.pk, "call_id": call.pk},
        "dispute": {"dispute_id": dispute.pk, "enclosure_id": build_disputes.enclosed(dispute).pk},
        "dispute_file": {"dispute_id": dispute.pk, "variant": "lasa"},
        "of_matter": {"matter_id": case.pk},
        "unit": {"unit_id": own.pk, "pk": own.pk},
        "authority": {"pk": own.authority_id},
        "huvudman": {"pk": own.authority.huvudman_id},
        "group": {"group_id": group.pk, "pk": group.pk},
        "user": {"user_id": other.user_id},
        "assignment": {"assignment_id": other.pk},
        "message": {"message_id": note.pk},
        "token": {"token_key": token.token_key},
        "agreement": {"key": agreement.key},
        "document": {"key": agreement.key, "document_id": document.pk},
        "decision": {"key": agreement.key, "decision_id": decision.pk},
        "of_agreement": {"agreement_key": agreement.key},
        "of_decision": {"agreement_key": agreement.key, "pk": decision.pk},
        "of_document": {"agreement_key": agreement.key, "pk": document.pk},
        "of_round": {"agreement_key": agreement.key, "pk": asked.pk, "comment_id": comment.pk},
        "of_amendment": {"agreement_key": agreement.key, "pk": amendment.pk},
        "round": {"key": agreement.key, "round_id": asked.pk, "comment_id": comment.pk},
        "amendment": {"key": agreement.key, "amendment_id": amendment.pk, "number": "4.1", "do": "skicka"},
        "term": {"key": agreement.key, "term": "sip.first_contact"},
        "file": {"kind": "csv"},
    }
    for more in (_deviations(case.matter), group_things(own)):
        assert not (things.keys() & more.keys()), "two chapters call two things by one name"
        things |= more
    world.things = things
    return world


def _someone(role: Role, unit_key: str) -> Client:
    """A client signed in with that role at the unit: the fictional staff where there is one, else a new account."""
    place = unit(unit_key)
    found = Assignment.objects.filter(unit=place, role=role).select_related("user").order_by("user__username").first()
    if found is None:
        user = User.objects.create(username=f"{role}.{unit_key}", demonstration=True, huvudman=place.authority.huvudman)
        found = Assignment.objects.create(user=user, unit=place, role=role, starts_on=NOW.date() - timedelta(days=30))
    client = Client(raise_request_exception=False)
    client.force_login(found.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_ASSIGNMENT] = str(found.pk)
    session.save()
    client.get("/om/kontakt/")  # The first request writes when the session was seen: not part of any question.
    return client


def _deviations(matter: Matter) -> dict[str, dict[str, object]]:
    """Deviations of the own unit in each state, one handed to the disclosed unit, and one on the group's desk."""
    seat_members(unit(UNITS["own"]))
    handled = deviating.reported(matter=matter)
    attachment = deviating.attached(handled)
    joint = deviating.joined(handled, UNITS["disclosed"])
    shared = deviating.shared()
    by = deviating.coordinator()
    with acting(by, NOW):
        record = SharedDeviation.objects.get(group__key="ssgb-hylte")
        pattern = Pattern.objects.create(group=record.group, name="Mönster", seen_on=NOW.date())
        deviations.tie_to_pattern(record_id=record.pk, pattern=pattern, by=by, now=NOW)
        improvement = deviations.decide_improvement(
            what="Mall", owner=unit(UNITS["own"]), due_on=NOW.date(), record=record, by=by, now=NOW
        )
    with as_owner():
        step = handled.steps.order_by("position").first()
    assert step is not None
    assert shared.shared_id == record.pk
    return {
        "deviation": {"deviation_id": handled.pk, "step_id": step.pk, "attachment_id": attachment.pk},
        "own_report": {"deviation_id": deviating.draft().pk},
        "finished": {"deviation_id": deviating.handled().pk},
        "proposed": {"deviation_id": deviating.proposed().pk},
        "joint": {"joint_id": joint.pk},
        "record": {"record_id": record.pk},
        "pattern": {"pattern_id": pattern.pk},
        "measure_of_group": {"improvement_id": improvement.pk},
    }
