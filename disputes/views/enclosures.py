"""Documents of a dispute: add one, read one, take one's own away (DIS-1)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import attachments, refusals
from core.audit import Action
from core.authz import Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone
from disputes import actions, panels
from disputes.forms.steps import EncloseForm
from disputes.kinds import Do
from disputes.views.dispute import GET_POST, find
from disputes.views.listing import MAY_READ


@policy(MAY_READ)
@require_http_methods(GET_POST)
def enclose(request: ActingRequest, dispute_id: UUID) -> HttpResponse:
    """Add a document of one's own side, about the question or about the case."""
    dispute = find(request, dispute_id)
    at = panels.stand(dispute, request.actor, request.now)
    (button,) = panels.buttons(at, [Do.ENCLOSE])
    if not button.decision:
        refused = {"dispute": dispute, "reason": button.decision.reason, "label": Do.ENCLOSE.label}
        return render(request, "disputes/refused.html", refused, status=403)
    has_case = hasattr(dispute, "case_link")
    form = EncloseForm(*([request.POST, request.FILES] if request.method == "POST" else []), has_case=has_case)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.enclose(
                dispute_id=dispute.pk,
                name=file.name,
                content=file.read(attachments.LARGEST + 1),
                of_the_case=form.cleaned_data["about"] == EncloseForm.CASE,
                by=request.actor,
                now=request.now,
            )
        except Gone:
            raise Http404 from None
        except Refused as no:
            refusals.tell(form, no)
        else:
            messages.success(request, "Handlingen är sparad. Motparten får veta det.")
            return redirect("disputes:dispute", dispute_id=dispute.pk)
    context = {"dispute": dispute, "at": at, "form": form, "label": Do.ENCLOSE.label, "possible": button.decision}
    return render(request, "disputes/enclose.html", context, status=422 if form.is_bound else 200)


@policy(MAY_READ)
@require_safe
def enclosure(request: ActingRequest, dispute_id: UUID, enclosure_id: UUID) -> HttpResponse:
    """The file, always as a download. One about a person's case is read by those who reach the case, and logged."""
    found = panels.enclosure(find(request, dispute_id), enclosure_id)
    if found is None:
        raise Http404("enclosure")
    if found.matter is not None:
        persons, matters = [found.matter.person_id], [found.matter.pk]
        request.actor.reads.add(Action.VIEW, "disputes.enclosure", persons=persons, matters=matters)
    return attachments.as_download(bytes(found.content), found.name, found.media_type)


@policy(MAY_READ)
@require_POST
def remove_enclosure(request: ActingRequest, dispute_id: UUID, enclosure_id: UUID) -> HttpResponse:
    """Take one's own side's document away while the dispute is open."""
    dispute = find(request, dispute_id)
    at = panels.stand(dispute, request.actor, request.now)
    (button,) = panels.buttons(at, [Do.ENCLOSE])
    if not button.decision:
        refused = {"dispute": dispute, "reason": button.decision.reason, "label": "Ta bort en handling"}
        return render(request, "disputes/refused.html", refused, status=403)
    try:
        actions.remove_enclosure(dispute_id=dispute.pk, enclosure_id=enclosure_id, by=request.actor, now=request.now)
    except Gone:  # The button pressed twice, or in a tab that stood open.
        messages.info(request, "Handlingen fanns inte kvar.")
    else:
        messages.success(request, "Handlingen är borttagen.")
    return redirect("disputes:dispute", dispute_id=dispute.pk)
