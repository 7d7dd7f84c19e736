"""Local agreements and routines of the parties (AGR-6)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from agreements import actions
from agreements.forms import LocalDocumentForm
from agreements.models import Agreement
from agreements.views.shared import agreement_page
from core import refusals
from core.authz import Refused
from core.policy import ASSIGNED, ActingRequest, for_roles, policy
from core.workdays import local_day
from organisations.kinds import Role


@policy(ASSIGNED)
@require_safe
def local_documents(request: ActingRequest, key: str) -> HttpResponse:
    """Local agreements and routines of every party (AGR-6), and which are due to be looked over."""
    agreement = get_object_or_404(Agreement, key=key)
    context = {
        "documents": agreement.local_documents.filter(ended_on=None).select_related("huvudman"),
        "today": local_day(request.now),
        "writes": request.actor.role == Role.LOCAL_ADMINISTRATOR,
        "own": request.actor.huvudman_id,
    }
    return agreement_page(request, agreement, "agreements/local_documents.html", context)


@policy(for_roles(Role.LOCAL_ADMINISTRATOR))
@require_http_methods(["GET", "HEAD", "POST"])
def local_document(request: ActingRequest, key: str, document_id: UUID | None = None) -> HttpResponse:
    """Add a local agreement or routine, or change one of one's own."""
    agreement = get_object_or_404(Agreement, key=key)
    own = agreement.local_documents.filter(huvudman_id=request.actor.huvudman_id, ended_on=None)
    document = get_object_or_404(own, pk=document_id) if document_id else None
    form = LocalDocumentForm(request.POST or None, instance=document)
    if form.is_valid():
        values = {"agreement": agreement, "facts": form.cleaned_data, "by": request.actor, "now": request.now}
        try:
            if document is None:
                actions.add_local_document(**values)
            else:
                actions.change_local_document(document_id=document.pk, **values)
        except Refused as refused:
            refusals.tell(form, refused)
        else:
            messages.success(request, f"{form.cleaned_data['title']} är sparad.")
            return redirect("agreements:local", key)
    return agreement_page(request, agreement, "agreements/local_document.html", {"form": form, "document": document})
