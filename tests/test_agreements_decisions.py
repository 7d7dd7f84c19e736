"""AGR-7: an agreement binds the parties that have adopted it. AGR-3: a notice in time ends it, else it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from agreements import demo
from agreements.actions import record_decision, strike_decision
from agreements.adoption import standings
from agreements.loader import load_pack
from agreements.models import Agreement, PartyDecision, Prolongation
from agreements.terms import NoAgreement, agreement_for
from agreements.values import DecisionKind, RoundState, Standing
from agreements.watching import move_last_days, tell_of_renewal
from core.acting import Actor, acting
from core.authz import NotAllowed, Refused
from core.models import Message
from core.transitions import Gone
from core.workdays import STOCKHOLM
from organisations.kinds import Role
from organisations.models import Huvudman
from tests.conftest import NOW, actor, as_jobs, as_owner, settle, sign_in

pytestmark = pytest.mark.django_db

HALLAND, BLEKINGE = "halland-2025-2029", "blekinge-2023-2026"
FACTS: dict[str, Any] = {
    "kind": DecisionKind.ADOPTS,
    "body": "Kommunfullmäktige",
    "decided_on": date(2025, 9, 1),
    "reference": "KS 2025/12 § 4",
}


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key=HALLAND)


@pytest.fixture
def hylte_admin(db: None) -> Actor:
    return actor("admin.hylte", Role.LOCAL_ADMINISTRATOR)


def record(agreement: Agreement, by: Actor, **changes: Any) -> PartyDecision:
    with acting(by, NOW):
        return record_decision(agreement=agreement, **(FACTS | changes), by=by, now=NOW)


def binds(key: str, on: date) -> bool:
    try:
        agreement_for([Huvudman.objects.get(key=key)], on)
    except NoAgreement:
        return False
    return True


def test_agr7_without_a_recorded_decision_the_shipped_agreement_counts_as_adopted(agreement: Agreement) -> None:
    assert binds("hylte", date(2025, 7, 1))
    assert {party.standing for party in standings(agreement, NOW.date())} == {Standing.ASSUMED}


def test_agr7_it_binds_from_the_day_of_the_decision(agreement: Agreement, hylte_admin: Actor) -> None:
    record(agreement, hylte_admin)
    assert not binds("hylte", date(2025, 8, 31))
    assert binds("hylte", date(2025, 9, 1))
    assert binds("laholm", date(2025, 8, 31))  # Another party's decision is its own.


def test_agr7_a_party_that_does_not_adopt_is_not_bound_until_it_does(agreement: Agreement, hylte_admin: Actor) -> None:
    record(agreement, hylte_admin, kind=DecisionKind.DECLINES)
    assert not binds("hylte", NOW.date())
    assert {p.huvudman.key: p.standing for p in standings(agreement, NOW.date())}["hylte"] == Standing.DECLINED
    later = record(agreement, hylte_admin, decided_on=NOW.date(), reference="§ 9")
    assert binds("hylte", NOW.date())
    with acting(hylte_admin, NOW):
        strike_decision(agreement=agreement, decision_id=later.pk, reason="Fel paragraf", by=hylte_admin, now=NOW)
    assert not binds("hylte", NOW.date())


def test_agr7_where_the_file_does_not_assume_it_a_decision_is_needed(agreement: Agreement, hylte_admin: Actor) -> None:
    with as_owner():
        Agreement.objects.filter(pk=agreement.pk).update(adoption_assumed=False)
    agreement.refresh_from_db()
    assert not binds("hylte", NOW.date())
    assert {party.standing for party in standings(agreement, NOW.date())} == {Standing.WAITING}
    record(agreement, hylte_admin)
    assert binds("hylte", NOW.date())


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"decided_on": date(2026, 3, 10)}, "decided_on"), ({"kind": DecisionKind.GIVES_NOTICE}, "kind")],
)
def test_agr7_impossible_decisions_are_refused(
    agreement: Agreement, hylte_admin: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        record(agreement, hylte_admin, **changes)
    assert refused.value.field == field


def test_agr7_the_same_decision_twice_is_refused(agreement: Agreement, hylte_admin: Actor) -> None:
    record(agreement, hylte_admin)
    with pytest.raises(Refused, match="redan"):
        record(agreement, hylte_admin)


def test_agr7_nobody_decides_for_another_party(agreement: Agreement, hylte: Actor, hylte_admin: Actor) -> None:
    decision, other = record(agreement, hylte_admin), actor("admin.laholm", Role.LOCAL_ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        record(agreement, hylte)
    with acting(other, NOW):
        with pytest.raises(Gone):
            strike_decision(agreement=agreement, decision_id=decision.pk, reason="Fel", by=other, now=NOW)
        assert PartyDecision.objects.filter(pk=decision.pk).update(struck_at=NOW, struck_reason="x") == 0
        row = {"huvudman_id": hylte_admin.huvudman_id, "origin": "party", "recorded_by_id": other.user_id}
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            PartyDecision.objects.create(agreement=agreement, **(FACTS | {"reference": "§ 2"}), **row, recorded_at=NOW)


def test_agr7_a_decision_is_struck_never_altered(agreement: Agreement, hylte_admin: Actor) -> None:
    decision = record(agreement, hylte_admin)
    with acting(hylte_admin, NOW), pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        PartyDecision.objects.filter(pk=decision.pk).update(decided_on=date(2025, 7, 1))


def test_agr7_pages(client: Client, agreement: Agreement) -> None:
    admin, address = sign_in(client, "admin.hylte"), reverse("agreements:decisions", args=[HALLAND])
    assert "Räknas som antagen" in admin.get(address).content.decode()
    new = reverse("agreements:decision_new", args=[HALLAND])
    form = admin.get(new).content.decode()
    assert "Säger upp" not in form  # Halland's agreement runs its time.
    values = FACTS | {"kind": "adopts", "decided_on": "2025-09-01"}
    assert "<title>Fel:" in admin.post(new, values | {"reference": ""}).content.decode()
    assert admin.post(new, values).status_code == 302
    text = admin.get(address).content.decode()
    assert "Har antagit" in text
    assert "mån 1 sep 2025" in text
    strike = reverse("agreements:decision_strike", args=[HALLAND, PartyDecision.objects.get().pk])
    assert strike in text
    assert "<title>Fel:" in admin.post(strike, {"reason": " "}).content.decode()
    assert admin.post(strike, {"reason": "Fel nummer"}).status_code == 302
    assert "Fel nummer" in admin.get(address).content.decode()
    reader = sign_in(Client(), "hylte-socialtjanst-barn")
    assert new not in reader.get(address).content.decode()
    assert reader.get(new).status_code == 403


# --- AGR-3: the last day moves by itself, by the agreement's own rule ------------------------------------------------
def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 8, tzinfo=STOCKHOLM)


@pytest.fixture(scope="module")
def with_blekinge(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Blekinge's pack, loaded before the last day for notice of its first period, which is 31 December 2025."""
    with django_db_blocker.unblock(), transaction.atomic():
        with as_owner():
            load_pack("blekinge", now=at(2025, 10, 1))
        settle()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def blekinge(with_blekinge: None, db: None) -> Agreement:
    return Agreement.objects.get(key=BLEKINGE)


