"""The page of a dispute, and the pages for what one does with it. Each has its own address and form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import refusals
from core.audit import Action
from core.authz import Refused
from core.documents import as_file
from core.pdf import NoDocument
from core.policy import ActingRequest, for_roles, policy, visible_or_404
from core.transitions import Gone, Stale
from disputes import actions, documents, panels
from disputes.forms import steps
from disputes.kinds import Do, Side
from disputes.models import Dispute, DisputeEvent
from disputes.panels import Standing
from disputes.views.listing import MAY_READ
from organisations.kinds import Role

GET_POST = ["GET", "HEAD", "POST"]
VARIANTS = {"lasa": False, "arkiv": True}
ADDRESSES = {
    Do.TAKE_POSITION: "disputes:position",
    Do.CHANGE_INTERIM: "disputes:interim",
    Do.ENCLOSE: "disputes:enclose",
    Do.LIFT: "disputes:lift",
    Do.PROPOSE: "disputes:propose",
    Do.CONFIRM: "disputes:confirm",
    Do.WITHDRAW: "disputes:withdraw",
    Do.GIVE_GUIDANCE: "disputes:give_guidance",
}


def find(request: ActingRequest, dispute_id: UUID) -> Dispute:
    """The dispute, if the assignment sees it; else 404 and a line in the read log (LAW-3)."""
    disputes = panels.found_by(Dispute.objects.all(), request.actor, request.now)
    return visible_or_404(request, disputes, "disputes.dispute", pk=dispute_id)


@policy(MAY_READ)
@require_safe
def dispute_page(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Where it stands, the ladder, who does what meanwhile, both sides' words, the settlement and what has happened."""
    dispute = find(request, dispute_id)
    at = panels.stand(dispute, request.actor, request.now)
    first = panels.next_do(at)
    link = getattr(dispute, "case_link", None)
    if link is not None:
        person, case = [link.matter.person_id], [link.matter_id]
        request.actor.reads.add(Action.VIEW, "disputes.dispute", persons=person, matters=case)
    events = DisputeEvent.objects.filter(dispute=dispute).select_related("unit", "user")
    context = {
        "dispute": dispute,
        "at": at,
        "sentence": panels.sentence(at),
        "ladder": panels.ladder(at),
        "sides": panels.sides(at),
        "primary": _with_addresses(at, [first] if first else []),
        "others": _with_addresses(at, panels.other_dos(at)),
        "enclosures": panels.enclosures(at),
        "may_enclose": bool(panels.buttons(at, [Do.ENCLOSE])[0].decision),
        "who_sees": panels.who_sees(at),
        "link": link,
        "earlier_proposals": [one for one in dispute.proposals.all() if at.takes_part and one != at.proposal],
        "events": events.order_by("-at", "-pk") if at.takes_part else [],
        "now": request.now,
    }
    return render(request, "disputes/dispute.html", context)


@policy(MAY_READ)
@require_safe
def document(request: ActingRequest, dispute_id: UUID, variant: str) -> HttpResponse:
    """The dispute as PDF, to read or to file, for those who take part in it."""
    found = find(request, dispute_id)
    if variant not in VARIANTS:
        raise Http404
    at = panels.stand(found, request.actor, request.now)
    reason = "" if at.takes_part else "Dokumentet är för parterna i tvisten."
    try:
        if not reason:
            return as_file(*documents.of_dispute(at, for_filing=VARIANTS[variant]))
    except NoDocument as none:
        reason = none.reason
    refused = {"dispute": at.dispute, "reason": reason, "label": "Dokument"}
    return render(request, "disputes/refused.html", refused, status=403)


def _with_addresses(at: Standing, dos: list[Do]) -> list[tuple[object, str]]:
    return [(button, ADDRESSES[button.do]) for button in panels.buttons(at, dos)]


