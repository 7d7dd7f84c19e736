"""Pages of the ansvarsförbindelse: for its two parties only (PLC-8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.audit import Action
from core.authz import NotAllowed, Refused
from core.policy import ActingRequest, policy, visible_or_404
from core.transitions import Gone, Stale
from placements import actions, panels, signing
from placements.forms import agreement as forms
from placements.kinds import DeclineReason, Do, Move, Stage
from placements.models import Ansvarsforbindelse, Placement
from placements.permissions import AGREEMENT_RULES, PLACEMENT_RULES, is_party
from placements.views.placement import stand
from placements.views.shared import CHANGED, GET_POST, PARTICIPANTS, find, refuse

PAGES: dict[Move, str] = {
    Move.SIGN: "placements:sign",
    Move.COUNTER: "placements:counter",
    Move.DECLINE: "placements:decline",
    Move.WITHDRAW: "placements:withdraw_version",
    Move.RENEGOTIATE: "placements:renegotiate",
    Move.WRITE: "placements:write",
}
BEGINS = (Move.COUNTER, Move.RENEGOTIATE, Move.WITHDRAW)
"""Moves that a button makes directly, without a page of their own."""
LAID = (
    "Den här versionen är lagd fram och ändras aldrig. Lägg ett motförslag, eller förhandla om den som gäller: då blir "
    "det en ny version."
)


def find_version(request: ActingRequest, placement: Placement, version_id: UUID) -> Ansvarsforbindelse:
    """The version, if the acting unit is a party to it; else 404, as for one that doesn't exist (PLC-8)."""
    found = (
        Ansvarsforbindelse.objects.visible_to(request.actor)
        .filter(placement=placement)
        .select_related(
            "placement__matter__person", "placing_unit__authority__huvudman", "medical_unit__authority__huvudman",
            "proposed_by", "drafted_by_unit", "declined_by", "answers",
        )
        .prefetch_related(panels.MEASURES, "signatures__user", "remarks__user", "remarks__unit")
    )  # fmt: skip
    return visible_or_404(request, found, "placements.ansvarsforbindelse", pk=version_id)


@policy(PARTICIPANTS)
@require_safe
def agreements(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """All versions, what holds now, and the way to begin."""
    placement = of_party(request, placement_id)
    at = stand(request, placement)
    current = at.in_force or at.on_the_table
    renegotiate = None
    if at.in_force is not None and at.on_the_table is None and at.draft is None:
        renegotiate = AGREEMENT_RULES.buttons(request.actor, at.in_force, [Move.RENEGOTIATE])[0]
    shown = panels.shown(find_version(request, placement, current.pk)) if current else None
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "at": at,
        "shown": shown,
        "renegotiate": renegotiate,
        "nothing_left": placement.lasted is not None and not at.is_unsettled,
        "draw_up": PLACEMENT_RULES.buttons(request.actor, placement, [Do.DRAW_UP])[0],
        "now": request.now,
    }
    return render(request, "placements/agreements.html", context)


@policy(PARTICIPANTS)
@require_POST
def draw_up(request: ActingRequest, placement_id: UUID) -> HttpResponse:
    """Begin a draft, or go on with the one there is."""
    placement = of_party(request, placement_id)
    return _begin(
        request, placement, lambda: actions.draw_up(placement_id=placement.pk, by=request.actor, now=request.now)
    )


