"""LAW-1 and LAW-2: the log reviewer sees who has read what in the own huvudman, and gives a person the extract."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from core.acting import acting
from core.audit import Action
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.fixture
def demonstration(settings) -> None:
    """Fictional accounts skip the second factor."""
    settings.DEMO = True


@pytest.fixture
def read_by_both() -> SipCase:
    """A case of Hylte's that a caseworker in Hylte and one in the region have looked at."""
    case = build.sent()
    for username in ("hylte-socialtjanst-barn", "en-vag-in"):
        by = actor(username)
        with acting(by, NOW):
            found = SipCase.objects.select_related("matter").get(pk=case.pk)
            found.log_read(by.reads, Action.VIEW, "sip.case")
    return case


@pytest.fixture
def reviewer(client):
    with time_machine.travel(NOW, tick=False):
        yield sign_in(client, "logg.hylte")


def test_law1_the_log_shows_the_own_huvudman_only(reviewer, read_by_both):
    page = reviewer.get(reverse("individuals:log"))
    assert page.status_code == 200
    assert [row.unit for row in page.context["rows"]] == ["Socialtjänsten barn och unga, Hylte"]
    assert "Provsson" not in page.content.decode()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("?vad=view", 1),
        ("?vad=export", 0),
        ("?fran=2026-03-10", 0),
        ("?till=2026-03-09", 1),
        ("?verksamhet=hylte-elevhalsa", 0),
        ("?verksamhet=en-vag-in", 1),  # Not a unit of Hylte's: refused as a choice, narrows nothing.
        ("?vem=finns-inte", 0),
    ],
)
def test_the_log_is_narrowed_by_the_address(reviewer, read_by_both, question, found):
    assert len(reviewer.get(reverse("individuals:log") + question).context["rows"]) == found


def test_law2_the_extract_finds_the_person_by_number_and_names_nobody(reviewer, read_by_both):
    page = reviewer.post(reverse("individuals:log_extract"), {"number": build.CHILD_NUMBER})
    assert len(page.context["rows"]) == 1
    assert "Provsson" not in page.content.decode()
    file = reviewer.post(reverse("individuals:log_extract"), {"number": build.CHILD_NUMBER, "csv": "1"})
    assert file["Content-Type"].startswith("text/csv")
    assert len(file.content.decode("utf-8-sig").splitlines()) == 2


def test_law2_a_number_nobody_there_has_read_about_gives_nothing(client, read_by_both):
    with time_machine.travel(NOW, tick=False):
        page = sign_in(client, "logg.laholm").post(reverse("individuals:log_extract"), {"number": build.CHILD_NUMBER})
    assert page.context["rows"] == []


def test_a_wrong_number_says_how_to_mend_it(reviewer):
    page = reviewer.post(reverse("individuals:log_extract"), {"number": "20110108-2393"})
    assert page.status_code == 422
    assert "sista siffran" in page.content.decode()


@pytest.mark.parametrize("name", ["individuals:log", "individuals:log_extract"])
def test_nobody_else_reaches_the_log(client, name):
    with time_machine.travel(NOW, tick=False):
        assert sign_in(client, "hylte-socialtjanst-barn").get(reverse(name)).status_code == 403


def test_the_log_costs_the_same_queries_however_long(reviewer, read_by_both, django_assert_max_num_queries):
    by = actor("hylte-socialtjanst-barn")
    for _ in range(30):
        with acting(by, NOW):
            SipCase.objects.select_related("matter").get(pk=read_by_both.pk).log_read(by.reads, Action.VIEW, "sip.case")
    with django_assert_max_num_queries(20):
        assert len(reviewer.get(reverse("individuals:log")).context["rows"]) == 31
