"""House rules, as tests: what a remark made twice became."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import TextChoices

from agreements.states import AMENDMENT_OWNERS, ROUND_OWNERS
from agreements.values import AmendmentState, RoundState
from core.outbox import all_kinds
from individuals.readlog import WHAT
from organisations.kinds import Role
from sip.kinds import (
    CallState,
    CommitmentState,
    Do,
    MeetingState,
    OfferState,
    OtherPlanState,
    PlanState,
    ReplyState,
    State,
)
from sip.permissions import (
    CALL_RULES,
    CASE_RULES,
    COMMITMENT_RULES,
    MEETING_RULES,
    OFFER_RULES,
    OTHER_PLAN_RULES,
    PLAN_RULES,
    REPLY_RULES,
)
from sip.states import (
    CALL_OWNERS,
    CALL_TRANSITIONS,
    COMMITMENT_OWNERS,
    COMMITMENT_TRANSITIONS,
    MEETING_OWNERS,
    MEETING_TRANSITIONS,
    OFFER_OWNERS,
    OFFER_TRANSITIONS,
    OTHER_PLAN_OWNERS,
    OTHER_PLAN_TRANSITIONS,
    OWNERS,
    PLAN_OWNERS,
    PLAN_TRANSITIONS,
    REPLY_OWNERS,
    REPLY_TRANSITIONS,
    TRANSITIONS,
)

ROOT = Path(__file__).parent.parent
APPS = (
    "core", "organisations", "agreements", "individuals", "deadlines", "sip", "placements", "deviations", "disputes",
    "followup",
)  # fmt: skip
CHAPTERS = ("sip", "deviations", "disputes")
ROOMS = (
    "models",
    "querysets",
    "states",
    "permissions",
    "kinds",
    "messages",
    "actions",
    "forms",
    "views",
    "api",
    "urls",
)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def source(*apps_: str) -> Iterator[tuple[Path, ast.Module]]:
    for app in apps_:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, parsed(path)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- rooms and files --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("app", CHAPTERS)
@pytest.mark.parametrize("room", ROOMS)
def test_a_chapter_has_the_same_rooms_as_the_others(app: str, room: str) -> None:
    assert find_spec(f"{app}.{room}") is not None


def test_a_file_says_what_it_is_for_and_is_not_too_long() -> None:
    problems = []
    for path, tree in source(*APPS, "halland"):
        text = path.read_text(encoding="utf-8")
        ceremonial = path.name in ("__init__.py", "apps.py", "wsgi.py")
        if text.strip() and not ceremonial and ast.get_docstring(tree) is None:
            problems.append(f"{name_of(path)} has no docstring")
        if len(text.splitlines()) > 550:
            problems.append(f"{name_of(path)} is longer than 550 lines")
    assert problems == []


# --- actions ----------------------------------------------------------------------------------------------------------
def actions() -> list[tuple[str, ModuleType]]:
    """The modules that hold verbs: `actions` of every app, whether a file or a folder."""
    return [(app, import_module(f"{app}.actions")) for app in APPS if find_spec(f"{app}.actions")]


def verbs() -> list[tuple[str, inspect.Signature]]:
    """Every public function of those modules that changes something: those that are told who acts."""
    return [
        (f"{app}.{name}", inspect.signature(function))
        for app, module in actions()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and f"{function.__module__}.".startswith(f"{module.__name__}.")
    ]


PURE = {
    "sip.whats_missing", "sip.latest_pieces", "sip.redirect_targets", "sip.may_be_called", "sip.count_parties",
    "individuals.current_basis",
    "individuals.consent_gaps", "individuals.goes_along", "deadlines.refresh_next_due", "individuals.note",
    "organisations.temporary_password", "sip.draft_of", "sip.plan_in_force", "sip.may_write", "sip.may_remove",
    "sip.plan_gaps", "sip.latest_outcomes", "sip.open_measures", "sip.end_measures", "sip.lead_candidates",
    "sip.open_offer",
    "disputes.agreement_between", "disputes.digest_of",
    "placements.latest_pieces", "placements.to_share_with", "placements.whats_missing", "placements.why_not_propose",
}  # fmt: skip
"""They answer a question, or are a part of a verb."""


@pytest.mark.parametrize(("name", "signature"), verbs(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_action_takes_its_arguments_by_name(name: str, signature: inspect.Signature) -> None:
    if name not in PURE:
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize(
    ("name", "signature"),
    [(name, signature) for name, signature in verbs() if name.startswith(("sip.", "organisations."))],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_action_is_told_who_acts_and_when(name: str, signature: inspect.Signature) -> None:
    if name not in PURE:
        assert {"by", "now"} <= set(signature.parameters)


def test_time_is_passed_in_and_never_fetched_in_domain_code() -> None:
    """Only the doors know what time it is: middleware, tasks, commands, and the health page."""
    doors = ("tasks.py", "middleware.py", "management", "demo.py", "core/views.py")
    found = []
    for path, tree in source(*APPS):
        if any(door in name_of(path) for door in doors):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                if (of, node.func.attr) in {
                    ("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"),
                    ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"),
                }:  # fmt: skip
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


# --- states -----------------------------------------------------------------------------------------------------------
def test_no_state_is_without_an_owner() -> None:
    assert set(OWNERS) == set(State)
    assert set(CALL_OWNERS) == set(CallState)
    assert set(PLAN_OWNERS) == set(PlanState)
    assert set(COMMITMENT_OWNERS) == set(CommitmentState)
    assert set(OFFER_OWNERS) == set(OfferState)
    assert set(MEETING_OWNERS) == set(MeetingState)
    assert set(REPLY_OWNERS) == set(ReplyState)
    assert set(OTHER_PLAN_OWNERS) == set(OtherPlanState)
    assert set(ROUND_OWNERS) == set(RoundState)
    assert set(AMENDMENT_OWNERS) == set(AmendmentState)


def test_every_state_is_reached_and_every_action_has_a_rule_and_a_transition() -> None:
    assert {*TRANSITIONS.values()} == set(State)
    assert {do for _, do in TRANSITIONS} == set(Do) == set(CASE_RULES.rules)
    assert {do for _, do in CALL_TRANSITIONS} == set(CALL_RULES.rules)
    for table, rules, first in (
        (PLAN_TRANSITIONS, PLAN_RULES, PlanState.DRAFT),
        (COMMITMENT_TRANSITIONS, COMMITMENT_RULES, CommitmentState.WAITING),
        (OFFER_TRANSITIONS, OFFER_RULES, OfferState.OFFERED),
        (MEETING_TRANSITIONS, MEETING_RULES, MeetingState.CALLED),
        (OTHER_PLAN_TRANSITIONS, OTHER_PLAN_RULES, OtherPlanState.ONGOING),
    ):
        assert {do for _, do in table} == set(rules.rules)
        assert {first, *table.values()} == set(type(first))
    assert {do for _, do in REPLY_TRANSITIONS} == set(REPLY_RULES.rules)


def test_every_rule_names_roles_that_exist() -> None:
    for rules in (
        CASE_RULES,
        CALL_RULES,
        PLAN_RULES,
        COMMITMENT_RULES,
        OFFER_RULES,
        MEETING_RULES,
        REPLY_RULES,
        OTHER_PLAN_RULES,
    ):
        for do, rule in rules.rules.items():
            assert rule.roles <= set(map(str, Role)), do
            assert rule.who, do


def test_the_diagrams_are_as_the_tables_say() -> None:
    call_command("states", check=True)


def test_a_state_is_written_by_the_transition_helper_only() -> None:
    """An assignment `….state = …` anywhere else would pass the rules, the table and the lock by."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in source(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)
    ]
    assert [place.split(":")[0] for place in found] == ["core/transitions.py"]