@policy(PARTICIPANTS)
@require_safe
def version(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """One version: its measures, what they cost, who pays, signatures, comments, and what can be done."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    return _version_page(request, placement, found, forms.CommentForm())


def _version_page(
    request: ActingRequest, placement: Placement, found: Ansvarsforbindelse, form: forms.CommentForm
) -> HttpResponse:
    buttons = AGREEMENT_RULES.buttons(request.actor, found, panels.moves(found, request.actor))
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "one_version": found,
        "shown": panels.shown(found),
        "buttons": [(one, PAGES[one.do], one.do in BEGINS) for one in buttons],
        "missing": actions.why_not_propose(found) if found.number is None else [],
        "may_comment": AGREEMENT_RULES.may(request.actor, Move.COMMENT, found),
        "form": form,
        "service": signing.name_of,
        "now": request.now,
    }
    return render(request, "placements/version.html", context, status=422 if form.errors else 200)


@policy(PARTICIPANTS)
@require_POST
def comment(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Say something to the other party about the proposal."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    form = forms.CommentForm(request.POST)
    if form.is_valid() and _done(
        form,
        lambda: actions.comment(version_id=found.pk, text=form.cleaned_data["text"], by=request.actor, now=request.now),
    ):
        messages.success(request, "Kommentaren är skickad till den andra parten.")
        return redirect("placements:version", placement_id=placement.pk, version_id=found.pk)
    return _version_page(request, placement, found, form)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def write(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """The editor: the whole draft on one page. Saved, or saved and laid before the other party."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    laid = found.state != Stage.DRAFT
    if not (decision := AGREEMENT_RULES.may(request.actor, Move.WRITE, found)) and request.method != "POST":
        return refuse(request, placement, str(Move.WRITE.label), LAID if laid else decision.reason)
    measures = list(found.measures.all())
    rows = _rows(request, len(measures))
    saved = forms.VersionForm.saved(found, measures, rows)
    form = forms.VersionForm(request.POST if request.method == "POST" else None, rows=rows, initial=saved)
    stale = False
    if "more" in request.POST:
        # A row more, and nothing saved yet: what is typed stays on the page.
        form = forms.VersionForm(initial={**_typed(request), "rows": rows}, rows=rows)
    elif laid:
        form.add_error(None, LAID)
    elif form.is_valid():
        try:
            saved_version = actions.write(
                version_id=found.pk, version=form.cleaned_data["version"], facts=form.facts(), measures=form.written(),
                by=request.actor, now=request.now,
            )  # fmt: skip
            if "propose" in request.POST:
                actions.propose(version_id=found.pk, version=saved_version.version, by=request.actor, now=request.now)
        except Gone:
            raise Http404 from None
        except Stale:
            stale = True
            form.add_error(None, CHANGED)
            form.data = {**request.POST.dict(), "version": str(found.version)}
        except NotAllowed as no:
            return refuse(request, placement, str(Move.WRITE.label), no.reason)
        except Refused as no:
            form.refuse(no)
        else:
            proposed = "propose" in request.POST
            messages.success(request, "Förslaget är lagt." if proposed else "Utkastet är sparat.")
            return redirect("placements:version", placement_id=placement.pk, version_id=found.pk)
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "one_version": found,
        "form": form,
        "stale": panels.costs_of(measures) if stale else None,
        "may_add": rows < forms.AT_MOST,
        "now": request.now,
    }
    return render(request, "placements/write.html", context, status=422 if form.is_bound and form.errors else 200)


def _rows(request: ActingRequest, written: int) -> int:
    typed = request.POST.get("rows", "")
    rows = int(typed) if typed.isdigit() and len(typed) < 3 else max(written, 1)
    return min(rows + int("more" in request.POST), forms.AT_MOST)


def _typed(request: ActingRequest) -> dict[str, Any]:
    return {name: request.POST[name] for name in request.POST}


