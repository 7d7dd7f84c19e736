"""What groups publish, and user organisations' comments on it and on the county's report (AGR-4, FUP-2)."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agreements.models import Agreement, AgreementParty
from core.authz import Decision
from core.policy import ActingRequest, for_roles, policy
from core.workdays import local_day
from followup import actions, figures
from followup.actions.publishing import GROUP_ANSWERS
from followup.forms import reports as forms
from followup.kinds import MeetingState
from followup.models import Comment, Publication
from followup.names import texts_of
from followup.permissions import reaches, stand
from followup.views.meetings import find_meeting
from followup.views.reports import ALLOWED, find_version
from followup.views.shared import (
    GET_POST,
    IN_GROUPS,
    READERS,
    Page,
    agreement_or_404,
    form_page,
    leads,
    nobodys,
)
from organisations.kinds import Role

ANSWERERS = for_roles(Role.BOARD_MEMBER, Role.GROUP_COORDINATOR)
USER_ORGANISATIONS = for_roles(Role.USER_REPRESENTATIVE)


def find_publication(request: ActingRequest, publication_id: UUID) -> Publication:
    """What a group under the same agreement as the reader's huvudman has published."""
    found = (
        Publication.objects.select_related("group__municipality", "report", "minutes", "by")
        .filter(pk=publication_id)
        .first()
    )
    if found is None or not reaches(request.actor, found.group):
        raise nobodys(request, "followup.publication")
    return found


def published_in(agreement: Agreement) -> QuerySet[Publication]:
    """What the groups of the agreement's parties have published, the newest first."""
    parties = AgreementParty.objects.filter(agreement=agreement).values("huvudman_id")
    return Publication.objects.filter(group__municipality__in=parties).order_by("-at", "id")


@policy(READERS)
@require_safe
def publications(request: ActingRequest) -> HttpResponse:
    """What the groups have published, year by year, the newest first."""
    ours = published_in(agreement_or_404(request))
    this_year, asked = local_day(request.now).year, request.GET.get("ar", "")
    years = sorted({local_day(at).year for at in ours.values_list("at", flat=True)} | {this_year}, reverse=True)
    year = int(asked) if asked.isdigit() and int(asked) in years else this_year
    rows = [one for one in ours.select_related("group", "report", "minutes") if local_day(one.at).year == year]
    context = {"rows": rows, "years": years, "year": year, "comments": request.actor.role == Role.USER_REPRESENTATIVE}
    return render(request, "followup/publications.html", context)


@policy(READERS)
@require_safe
def publication(request: ActingRequest, publication_id: UUID) -> HttpResponse:
    """One thing that a group has published, with what user organisations say about it."""
    found = find_publication(request, publication_id)
    context = {
        "published": found,
        "comments": found.comments.all(),
        "answers": stand(request.actor, found.group, local_day(request.now)).leads,
        "comments_allowed": request.actor.role == Role.USER_REPRESENTATIVE,
        **(_report(found) if found.report else _minutes(found)),
    }
    return render(request, "followup/publication.html", context)


def _report(published: Publication) -> dict[str, object]:
    assert published.report is not None
    newest = published.report.report.versions.select_related("publication").last()
    return {
        "version": published.report,
        "newest": newest if newest != published.report else None,
        "panels": figures.thawed(published.report.content["figures"]),
        "texts": texts_of(published.report.content),
    }


def _minutes(published: Publication) -> dict[str, object]:
    assert published.minutes is not None
    return {
        "meeting": published.minutes,
        "items": published.minutes.items.all(),
        "attendance": published.minutes.attendance.select_related("member__user", "member__represents", "co_opted"),
        "decisions": published.minutes.decisions.all(),
    }


