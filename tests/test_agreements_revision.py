"""AGR-4: rounds of comments with answers, and amendments that bind only when every party has agreed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import actions
from agreements.amended import as_amended, standing_changes
from agreements.compare import compare
from agreements.models import (
    Agreement,
    Amendment,
    AmendmentDecision,
    Prolongation,
    RevisionRound,
    RoundComment,
    TermVersion,
)
from agreements.values import AmendmentState, Origin, Outcome, RenewalKind, RoundState
from agreements.watching import move_last_days, tell_of_rounds
from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.workdays import STOCKHOLM
from organisations.kinds import Role
from tests.conftest import NOW, actor, as_jobs, as_owner, sign_in

pytestmark = pytest.mark.django_db

HALLAND, FIXED = "halland-2025-2029", "compulsory_care.plan_renewal"
PARTIES = ("region-halland", "hylte", "halmstad", "laholm", "falkenberg", "varberg", "kungsbacka")
LATER = date(2026, 9, 1)


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key=HALLAND)


@pytest.fixture
def board(db: None) -> Actor:
    return actor("rug", Role.BOARD_MEMBER)


@pytest.fixture
def manager(db: None) -> Actor:
    return actor("chef.hylte-socialtjanst-barn", Role.NEAREST_MANAGER)


@pytest.fixture
def users(db: None) -> Actor:
    return actor("brukare", Role.USER_REPRESENTATIVE)


def today() -> date:
    """The pages' own day."""
    return datetime.now(tz=STOCKHOLM).date()


def run(by: Actor, verb: Callable[..., Any], now: datetime = NOW, **values: Any) -> Any:
    with acting(by, now):
        return verb(**values, by=by, now=now)


@pytest.fixture
def asked(agreement: Agreement, board: Actor) -> RevisionRound:
    values = {"title": "Synpunkter 2026", "question": "Vad fungerar?", "is_revision": False}
    return run(board, actions.open_round, agreement=agreement, closes_on=date(2026, 5, 8), **values)


def said(asked: RevisionRound, by: Actor, now: datetime = NOW, **changes: Any) -> RoundComment:
    values = {"text": "Fristen är för kort", "provision": None, "organisation": ""}
    return run(by, actions.comment, now, round_id=asked.pk, **(values | changes))


# --- rounds -----------------------------------------------------------------------------------------------------------
def test_agr4_a_round_from_question_to_answer(
    asked: RevisionRound, agreement: Agreement, board: Actor, manager: Actor, users: Actor
) -> None:
    section = agreement.provisions.get(number="4.1")
    ours = said(asked, manager, provision=section)
    theirs = said(asked, users, organisation="Brukarföreningen")
    assert (ours.by_whom, theirs.by_whom) == ("Hylte kommun", "Brukarföreningen")
    answer = {"round_id": asked.pk, "outcome": Outcome.PARTLY, "text": "Vi ändrar i höst"}
    run(board, actions.answer, comment_id=ours.pk, **answer)
    with pytest.raises(Refused, match="En synpunkt är inte besvarad"):
        run(board, actions.close_round, round_id=asked.pk, summary="Klart")
    run(board, actions.answer, comment_id=theirs.pk, **answer)
    closed = run(board, actions.close_round, round_id=asked.pk, summary="En ändring föreslås")
    assert closed.state == RoundState.CLOSED
    with pytest.raises(Refused):
        said(asked, manager)


def test_agr4_those_who_are_asked_are_told_once_each(asked: RevisionRound) -> None:
    with as_jobs():
        told = Message.objects.filter(kind="agreement.round.opened")
        roles = set(told.values_list("to_level", flat=True))
        assert roles == {"head_of_administration", "group_coordinator", "user_representative"}
        assert tell_of_rounds(datetime(2026, 4, 1, 8, tzinfo=STOCKHOLM)) == 0
        assert tell_of_rounds(datetime(2026, 5, 4, 8, tzinfo=STOCKHOLM)) == told.count()
        assert tell_of_rounds(datetime(2026, 5, 5, 8, tzinfo=STOCKHOLM)) == 0
        assert tell_of_rounds(datetime(2026, 5, 9, 8, tzinfo=STOCKHOLM)) == 1  # The board: time to answer.


def test_agr4_after_the_last_day_no_more_comments_until_more_time_is_given(
    asked: RevisionRound, board: Actor, manager: Actor
) -> None:
    late = NOW.replace(month=5, day=9)
    with pytest.raises(Refused, match="gick ut fre 8 maj 2026"):
        said(asked, manager, late)
    run(board, actions.extend_round, late, round_id=asked.pk, closes_on=date(2026, 5, 20))
    said(asked, manager, late)