# --- messages and tasks -----------------------------------------------------------------------------------------------
HARMLESS = {"agreement", "count", "group", "from_unit", "to_unit", "reference", "party", "what", "when"}
"""Names of agreements, parties and units, the case's reference, the agreement's words for a duty, a day, how many."""


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.key)
def test_law6_a_message_has_no_place_for_personal_data(kind: object) -> None:
    for text in (kind.subject, kind.todo):  # type: ignore[attr-defined]
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= HARMLESS
    assert "{" not in kind.subject  # type: ignore[attr-defined]


def test_every_message_that_is_planned_is_registered() -> None:
    known = set(all_kinds())
    planned = set()
    for _, tree in source(*APPS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if called in ("tell", "_tell", "plan", "tell_others_it_ended"):
                    words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                    planned |= {word for word in words if re.fullmatch(r"\w+\.\w+", word)}
    assert planned
    assert planned <= known


def test_every_scheduled_task_exists() -> None:
    current_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(current_app.tasks)


def test_a_task_is_thin() -> None:
    """A task tells the time and calls; what it calls can be tested without Celery."""
    for app in APPS:
        if find_spec(f"{app}.tasks"):
            for node in ast.walk(ast.parse((ROOT / app / "tasks.py").read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    assert node.end_lineno is not None
                    assert node.end_lineno - node.lineno < 30, f"{app}.tasks.{node.name}"


# --- words ------------------------------------------------------------------------------------------------------------
def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "model",
    [model.__name__ for app in APPS for model in apps.get_app_config(app).get_models()],
)
def test_every_model_is_in_the_glossary(model: str) -> None:
    assert f"`{model}`" in glossary()


STATES = (
    State, CallState, PlanState, CommitmentState, OfferState, MeetingState, ReplyState, OtherPlanState, RoundState,
    AmendmentState,
)  # fmt: skip


@pytest.mark.parametrize("state", [state for states in STATES for state in states])
def test_every_state_is_in_the_glossary(state: TextChoices) -> None:
    assert f"| {state.label} |" in glossary()
    assert f"`{state.value}`" in glossary()


# --- pages ------------------------------------------------------------------------------------------------------------
FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an event handler": r"\son[a-z]+\s*=",
    "hx-on": r"\shx-on",
    "text that isn't escaped": r"\|\s*safe\b|autoescape off|mark_safe",
    "something from elsewhere": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "an address with a script": r"javascript:",
}


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_a_template_holds_nothing_the_content_policy_refuses(template: Path) -> None:
    # A link leads elsewhere only when somebody follows it; everything else is fetched at once.
    text = re.sub(r"<a [^>]*>", "", template.read_text(encoding="utf-8"))
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert found == []


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_a_form_that_posts_carries_its_token(template: Path) -> None:
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", template.read_text(encoding="utf-8"), re.S | re.I):
        assert "csrf_token" in form


def test_mark_safe_is_for_our_own_drawings_only() -> None:
    """Text that isn't escaped could be a stranger's. Icons are files of ours."""
    found = {
        name_of(path)
        for path, tree in source(*APPS, "halland")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("mark_safe", "SafeString")
    }
    assert found <= {"core/templatetags/portal.py"}


def test_no_text_is_made_of_markup_and_values() -> None:
    """`format_html` escapes; an f-string with a tag in it does not."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in source(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and any(isinstance(part, ast.Constant) and re.search(r"</?[a-z]+[ >]", str(part.value)) for part in node.values)
    ]
    assert found == []


# --- the read log -----------------------------------------------------------------------------------------------------
READERS = {"visible_or_404", "log_read", "nobodys", "note_reads"}


def named_as_read() -> set[str]:
    """What calls that write the read log name as read: given to them, or to a function that finds something."""
    found = set()
    for _, tree in source(*APPS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = ast.unparse(node.func)
                name = function.rpartition(".")[2]
                if name in READERS or name.startswith(("find_", "_find")) or function.endswith("reads.add"):
                    given = [*node.args, *(one.value for one in node.keywords if one.arg == "what")]
                    found |= {
                        one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    }
            elif isinstance(node, ast.FunctionDef):
                named = dict(zip(reversed(node.args.args), reversed(node.args.defaults), strict=False))
                found |= {
                    default.value
                    for one, default in named.items()
                    if one.arg == "what" and isinstance(default, ast.Constant)
                }
    return found


def test_law1_everything_that_is_read_has_words_in_the_extract_of_the_log() -> None:
    named = named_as_read()
    assert len(named) > 25
    assert sorted(named - WHAT.keys()) == []
