"""The editor of the plan: made for a meeting room, where several units write at once (SIP-7).

Each row is a form of its own and is saved on its own, in passing too. When somebody else has changed a row since, both
versions are shown and what was typed stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.authz import Refused
from core.policy import ActingRequest, policy
from core.transitions import Gone, Stale
from core.workdays import last_day, local_day, shift
from individuals.models import Participant
from organisations.models import Unit
from sip import actions, plan_panels
from sip.forms.plan import ContactForm, FollowUpDayForm, GoalForm, MeasureForm, RowForm, TextForm
from sip.kinds import Do, PlanTextKind
from sip.models import Goal, Measure, Plan, PlanContact, PlanText, SipCase
from sip.permissions import CASE_RULES
from sip.suggestions import can_answer, who_answers
from sip.views.case import find_case
from sip.views.case_actions import refuse
from sip.views.plan import PARTICIPANTS, frame, show_draft


@dataclass
class Wrong:
    """The row that could not be saved: its form as typed, and the row as it now stands when somebody was first."""

    form: RowForm
    now: Any = None

    @property
    def now_says(self) -> str:
        """The words of the row as it stands."""
        return next(
            (getattr(self.now, name) for name in ("text", "words", "what", "name") if hasattr(self.now, name)), ""
        )


@dataclass
class Editor:
    """What the pages of the editor need to find, once per request."""

    request: ActingRequest
    case: SipCase
    draft: Plan
    units: list[Unit] = field(default_factory=list)

    @property
    def own(self) -> UUID:
        return self.request.actor.unit_id

    @property
    def address(self) -> str:
        return reverse("sip:plan_editor", args=[self.case.pk])

    def row(self, model: Any, pk: UUID) -> Any:
        found = model.objects.filter(pk=pk, plan=self.draft).select_related("changed_unit").first()
        if found is None:
            raise Http404(model._meta.label)
        return found

    def context(self) -> dict[str, Any]:
        return {"units": self.units, "own": self.own}

    def back(self, anchor: str = "", after: str = "") -> HttpResponse:
        """To a row, or to where the next one `after` is written: that field takes focus, which no anchor may hinder."""
        return redirect(f"{self.address}{f'?efter={after}' if after else ''}{f'#{anchor}' if anchor else ''}")


View = Callable[..., HttpResponse]


def row_page(view: View) -> View:
    """A row of the draft: find the case and the draft, refuse who may not write, then the view."""

    @wraps(view)
    def found(request: ActingRequest, case_id: UUID, **row: Any) -> HttpResponse:
        case = find_case(request, case_id, "sip.plan")
        if not CASE_RULES.may(request.actor, Do.DRAFT_PLAN, case):
            return refuse(request, Do.DRAFT_PLAN, case)
        draft = actions.draft_of(case)
        if draft is None:
            raise Http404("draft")
        return view(Editor(request, case, draft, _units(case)), **row)

    return policy(PARTICIPANTS)(require_POST(found))


@policy(PARTICIPANTS)
@require_safe
def editor(request: ActingRequest, case_id: UUID) -> HttpResponse:
    """The draft, to write in; who may only read it reads it."""
    case = find_case(request, case_id, "sip.plan")
    draft = actions.draft_of(case)
    if draft is None:
        return redirect("sip:plan", case_id=case.pk)
    if not CASE_RULES.may(request.actor, Do.DRAFT_PLAN, case):
        return show_draft(request, case, draft)
    return _page(Editor(request, case, draft, _units(case)))


@row_page
def text(at: Editor, kind: str) -> HttpResponse:
    """One of the texts: what matters, needs, crisis plan, dissent."""
    if kind not in PlanTextKind.values:
        raise Http404(kind)
    row = PlanText.objects.filter(plan=at.draft, kind=kind).first()
    form = TextForm.of(PlanTextKind(kind), row, at.request.POST)
    return _save(
        at, form, lambda given: actions.write_text(kind=PlanTextKind(kind), text=given["text"], **_seen(at, given))
    )


@row_page
def contact(at: Editor) -> HttpResponse:
    """Whom to call at the acting unit."""
    row = PlanContact.objects.filter(plan=at.draft, unit_id=at.own).first()
    form = ContactForm.of(row, at.request.POST)
    return _save(
        at, form, lambda given: actions.write_contact(name=given["name"], phone=given["phone"], **_seen(at, given))
    )


@row_page
def follow_up_day(at: Editor) -> HttpResponse:
    """When the plan is followed up."""
    form = FollowUpDayForm.of(at.draft, at.request.POST)
    return _save(at, form, lambda given: actions.set_follow_up_day(day=given["day"], **_seen(at, given)))


@row_page
def add_goal(at: Editor) -> HttpResponse:
    """A new goal; the cursor then stands in its first measure."""
    form = GoalForm.new(at.request.POST)

    def act(given: dict[str, Any]) -> Goal:
        if given["line"] is None:
            raise Refused("Sidan är för gammal. Ladda om den.")
        return actions.add_goal(
            case_id=at.case.pk, line=given["line"], by=at.request.actor, now=at.request.now, **form.values()
        )

    return _save(at, form, act, after=lambda goal: at.back(after=str(goal.pk)))


@row_page
def goal(at: Editor, goal_id: UUID) -> HttpResponse:
    """Change a goal, or take it out."""
    row = at.row(Goal, goal_id)
    form = GoalForm.of(row, at.request.POST)
    by = {"goal_id": row.pk, "by": at.request.actor, "now": at.request.now}
    if "remove" in at.request.POST:
        return _save(at, form, lambda given: actions.remove_goal(version=given["version"], **by), needs="version")
    return _save(at, form, lambda given: actions.edit_goal(version=given["version"], **form.values(), **by))


@row_page
def add_measure(at: Editor, goal_id: UUID) -> HttpResponse:
    """A new measure for a goal, or, asked first, who the agreement says answers for such a measure (RESP-3)."""
    row = at.row(Goal, goal_id)
    form = MeasureForm.new(row, at.request.POST, **at.context())
    if at.request.POST.get("suggest"):
        found = _suggested(at, at.request.POST.get("what", ""))
        asked = at.request.htmx  # type: ignore[attr-defined]
        if asked and not asked.boosted:  # While it is typed. The button asks for the whole page.
            return render(at.request, "sip/plan/_suggestions.html", {"suggestions": found, "row_id": form.row_id})
        return _page(at, Wrong(form), suggestions=found, status=200)

    def act(given: dict[str, Any]) -> Measure:
        if given["line"] is None:
            raise Refused("Sidan är för gammal. Ladda om den.")
        return actions.add_measure(
            goal_id=row.pk, line=given["line"], facts=form.facts(), by=at.request.actor, now=at.request.now
        )

    return _save(at, form, act, after=lambda measure: at.back(after=str(row.pk)))


@row_page
def measure(at: Editor, measure_id: UUID) -> HttpResponse:
    """Change a measure, take on what is proposed, or take it out."""
    row = at.row(Measure, measure_id)
    form = MeasureForm.of(row, at.request.POST, **at.context())
    by = {"measure_id": row.pk, "by": at.request.actor, "now": at.request.now}
    if "take" in at.request.POST:
        return _save(at, form, lambda given: actions.take_measure(version=given["version"], **by), needs="version")
    if "remove" in at.request.POST:
        return _save(at, form, lambda given: actions.remove_measure(version=given["version"], **by), needs="version")
    return _save(
        at, form, lambda given: actions.edit_measure(version=given["version"], facts=form.facts(), **by)
    )  # fmt: skip


# --- inside ---------------------------------------------------------------------------------------------------------
def _seen(at: Editor, given: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": at.case.pk, "version": given["version"], "by": at.request.actor, "now": at.request.now}


def _save(
    at: Editor,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    after: Callable[[Any], HttpResponse] | None = None,
    needs: str = "",
) -> HttpResponse:
    """Validate, do the one action, and answer: on to the row, or back to it with what is wrong.

    `needs`: the only field that matters, for a button that takes the row out as it stands.
    """
    passing = "autosave" in at.request.POST
    form.is_valid()
    wrong = Wrong(form)
    if needs:
        for name in list(form.errors):
            if name != needs:
                del form.errors[name]
    if not form.errors:
        try:
            saved = act(form.cleaned_data)
        except Gone:
            raise Http404 from None
        except Stale as stale:
            if passing:
                return JsonResponse({}, status=409)
            form.add_error(None, "Någon annan har ändrat det här sedan du öppnade sidan. Båda visas nedan.")
            form.now_at(stale.current.version)
            wrong = Wrong(form, stale.current)
        except Refused as refused:
            # The row may know the field by another name.
            name = {"unit": "answers"}.get(refused.field or "", refused.field)
            form.add_error(name if name in form.fields else None, refused.reason)
        else:
            if passing:
                return JsonResponse({"version": getattr(saved, "version", 0)})
            return after(saved) if after else at.back(form.row_id)
    return JsonResponse({}, status=422) if passing else _page(at, wrong, status=422)


def _page(
    at: Editor, wrong: Wrong | None = None, *, suggestions: Any = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The whole editor. `wrong` takes the place of the row it belongs to."""
    draft = Plan.objects.select_related("opened_unit").get(pk=at.draft.pk)
    shown = plan_panels.shown(draft, at.case.matter.agreement)
    used: dict[str, Wrong] = {wrong.form.row_id: wrong} if wrong else {}

    def row(form: RowForm, **more: Any) -> dict[str, Any]:
        problem = used.get(form.row_id)
        return {"form": problem.form if problem else form, "wrong": problem, "id": form.row_id, **more}

    there = {unit.pk for unit in at.units}
    goals = [
        row(
            GoalForm.of(one.goal),
            goal=one.goal,
            measures=[
                row(
                    MeasureForm.of(m.measure, **at.context()),
                    shown=m,
                    measure=m.measure,
                    mine=m.measure.unit_id == at.own,
                    may_write=actions.may_write(at.request.actor, m.measure),
                    proposed_to_me=m.measure.is_proposal and m.measure.unit_id == at.own,
                    has_left=m.measure.unit_id is not None and m.measure.unit_id not in there,
                )
                for m in one.measures
            ],
            new=row(_asks(MeasureForm.new(one.goal, **at.context()), at, one.goal)),
        )
        for one in shown.goals
    ]
    mine = next((one for one in shown.contacts if one.unit_id == at.own), None)
    context = {
        "draft": draft,
        "shown": shown,
        "texts": [row(TextForm.of(kind, shown.texts.get(kind)), kind=kind) for kind in PlanTextKind],
        "goals": goals,
        "new_goal": row(GoalForm.new()),
        "contact": row(ContactForm.of(mine, name=at.request.actor.name)),
        "contacts": [one for one in shown.contacts if one.unit_id != at.own],
        "day": row(FollowUpDayForm.of(draft, suggested=_suggested_day(at))),
        "gaps": actions.plan_gaps(at.case, draft, at.request.now),
        "readers": [unit for unit in at.units if unit.pk != at.own],
        "suggestions": suggestions,
        "may_establish": CASE_RULES.may(at.request.actor, Do.ESTABLISH_PLAN, at.case),
        "forms": [wrong.form] if wrong and wrong.form.errors else [],
    }
    return render(at.request, "sip/plan/editor.html", {**frame(at.request, at.case), **context}, status=status)