def test_agr4_only_the_board_asks_and_answers(agreement: Agreement, asked: RevisionRound, manager: Actor) -> None:
    comment = said(asked, manager)
    with pytest.raises(NotAllowed):
        run(
            manager, actions.open_round, agreement=agreement, title="x", question="x", is_revision=False,
            closes_on=LATER,
        )  # fmt: skip
    values = {"round_id": asked.pk, "comment_id": comment.pk, "outcome": Outcome.FOLLOWED, "text": "x"}
    with pytest.raises(NotAllowed):
        run(manager, actions.answer, **values)


def test_agr4_caseworkers_leave_it_to_their_managers(asked: RevisionRound, hylte: Actor) -> None:
    with pytest.raises(NotAllowed, match="chefer, samordnare"):
        said(asked, hylte)


def test_agr4_a_user_organisation_names_itself(asked: RevisionRound, users: Actor) -> None:
    with pytest.raises(Refused) as refused:
        said(asked, users)
    assert refused.value.field == "organisation"


def test_agr4_the_database_keeps_voices_apart(asked: RevisionRound, manager: Actor, board: Actor) -> None:
    comment = said(asked, manager)
    values = {"round": asked, "text": "x", "author_id": manager.user_id, "unit_id": manager.unit_id, "written_at": NOW}
    with acting(manager, NOW):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RoundComment.objects.create(**values, huvudman_id=board.huvudman_id)
        assert RoundComment.objects.filter(pk=comment.pk).update(outcome="followed", answer="x") == 0
    with acting(board, NOW), transaction.atomic():
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            RoundComment.objects.filter(pk=comment.pk).update(text="annat")
        with pytest.raises(DatabaseError, match="unanswered"), transaction.atomic():
            RevisionRound.objects.filter(pk=asked.pk).update(state="closed", closed_at=NOW, summary="x")
    with connection.cursor() as cursor:  # Nobody acts: nothing is seen.
        cursor.execute("SELECT count(*) FROM agreements_roundcomment")
        assert cursor.fetchone() == (0,)


def test_agr4_pages_of_a_round(client: Client, agreement: Agreement) -> None:
    board = sign_in(client, "rug")
    new = reverse("agreements:round_new", args=[HALLAND])
    assert "Portalen föreslår 2 månader från i dag" in board.get(new).content.decode()
    form = {"title": "Synpunkter", "question": "Vad fungerar?", "closes_on": "2020-01-01"}
    assert "<title>Fel:" in board.post(new, form).content.decode()
    page = board.post(new, form | {"closes_on": (today() + timedelta(days=60)).isoformat()}).url
    with as_owner():
        asked = RevisionRound.objects.get()
    users = sign_in(Client(), "brukare")
    assert "Vilken organisation företräder du?" in users.get(page).content.decode()
    assert "<title>Fel:" in users.post(page, {"text": "Bra"}).content.decode()
    assert users.post(page, {"text": "Mer inflytande", "organisation": "Föreningen"}).status_code == 302
    with as_owner():
        comment = RoundComment.objects.get()
    answer = reverse("agreements:round_answer", args=[HALLAND, asked.pk, comment.pk])
    assert board.post(answer, {"outcome": "followed", "text": "Ja, från nästa år"}).status_code == 302
    close = reverse("agreements:round_close", args=[HALLAND, asked.pk])
    assert board.post(close, {"summary": "Inflytandet skrivs in"}).status_code == 302
    seen = users.get(page).content.decode()
    assert all(words in seen for words in ("Ja, från nästa år", "Följs", "Inflytandet skrivs in", "Avslutad"))
    assert "Lämna en synpunkt" not in seen
    reader = sign_in(Client(), "hylte-socialtjanst-barn")
    assert reader.get(reverse("agreements:revision", args=[HALLAND])).status_code == 200
    assert reader.get(new).status_code == 403


# --- amendments -------------------------------------------------------------------------------------------------------
@pytest.fixture
def proposed(agreement: Agreement, board: Actor) -> Amendment:
    draft = run(
        board, actions.draft_amendment, agreement=agreement, title="Kortare prövning", motive="Lagen har ändrats",
        takes_effect_on=LATER, new_valid_to=date(2030, 12, 31), after_round=None,
    )  # fmt: skip
    run(board, actions.amend_term, amendment_id=draft.pk, key=FIXED, value=4)
    section = agreement.provisions.get(number="4.5")
    text = {"heading": section.heading, "summary": "Ny text om kängurur.", "points": ["En punkt"]}
    run(board, actions.amend_provision, amendment_id=draft.pk, provision=section, **text)
    return run(board, actions.propose, amendment_id=draft.pk)


