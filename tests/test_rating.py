"""The person's own rating (SIP-10): one code once, throttled, and no way from an answer to a person."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client

from core.acting import acting
from organisations.models import Huvudman
from sip import ratings
from sip.kinds import RatingReader
from sip.models import Rating, RatingCode
from sip.ratings import code_for
from tests import build_plan
from tests.build_plan import Case
from tests.conftest import NOW, as_owner
from tests.pages import client_for, words
from tests.papers import read_back

pytestmark = pytest.mark.django_db
ANSWERS = {"participation": "4", "clarity": "3", "usefulness": "1"}


@pytest.fixture
def case() -> Case:
    return build_plan.planned()


@pytest.fixture
def somebody() -> Client:
    """A visitor from an address that nobody else has: the counts of wrong codes outlive a test."""
    return Client(REMOTE_ADDR=str(uuid.uuid4()))


def code(case: Case, reader: RatingReader = RatingReader.SELF) -> str:
    with acting(case.lead, case.now):
        return code_for(plan=case.plan(), reader=reader)


def send(client: Client, code: str, **changes: str) -> Any:
    return client.post("/tyck-till/", {"code": code, **ANSWERS, **changes})


def stored() -> list[dict[str, Any]]:
    with as_owner():
        return list(Rating.objects.values())


def test_sip10_the_code_on_the_printed_copy_opens_the_page_once_without_login(case: Case, somebody: Client) -> None:
    with time_machine.travel(case.now, tick=False):
        client = client_for(case.lead)
        copies = [read_back(client.get(f"/sip/{case.pk}/dokument/min-plan.pdf").content).text for _ in range(2)]
    printed = [re.findall(r"\b(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}\b", text) for text in copies]
    assert printed[0] == printed[1] != []
    answer = send(somebody, printed[0][0].lower().replace("-", " "))
    assert (answer.status_code, answer["Location"]) == (302, "/tyck-till/tack/")
    (found,) = stored()
    assert (found["participation"], found["clarity"], found["usefulness"]) == (4, 3, 1)
    again = send(somebody, printed[0][0])
    assert again.status_code == 422
    assert "redan använts" in words(again)
    assert len(stored()) == 1


def test_sip10_child_and_guardians_have_a_code_each_and_a_used_one_is_printed_no_more(case: Case) -> None:
    own, guardians = code(case), code(case, RatingReader.GUARDIAN)
    assert own != guardians
    assert ratings.rate(code=own, participation=1, clarity=1, usefulness=1)
    assert code(case) == ""
    assert code(case, RatingReader.GUARDIAN) == guardians


def test_sip10_an_answer_holds_nothing_that_leads_to_the_case_and_a_code_only_its_hash(case: Case) -> None:
    printed = code(case)
    ratings.rate(code=printed, participation=2, clarity=2, usefulness=2)
    (found,) = stored()
    assert set(found) == {
        "id", "year", "municipality_id", "region_id", "target_groups", "reader", "participation", "clarity",
        "usefulness",
    }  # fmt: skip
    assert (found["target_groups"], found["reader"]) == (["children"], "self")
    assert {Huvudman.objects.get(pk=found[key]).key for key in ("municipality_id", "region_id")} == {
        "hylte", "region-halland",
    }  # fmt: skip
    with as_owner():
        kept = RatingCode.objects.values_list("code_hash", flat=True)
        assert not [one for one in kept if printed.replace("-", "") in one.upper()]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_changelog WHERE table_name = 'sip_rating'")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT operation FROM core_changelog WHERE table_name = 'sip_ratingcode'")
            assert cursor.fetchall() == [("INSERT",)], "when a code was used is nobody's business"


def test_sip10_answers_can_be_read_and_changed_by_nobody(case: Case) -> None:
    printed = code(case)
    ratings.rate(code=printed, participation=2, clarity=2, usefulness=2)
    with acting(case.lead, case.now):
        assert not Rating.objects.exists()
        for forbidden in (
            "UPDATE sip_ratingcode SET is_used = false",
            "INSERT INTO sip_rating (id) VALUES (gen_random_uuid())",
            "SELECT portal_party_of(gen_random_uuid(), 'region')",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(forbidden)


@pytest.mark.parametrize("typed", ["", "AAAA-BBBB-CCCC-DDDD", "' OR 1=1 --"])
def test_sip10_a_guessed_code_is_refused_in_words(typed: str, somebody: Client) -> None:
    answer = send(somebody, typed)
    assert answer.status_code == 422
    assert "Fel:" in answer.content.decode()


def test_sip10_guessing_is_slowed_down_by_address(case: Case, somebody: Client) -> None:
    for number in range(10):
        assert send(somebody, f"{uuid.uuid4()}{number}").status_code == 422
    answer = send(somebody, code(case))
    assert answer.status_code == 429
    assert "Vänta en kvart" in words(answer)
    assert stored() == []


def test_sip10_guessing_is_slowed_down_by_code_from_wherever_it_comes() -> None:
    wrong = str(uuid.uuid4())
    for _ in range(5):
        assert send(Client(REMOTE_ADDR=str(uuid.uuid4())), wrong).status_code == 422
    assert send(Client(REMOTE_ADDR=str(uuid.uuid4())), wrong).status_code == 429


def test_no_address_is_kept_in_clear() -> None:
    address = str(uuid.uuid4())
    send(Client(REMOTE_ADDR=address), str(uuid.uuid4()))
    assert cache.get(f"throttle:rating.address:{address}") is None


def test_an_unanswered_question_keeps_the_others_and_the_code(case: Case, somebody: Client) -> None:
    printed = code(case)
    answer = send(somebody, printed, clarity="")
    assert answer.status_code == 422
    assert f'value="{printed}"' in answer.content.decode()
    assert stored() == []


def test_sip10_groups_smaller_than_five_and_the_running_year_are_not_told() -> None:
    halmstad, hylte, region = (Huvudman.objects.get(key=key) for key in ("halmstad", "hylte", "region-halland"))
    with as_owner():
        for huvudman, year, count in ((halmstad, 2025, 5), (hylte, 2025, 4), (halmstad, 2026, 9)):
            Rating.objects.bulk_create(
                Rating(
                    year=year, municipality=huvudman, region=region, target_groups=["children"], reader="self",
                    participation=3, clarity=4, usefulness=2,
                )
                for _ in range(count)
            )  # fmt: skip
    with acting(build_plan.actor("hylte-socialtjanst-barn"), NOW):
        (found,) = ratings.summaries()
    assert (found.year, found.municipality_id, found.answers, float(found.clarity)) == (2025, halmstad.pk, 5, 4.0)
    page = words(client_for(build_plan.actor("rug")).get("/sip/omdomen/"))
    assert "Halmstad" in page
    assert "Barn som behöver insatser från flera håll" in page
    assert "Hylte" not in page[page.index("Till hjälp") :]
    assert "2026" not in page[page.index("Vad personerna tycker om sin plan") :]
