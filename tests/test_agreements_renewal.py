"""AGR-3: the days of renewal, computed from data, and told to the boards once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement
from agreements.renewal import RENEWAL, Watch, watch
from agreements.values import RenewalKind, StageName, Term
from agreements.watching import tell_of_renewal
from core.models import Message
from core.workdays import STOCKHOLM
from organisations.recipients import addresses
from tests.conftest import as_jobs, as_owner, sign_in

pytestmark = pytest.mark.django_db

HALLAND = "halland-2025-2029"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 8, tzinfo=STOCKHOLM)


@pytest.fixture
def agreement() -> Agreement:
    return Agreement.objects.get(key=HALLAND)


@pytest.fixture
def term(agreement: Agreement) -> Term:
    return agreement.term(RENEWAL, on=agreement.valid_from)


def test_agr3_halland_is_renewed_six_months_before_the_end(agreement: Agreement, term: Term) -> None:
    days = watch(agreement, term)
    assert (days.act_by, days.warn_from, days.extended_to) == (date(2029, 6, 30), date(2028, 12, 30), None)
    assert "senast lör 30 juni 2029" in days.sentence


@pytest.mark.parametrize(
    ("kind", "months", "words", "extended_to"),
    [
        (RenewalKind.PROLONGED_UNLESS_NOTICE, 24, "Säger ingen upp", date(2031, 12, 31)),
        (RenewalKind.EXTENDED_WHILE_REVISED, 12, "Har det börjat", date(2030, 12, 31)),
    ],
)
def test_agr3_other_ways_to_end(
    agreement: Agreement, term: Term, kind: RenewalKind, months: int, words: str, extended_to: date
) -> None:
    agreement.renewal_kind, agreement.renewal_extension_months = kind, months
    days = watch(agreement, term)
    assert days.extended_to == extended_to
    assert words in days.sentence


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2028, 12, 29), None),
        (date(2028, 12, 30), StageName.WARN),
        (date(2029, 6, 30), StageName.WARN),
        (date(2029, 7, 1), StageName.DUE),
    ],
)
def test_agr3_stages(agreement: Agreement, term: Term, day: date, stage: StageName | None) -> None:
    days: Watch = watch(agreement, term)
    assert days.stage(day) == stage


def test_agr3_each_board_is_told_once_a_stage() -> None:
    with as_jobs():
        assert tell_of_renewal(at(2028, 12, 29)) == 0
        assert tell_of_renewal(at(2028, 12, 30)) == 1
        assert tell_of_renewal(at(2028, 12, 30)) == 0
        assert tell_of_renewal(at(2029, 1, 15)) == 0
        assert tell_of_renewal(at(2029, 7, 1)) == 1
        assert tell_of_renewal(at(2029, 7, 2)) == 0
        told = list(Message.objects.filter(kind__startswith="agreement.").order_by("planned_at"))
        assert [message.kind for message in told] == ["agreement.renewal.warn", "agreement.renewal.due"]
        assert told[0].facts["when"] == "lör 30 juni 2029"
        assert all(address.startswith("rug") for address in addresses(told[0], at(2028, 12, 30)))
        assert addresses(told[0], at(2028, 12, 30))


def test_agr3_page_shows_the_days(client: Client) -> None:
    reader = sign_in(client, "hylte-socialtjanst-barn")
    address = reverse("agreements:detail", args=[HALLAND])
    page = reader.get(address).content.decode()
    assert "senast lör 30 juni 2029" in page
    assert "Dags att ta ställning" not in page
    today = datetime.now(tz=STOCKHOLM).date()
    with as_owner():
        Agreement.objects.filter(key=HALLAND).update(valid_to=today + timedelta(days=200))
    assert "Dags att ta ställning" in reader.get(address).content.decode()