def decides(amendment: Amendment, party: str, agrees: bool = True, now: datetime = NOW) -> Amendment:
    facts = {"body": "Fullmäktige", "decided_on": now.date(), "reference": f"§ 1 {party}"}
    by = actor(f"admin.{party}", Role.LOCAL_ADMINISTRATOR)
    return run(by, actions.decide_amendment, now, amendment_id=amendment.pk, agrees=agrees, **facts)


def test_agr4_nothing_changes_until_the_last_party_has_said_yes(agreement: Agreement, proposed: Amendment) -> None:
    for party in PARTIES[:-1]:
        assert decides(proposed, party).state == AmendmentState.PROPOSED
    assert agreement.term(FIXED, on=LATER).value == 6
    adopted = decides(proposed, PARTIES[-1])
    assert (adopted.state, adopted.in_force_from) == (AmendmentState.ADOPTED, LATER)
    assert agreement.term(FIXED, on=LATER - timedelta(days=1)).value == 6
    assert agreement.term(FIXED, on=LATER).value == 4
    assert TermVersion.objects.get(key=FIXED, agreement=agreement, value=4).origin == Origin.AMENDMENT


def test_agr4_the_text_reads_as_amended_from_its_day(
    agreement: Agreement, proposed: Amendment, client: Client, hylte: Actor
) -> None:
    for party in PARTIES:
        decides(proposed, party)
    with acting(hylte, NOW):

        def text(on: date) -> str:
            rows = as_amended(agreement.provisions.filter(number="4.5"), standing_changes([agreement], on))
            return rows[0].summary

        assert "kängurur" not in text(LATER - timedelta(days=1))
        assert text(LATER) == "Ny text om kängurur."
        result = compare(agreement, agreement, before_on=LATER - timedelta(days=1), after_on=LATER)
    changed = [pair.after.number for pair in result.sections if pair.change == "changed"]
    assert changed == ["4.5"]
    assert [pair.after.key for pair in result.terms if pair.change == "changed"] == [FIXED]
    with as_owner():
        Amendment.objects.filter(pk=proposed.pk).update(in_force_from=date(2026, 4, 1))
    reader = sign_in(client, "hylte-socialtjanst-barn")
    assert "Ny text om kängurur." in reader.get(agreement.get_absolute_url()).content.decode()
    found = reader.get(reverse("agreements:search"), {"q": "kängurur"}).content.decode()
    assert f"{agreement.get_absolute_url()}#4.5" in found


def test_agr4_an_amendment_decided_late_never_works_backwards(agreement: Agreement, proposed: Amendment) -> None:
    after = NOW.replace(month=9, day=15)
    for party in PARTIES:
        settled = decides(proposed, party, now=after)
    assert settled.in_force_from == date(2026, 9, 16)
    assert agreement.term(FIXED, on=date(2026, 9, 15)).value == 6


def test_agr4_one_no_and_it_comes_to_nothing(agreement: Agreement, proposed: Amendment) -> None:
    decides(proposed, "hylte")
    assert decides(proposed, "laholm", agrees=False).state == AmendmentState.REJECTED
    with pytest.raises(Refused):
        decides(proposed, "varberg")
    assert agreement.term(FIXED, on=LATER).value == 6


def test_agr4_each_party_decides_once_and_for_itself(proposed: Amendment, board: Actor) -> None:
    decides(proposed, "hylte")
    with pytest.raises(Refused, match="redan"):
        decides(proposed, "hylte")
    with pytest.raises(NotAllowed):
        run(
            board, actions.decide_amendment, amendment_id=proposed.pk, agrees=True, body="x", decided_on=NOW.date(),
            reference="x",
        )  # fmt: skip


def test_agr4_the_database_adopts_nothing_that_a_party_has_not_agreed_to(
    agreement: Agreement, proposed: Amendment, board: Actor
) -> None:
    decides(proposed, "hylte")
    laholm = actor("admin.laholm", Role.LOCAL_ADMINISTRATOR)
    hylte = actor("admin.hylte", Role.LOCAL_ADMINISTRATOR)
    mine = Amendment.objects.filter(pk=proposed.pk)
    for by in (laholm, board):
        with acting(by, NOW), pytest.raises(DatabaseError, match="has not agreed"), transaction.atomic():
            mine.update(state="adopted", in_force_from=LATER)
    with acting(board, NOW):
        with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            mine.update(title="Annat")
        with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
            proposed.terms.update(value=1)
    standing = agreement.term_versions.get(key=FIXED)
    values = {
        "agreement": agreement, "key": FIXED, "label": "x", "value": 4, "unit": standing.unit,
        "provision": standing.provision, "valid_from": LATER, "is_default": False, "origin": "amendment",
        "reason": "x", "decided_by_id": laholm.user_id, "decided_at": NOW,
    }  # fmt: skip
    with acting(laholm, NOW):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            TermVersion.objects.create(**values)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AmendmentDecision.objects.create(
                amendment=proposed, huvudman_id=actor("admin.varberg").huvudman_id, agrees=True, body="x",
                decided_on=NOW.date(), reference="x", recorded_by_id=laholm.user_id, recorded_at=NOW,
            )  # fmt: skip
    assert hylte.huvudman_id != laholm.huvudman_id