@policy(MAY_READ)
@require_http_methods(GET_POST)
def position(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Write how one's own side sees the question (DIS-1)."""

    def act(at: Standing, version: int, text: str) -> object:
        return actions.take_position(
            dispute_id=at.dispute.pk, text=text, version=version, by=request.actor, now=request.now
        )

    template, told = "disputes/position.html", "Ståndpunkten är sparad. Motparten får veta det."
    return _do(request, dispute_id, Do.TAKE_POSITION, steps.PositionForm, template, act, told)


@policy(MAY_READ)
@require_http_methods(GET_POST)
def interim(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Change who does what until the dispute ends (DIS-4)."""

    def form(data: Any, at: Standing) -> forms.Form:
        dispute = at.dispute
        side = Side.OPENING if dispute.interim.unit.pk == dispute.opening_unit_id else Side.ANSWERING
        initial = {"version": dispute.version, "side": side, "text": dispute.interim.text}
        names = {side: unit.name for side, unit in dispute.units.items()}
        return steps.InterimForm(data, initial=initial, names=names)

    def act(at: Standing, version: int, side: str, text: str) -> object:
        unit = at.dispute.units[Side(side)]
        return actions.change_interim(
            dispute_id=at.dispute.pk, unit=unit, text=text, version=version, by=request.actor, now=request.now
        )

    template, told = "disputes/interim.html", "Ansvaret under tiden är ändrat. Alla som berörs får veta det."
    return _do(request, dispute_id, Do.CHANGE_INTERIM, form, template, act, told)


@policy(MAY_READ)
@require_http_methods(GET_POST)
def lift(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Say that the sides don't agree: the next level has the question at once (DIS-3)."""

    def act(at: Standing, version: int) -> object:
        return actions.lift(dispute_id=at.dispute.pk, version=version, by=request.actor, now=request.now)

    told = "Tvisten ligger nu på nästa nivå, hos båda parterna. Alla som berörs får veta det."
    return _do(request, dispute_id, Do.LIFT, steps.VersionForm, "disputes/lift.html", act, told)


@policy(MAY_READ)
@require_http_methods(GET_POST)
def propose(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Propose a text that both sides can confirm (DIS-5)."""

    def act(at: Standing, version: int, text: str, as_guidance: bool) -> object:
        return actions.propose(
            dispute_id=at.dispute.pk,
            text=text,
            as_guidance=as_guidance,
            version=version,
            by=request.actor,
            now=request.now,
        )

    told = "Förslaget är lämnat, och ni har bekräftat det. Tvisten är löst när motparten bekräftar samma text."
    return _do(request, dispute_id, Do.PROPOSE, steps.ProposalForm, "disputes/propose.html", act, told)


@policy(MAY_READ)
@require_http_methods(GET_POST)
def confirm(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Confirm exactly the text that the page shows (DIS-5)."""

    def form(data: Any, at: Standing) -> forms.Form:
        digest = at.proposal.digest if at.proposal is not None else ""
        return steps.ConfirmForm(data, initial={"digest": digest})

    def act(at: Standing, digest: str) -> object:
        return actions.confirm(dispute_id=at.dispute.pk, digest=digest, by=request.actor, now=request.now)

    told = "Tvisten är löst. Båda parterna har bekräftat samma lösning."
    return _do(request, dispute_id, Do.CONFIRM, form, "disputes/confirm.html", act, told)


@policy(MAY_READ)
@require_http_methods(GET_POST)
def withdraw(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Take the dispute back, with a reason."""

    def act(at: Standing, version: int, reason: str) -> object:
        return actions.withdraw(
            dispute_id=at.dispute.pk, reason=reason, version=version, by=request.actor, now=request.now
        )

    told = "Tvisten är återkallad. Motparten får veta det."
    return _do(request, dispute_id, Do.WITHDRAW, steps.WithdrawForm, "disputes/withdraw.html", act, told)


@policy(for_roles(Role.BOARD_MEMBER))
@require_http_methods(GET_POST)
def give_guidance(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """The board makes a settled question guidance on its provision (DIS-5)."""

    def form(data: Any, at: Standing) -> forms.Form:
        return steps.GuidanceForm(data, initial={"text": at.proposal.text if at.proposal is not None else ""})

    def act(at: Standing, text: str) -> object:
        return actions.give_guidance(dispute_id=at.dispute.pk, text=text, by=request.actor, now=request.now)

    told = "Lösningen visas nu som vägledning vid avsnittet i överenskommelsen."
    return _do(request, dispute_id, Do.GIVE_GUIDANCE, form, "disputes/give_guidance.html", act, told)


# --- inside -----------------------------------------------------------------------------------------------------------
def _version(form_class: type[forms.Form], data: Any, at: Standing) -> forms.Form:
    return form_class(data, initial={"version": at.dispute.version})


def _saw_another(form: forms.Form, at: Standing) -> bool:
    """Whether the page was made from an older version, or of another text: then what was typed is kept and shown."""
    if not form.is_valid() or at.mine is None:
        return False
    digest = at.proposal.digest if at.proposal is not None else ""
    return form.cleaned_data.get("version", at.dispute.version) != at.dispute.version or (
        form.cleaned_data.get("digest", digest) != digest
    )


def _do(
    request: ActingRequest,
    dispute_id: UUID,
    do: Do,
    make: Callable[..., forms.Form] | type[forms.Form],
    template: str,
    act: Callable[..., object],
    told: str,
) -> HttpResponse:
    """Find, validate, one action, respond. Somebody else's change is shown beside what was typed."""
    dispute = find(request, dispute_id)
    at = panels.stand(dispute, request.actor, request.now)
    (button,) = panels.buttons(at, [do])
    data = request.POST if request.method == "POST" else None
    refused = {"dispute": dispute, "reason": button.decision.reason, "label": do.label}
    if not button.decision and not at.takes_part:
        return render(request, "disputes/refused.html", refused, status=403)
    form = _version(make, data, at) if isinstance(make, type) else make(data, at)
    if not button.decision and not (form.is_bound and _saw_another(form, at)):
        return render(request, "disputes/refused.html", refused, status=403)
    stale = False
    if form.is_valid():
        try:
            act(at, **form.cleaned_data)
        except Gone:
            raise Http404 from None
        except Stale as newer:
            stale = True
            form.add_error(None, newer.reason)
        except Refused as no:
            refusals.tell(form, no)
        else:
            messages.success(request, told)
            return redirect("disputes:dispute", dispute_id=dispute.pk)
    if stale:
        # The typed values stay; the hidden ones follow what the page now shows.
        shown = {"version": dispute.version, "digest": at.proposal.digest if at.proposal is not None else ""}
        form.data = {**request.POST.dict(), **shown}
    context = {
        "dispute": dispute,
        "at": at,
        "form": form,
        "sides": panels.sides(at),
        "sentence": panels.sentence(at),
        "stale": stale,
        "label": do.label,
        "possible": button.decision,
        "now": request.now,
    }
    return render(request, template, context, status=422 if form.is_bound else 200)