@policy(PARTICIPANTS)
@require_POST
def counter(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Begin a counter-proposal from the other party's proposal."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    return _begin(request, placement, lambda: actions.counter(version_id=found.pk, by=request.actor, now=request.now))


@policy(PARTICIPANTS)
@require_POST
def renegotiate(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Begin a new version of the one in force."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    return _begin(
        request, placement, lambda: actions.renegotiate(version_id=found.pk, by=request.actor, now=request.now)
    )


@policy(PARTICIPANTS)
@require_POST
def withdraw_version(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Take back a draft or a proposal."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    try:
        actions.withdraw_version(version_id=found.pk, by=request.actor, now=request.now)
    except Refused as no:
        return refuse(request, placement, str(Move.WITHDRAW.label), no.reason)
    messages.success(request, "Förslaget är tillbakadraget.")
    return redirect("placements:agreements", placement_id=placement.pk)


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def decline(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Turn a proposal down, with a reason from the closed list (PLC-6)."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    form = forms.DeclineForm(request.POST or None)

    def run() -> None:
        actions.decline_proposal(
            version_id=found.pk, reason=DeclineReason(form.cleaned_data["reason"]), note=form.cleaned_data["note"],
            by=request.actor, now=request.now,
        )  # fmt: skip

    told = "Förslaget är avvisat. Lägg gärna ett motförslag, så kommer ni vidare."
    return _answer(request, placement, found, Move.DECLINE, form, run, told, "placements/decline.html")


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def sign(request: ActingRequest, placement_id: UUID, version_id: UUID) -> HttpResponse:
    """Read everything once more, and sign for one's own party (PLC-4)."""
    placement = of_party(request, placement_id)
    found = find_version(request, placement, version_id)
    form = forms.SignForm(request.POST or None, initial={"document_hash": found.content_hash})

    def run() -> None:
        actions.sign(
            version_id=found.pk, document_hash=form.cleaned_data["document_hash"], by=request.actor, now=request.now
        )

    told = "Du har undertecknat ansvarsförbindelsen."
    return _answer(request, placement, found, Move.SIGN, form, run, told, "placements/sign.html")


@policy(PARTICIPANTS)
@require_http_methods(GET_POST)
def verify(request: ActingRequest) -> HttpResponse:
    """Is a printed ansvarsförbindelse the one that was signed? Answers only its parties; others learn nothing."""
    form = forms.VerifyForm(request.POST or None)
    found: Ansvarsforbindelse | None = None
    if form.is_valid():
        found = panels.verified(form.cleaned_data["code"], request.actor, request.now)
        if found is None:
            form.add_error("code", panels.UNKNOWN_CODE)
        else:
            found.log_read(request.actor.reads, Action.VIEW, "placements.verify")
    context = {"form": form, "shown": panels.shown(found) if found else None, "now": request.now}
    return render(request, "placements/verify.html", context, status=422 if form.is_bound and form.errors else 200)


# --- inside -----------------------------------------------------------------------------------------------------------
def of_party(request: ActingRequest, placement_id: UUID) -> Placement:
    """The placement, for its two parties; for another participant the ansvarsförbindelse doesn't exist (PLC-8)."""
    placement = find(request, placement_id, "placements.ansvarsforbindelse")
    if not is_party(request.actor, placement):
        raise Http404
    return placement


def _begin(request: ActingRequest, placement: Placement, begin: Callable[[], Ansvarsforbindelse]) -> HttpResponse:
    try:
        draft = begin()
    except Gone:
        raise Http404 from None
    except Refused as no:
        return refuse(request, placement, "Ansvarsförbindelse", no.reason)
    return redirect("placements:write", placement_id=placement.pk, version_id=draft.pk)


def _answer(
    request: ActingRequest,
    placement: Placement,
    found: Ansvarsforbindelse,
    move: Move,
    form: Any,
    run: Callable[[], None],
    told: str,
    template: str,
) -> HttpResponse:
    decision = AGREEMENT_RULES.may(request.actor, move, found)
    if not decision and not form.is_bound:
        return refuse(request, placement, str(move.label), decision.reason)
    if form.is_valid() and _done(form, run):
        messages.success(request, told)
        return redirect("placements:version", placement_id=placement.pk, version_id=found.pk)
    context = {
        "placement": placement,
        "person": placement.matter.person,
        "one_version": found,
        "shown": panels.shown(found),
        "form": form,
        "service": signing.service(),
        "now": request.now,
    }
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _done(form: Any, run: Callable[[], object]) -> bool:
    try:
        run()
    except Gone:
        raise Http404 from None
    except Refused as no:
        form.refuse(no)
        return False
    return True