def notice(agreement: Agreement, decided_on: date) -> None:
    with as_owner():
        PartyDecision.objects.create(
            agreement=agreement, huvudman=Huvudman.objects.get(key="ronneby"), kind=DecisionKind.GIVES_NOTICE,
            body="Kommunfullmäktige", decided_on=decided_on, reference="§ 77", origin="party", recorded_at=NOW,
        )  # fmt: skip


def last_day_after(agreement: Agreement, now: datetime) -> date:
    with as_jobs():
        move_last_days(now)
    agreement.refresh_from_db()
    return agreement.valid_to


def test_agr3_without_notice_it_goes_on_two_years_at_a_time(blekinge: Agreement) -> None:
    assert last_day_after(blekinge, at(2025, 12, 31)) == date(2026, 12, 31)
    assert last_day_after(blekinge, at(2026, 1, 1)) == date(2028, 12, 31)
    assert last_day_after(blekinge, at(2026, 1, 2)) == date(2028, 12, 31)
    assert binds("ronneby", date(2028, 12, 31))
    assert last_day_after(blekinge, at(2029, 6, 1)) == date(2030, 12, 31)  # Late, but never two steps too many.
    why = list(Prolongation.objects.filter(agreement=blekinge).values_list("because", flat=True))
    assert why[0] == "Ingen part hade sagt upp överenskommelsen senast ons 31 dec 2025."