@policy(IN_GROUPS)
@require_http_methods(GET_POST)
def publish(request: ActingRequest, meeting_id: UUID) -> HttpResponse:
    """Publish approved minutes, having read who will see them."""
    found, standing = find_meeting(request, meeting_id)
    back = reverse("followup:meeting", args=[found.pk])
    may = leads(standing)
    if may and found.state != MeetingState.APPROVED:
        may = Decision(False, "Protokollet publiceras när det är justerat.")
    return form_page(
        request,
        Page(
            "Publicera protokollet",
            "Publicera",
            back,
            [(found.group.name, reverse("followup:group", args=[found.group_id])), ("Mötet", back)],
            lead=(
                "Protokollet går sedan att läsa för brukarorganisationer, chefer, samordningsgrupper och "
                "regionala grupper hos parterna i överenskommelsen. Brukarorganisationerna kan lämna synpunkter. "
                "Det går inte att ta tillbaka. Kontrollera att inget i texten visar vem någon är."
            ),
        ),
        forms.PublishForm(request.POST if request.method == "POST" else None),
        lambda values: actions.publish_minutes(meeting_id=found.pk, by=request.actor, now=request.now),
        done="Protokollet är publicerat.",
        to=lambda made: reverse("followup:publication", args=[made.pk]),
        may=may,
    )


# --- comments ------------------------------------------------------------------------------------------------------
@policy(USER_ORGANISATIONS)
@require_http_methods(GET_POST)
def comment_on_group(request: ActingRequest, publication_id: UUID) -> HttpResponse:
    """Comment on what a group has published."""
    found = find_publication(request, publication_id)
    back = reverse("followup:publication", args=[found.pk])
    return form_page(
        request,
        Page(
            "Lämna en synpunkt",
            "Skicka",
            back,
            [(str(found), back)],
            lead="Synpunkten visas vid det ni läste. Gruppens samordnare får veta det och svarar.",
        ),
        forms.CommentForm(request.POST or None),
        lambda values: actions.comment_on_group(publication_id=found.pk, by=request.actor, now=request.now, **values),
        done="Tack. Synpunkten är skickad till gruppens samordnare.",
        may=ALLOWED,
    )


@policy(USER_ORGANISATIONS)
@require_http_methods(GET_POST)
def comment(request: ActingRequest, version_id: UUID) -> HttpResponse:
    """Comment on a handed-over report."""
    found = find_version(request, version_id)
    back = reverse("followup:presented", args=[found.pk])
    return form_page(
        request,
        Page(
            "Lämna en synpunkt",
            "Skicka",
            back,
            [(str(found.report), back)],
            lead="Synpunkten visas vid rapporten. Den regionala gruppen svarar.",
        ),
        forms.CommentForm(request.POST or None),
        lambda values: actions.comment(version_id=found.pk, by=request.actor, now=request.now, **values),
        done="Tack. Synpunkten visas vid rapporten.",
        may=ALLOWED,
    )


@policy(ANSWERERS)
@require_http_methods(GET_POST)
def answer_comment(request: ActingRequest, comment_id: UUID) -> HttpResponse:
    """Say how a comment was met: the board about the county's report, the coordinator about the group's own."""
    said = Comment.objects.filter(pk=comment_id).first()
    if said is None:
        raise nobodys(request, "followup.comment")
    if said.version_id is not None:
        version = find_version(request, said.version_id)
        name, back = str(version.report), reverse("followup:presented", args=[version.pk])
        may = Decision(request.actor.role == Role.BOARD_MEMBER, "Det här gör den regionala gruppen.")
    else:
        published = find_publication(request, said.publication_id)  # type: ignore[arg-type]
        name, back = str(published), reverse("followup:publication", args=[published.pk])
        may = Decision(stand(request.actor, published.group, local_day(request.now)).leads, GROUP_ANSWERS)
    return form_page(
        request,
        Page(
            "Svara på en synpunkt",
            "Svara",
            back,
            [(name, back)],
            lead="Svaret kan inte ändras sedan.",
        ),
        forms.AnswerForm(request.POST or None),
        lambda values: actions.answer_comment(comment_id=said.pk, by=request.actor, now=request.now, **values),
        done="Svaret visas vid synpunkten.",
        may=may,
        beside="followup/_said.html",
        said=said,
    )