def test_agr3_all_parties_together_prolong_it(agreement: Agreement, proposed: Amendment) -> None:
    for party in PARTIES:
        decides(proposed, party)
    with as_jobs():
        move_last_days(NOW)
    agreement.refresh_from_db()
    assert agreement.valid_to == date(2029, 12, 31)
    with as_jobs():
        move_last_days(NOW.replace(month=9))
    agreement.refresh_from_db()
    assert agreement.valid_to == date(2030, 12, 31)
    assert "alla parter" in Prolongation.objects.get().because.lower()


def test_agr3_dalarnas_rule_prolongs_once_when_the_revision_has_begun(agreement: Agreement, board: Actor) -> None:
    with as_owner():
        Agreement.objects.filter(pk=agreement.pk).update(
            renewal_kind=RenewalKind.EXTENDED_WHILE_REVISED, renewal_extension_months=12
        )

    def last_day(now: datetime) -> date:
        with as_jobs():
            move_last_days(now)
        agreement.refresh_from_db()
        return agreement.valid_to

    end = datetime(2029, 12, 31, 8, tzinfo=STOCKHOLM)
    assert last_day(end) == date(2029, 12, 31)  # Nothing has begun.
    values = {"title": "Ny överenskommelse", "question": "Vad ska vara kvar?", "is_revision": True}
    run(
        board, actions.open_round, end - timedelta(days=90), agreement=agreement, closes_on=date(2029, 12, 1),
        **values,
    )  # fmt: skip
    assert last_day(end - timedelta(days=1)) == date(2029, 12, 31)
    assert last_day(end) == date(2030, 12, 31)
    assert last_day(datetime(2031, 2, 1, 8, tzinfo=STOCKHOLM)) == date(2030, 12, 31)


def test_agr4_pages_of_an_amendment(client: Client, agreement: Agreement) -> None:
    board = sign_in(client, "rug")
    new = reverse("agreements:amendment_new", args=[HALLAND])
    form = {"title": "Ändring", "motive": "Ny lag", "takes_effect_on": (today() + timedelta(days=90)).isoformat()}
    page = board.post(new, form).url
    with as_owner():
        made = Amendment.objects.get()

    def to(name: str, *more: str) -> str:
        return reverse(f"agreements:{name}", args=[HALLAND, made.pk, *more])

    assert "ändrar inget än" in board.post(to("amendment_act", "skicka"), follow=True).content.decode()
    assert "<title>Fel:" in board.post(to("amendment_term"), {"key": FIXED, "value": "6"}).content.decode()
    board.post(to("amendment_term"), {"key": FIXED, "value": "4"})
    section = board.get(page, {"avsnitt": "4.5"}).url
    assert section == to("amendment_provision", "4.5")
    assert "Tvångsvård" in board.get(section).content.decode()
    board.post(section, {"heading": "Tvångsvård", "summary": "Ny text", "points": "Ett\n\nTvå"})
    text = board.get(page).content.decode()
    assert all(words in text for words in ("6 månader", "4 månader", "Ny text", "<li>Två</li>"))
    assert "Ta bort" in text
    board.post(to("amendment_act", "skicka"))
    assert "Ta bort" not in board.get(page).content.decode()
    admin = sign_in(Client(), "admin.hylte")
    assert to("amendment_decision") in admin.get(page).content.decode()
    decision = {"agrees": "yes", "body": "Fullmäktige", "decided_on": today().isoformat(), "reference": "§ 1"}
    assert admin.post(to("amendment_decision"), decision).status_code == 302
    assert "§ 1" in admin.get(page).content.decode()
    assert "Mitt att göra" in admin.get("/").content.decode()
    assert "Registrera ert beslut när det är fattat" in admin.get("/").content.decode()
    with CaptureQueriesContext(connection) as asked:
        board.get(page)
    assert len([query for query in asked if "agreements_" in query["sql"]]) <= 12