def test_agr3_one_partys_notice_in_time_ends_it_for_all(blekinge: Agreement) -> None:
    notice(blekinge, date(2025, 12, 31))
    assert last_day_after(blekinge, at(2026, 6, 1)) == date(2026, 12, 31)
    assert not binds("karlskrona", date(2027, 1, 1))
    with as_jobs():
        assert tell_of_renewal(at(2026, 6, 1)) == 0  # Nobody is asked to take a stand any more.


def test_agr3_a_late_notice_counts_for_the_next_period(blekinge: Agreement) -> None:
    notice(blekinge, date(2026, 1, 1))
    assert last_day_after(blekinge, at(2028, 6, 1)) == date(2028, 12, 31)


def test_agr3_a_notice_in_time_but_recorded_late_takes_the_prolongation_back(blekinge: Agreement) -> None:
    assert last_day_after(blekinge, at(2026, 1, 1)) == date(2028, 12, 31)
    notice(blekinge, date(2025, 12, 20))
    assert last_day_after(blekinge, at(2026, 1, 10)) == date(2026, 12, 31)
    undone = Prolongation.objects.get(agreement=blekinge)
    assert "sade upp överenskommelsen lör 20 dec 2025" in undone.undone_because


def test_agr3_loading_the_files_again_keeps_the_day(blekinge: Agreement) -> None:
    last_day_after(blekinge, at(2026, 1, 1))
    with as_owner():
        load_pack("blekinge", now=NOW, force=True)
    blekinge.refresh_from_db()
    assert blekinge.valid_to == date(2028, 12, 31)


def test_agr3_board_members_read_it_in_the_portal(client: Client, agreement: Agreement) -> None:
    with as_jobs():
        assert tell_of_renewal(at(2028, 12, 30)) == 1
    board = sign_in(client, "rug")
    text = board.get("/").content.decode()
    assert "Ta ställning till Hallands överenskommelse senast lör 30 juni 2029." in text
    assert reverse("agreements:decisions", args=[HALLAND]) in text
    message = Message.objects.values_list("pk", flat=True)
    with acting(actor("rug", Role.BOARD_MEMBER), NOW):
        found = message.get()
    assert "Ta ställning" not in sign_in(Client(), "utbildningsgruppen").get("/").content.decode()
    board.post(reverse("message_read", args=[found]))
    assert "Ta ställning" not in board.get("/").content.decode()


# --- the demonstration ------------------------------------------------------------------------------------------------
def test_the_demonstration_shows_decisions_an_answered_round_an_open_one_and_an_amendment() -> None:
    assert demo.tell(NOW) == 1
    agreement = Agreement.objects.get(key="halland-2025-2029")
    assert {one.standing for one in standings(agreement, NOW.date())} == {Standing.DECIDED}
    with acting(actor("rug", Role.BOARD_MEMBER), NOW):
        rounds = agreement.rounds.order_by("opened_at")
        assert [(one.state, one.comments.count()) for one in rounds] == [(RoundState.CLOSED, 2), (RoundState.OPEN, 2)]
        assert agreement.amendments.get().decisions.count() == 1
    assert agreement.local_documents.count() == 2