def _asks(form: MeasureForm, at: Editor, goal: Goal) -> MeasureForm:
    """While a new measure is written the page asks who answers for such a thing; without scripts a button does."""
    if at.request.GET.get("efter") == str(goal.pk):
        form.fields["what"].widget.attrs["autofocus"] = True
    form.fields["what"].widget.attrs.update(
        {
            "hx-post": reverse("sip:plan_measure_new", args=[at.case.pk, goal.pk]),
            "hx-trigger": "input delay:700ms",
            "hx-target": f"#forslag-{goal.pk}",
            "hx-select": "unset",
            "hx-swap": "innerHTML",
            "hx-vals": '{"suggest": "1"}',
        }
    )
    return form


def _units(case: SipCase) -> list[Unit]:
    """Who takes part now, the lead first."""
    there = Participant.objects.filter(matter_id=case.pk, ended_at=None).select_related("unit__authority__huvudman")
    return sorted((one.unit for one in there), key=lambda unit: (unit.pk != case.lead_id, unit.name))


def _suggested(at: Editor, text: str) -> list[dict[str, Any]]:
    return [{"what": one, "units": can_answer(one, at.units)} for one in who_answers(at.case, text)]


def _suggested_day(at: Editor) -> date:
    """The agreement's own time for a follow-up, from today."""
    term = at.case.matter.agreement.term(actions.FOLLOW_UP, on=local_day(at.case.matter.opened_at))
    return last_day(shift(at.request.now, term.value, term.unit))
