"""The frame of every page: dates and time left in words, forms and their errors, health, running of the jobs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from unittest import mock
from uuid import uuid4

import pytest
import time_machine
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.template import Context, Template
from django.test import RequestFactory

from core import heartbeat, views
from core.acting import acting
from core.authz import Button, Decision
from core.models import Message
from core.templatetags import portal
from core.workdays import STOCKHOLM, end_of
from tests.conftest import NOW, actor, as_jobs, as_owner, sign_in


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=STOCKHOLM)  # type: ignore[arg-type, misc]


# --- dates and time left ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2025, 11, 26), "ons 26 nov 2025"),
        (date(2024, 2, 29), "tors 29 feb 2024"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "tors 1 jan 2026"),  # Already the new year in Stockholm.
        (None, ""),
    ],
)
def test_dates_read_as_swedes_write_them(value, words):
    assert portal.swedish_date(value) == words


def test_times_and_weeks():
    assert portal.swedish_time(datetime(2025, 7, 1, 12, 5, tzinfo=UTC)) == "kl. 14.05"
    assert portal.swedish_moment(datetime(2025, 11, 26, 13, 5, tzinfo=UTC)) == "ons 26 nov 2025 kl. 14.05"
    assert portal.short_date(date(2025, 11, 26)) == "ons 26 nov"
    assert portal.week(date(2026, 1, 1)) == "v. 1"
    assert portal.week(date(2027, 1, 1)) == "v. 53"


@pytest.mark.parametrize(
    ("due_at", "now", "words", "urgency"),
    [
        (end_of(date(2025, 11, 26)), at(2025, 11, 20, 9), "6 dagar kvar", "later"),
        (end_of(date(2025, 11, 26)), at(2025, 11, 24, 23, 59), "2 dagar kvar", "soon"),
        (end_of(date(2025, 11, 26)), at(2025, 11, 25, 0), "i morgon", "soon"),
        (end_of(date(2025, 11, 26)), at(2025, 11, 26, 23, 59), "i dag", "today"),
        (end_of(date(2025, 11, 26)), at(2025, 11, 27, 0), "försenad 1 dag", "overdue"),
        (end_of(date(2025, 11, 26)), at(2025, 11, 28, 8), "försenad 2 dagar", "overdue"),
        (at(2025, 11, 26, 14, 5), at(2025, 11, 26, 9), "i dag kl. 14.05", "today"),
        (at(2025, 11, 26, 14, 5), at(2025, 11, 25, 9), "i morgon kl. 14.05", "soon"),
        (at(2025, 11, 26, 14, 5), at(2025, 11, 26, 15), "försenad sedan kl. 14.05", "overdue"),
        # The days when the clocks change have 23 and 25 hours.
        (end_of(date(2026, 3, 29)), at(2026, 3, 28, 23, 59), "i morgon", "soon"),
        (end_of(date(2026, 3, 29)), at(2026, 3, 29, 23, 59), "i dag", "today"),
        (end_of(date(2025, 10, 26)), at(2025, 10, 26, 23, 59), "i dag", "today"),
        (end_of(date(2025, 10, 26)), at(2025, 10, 27, 0), "försenad 1 dag", "overdue"),
    ],
)
def test_time_left_in_words_counts_days_in_stockholm(due_at, now, words, urgency):
    assert portal.time_left(due_at, now) == words
    assert portal.urgency(due_at, now) == urgency
    utc = now.astimezone(UTC)
    assert portal.time_left(due_at.astimezone(UTC), utc) == words


def test_counted_words():
    assert [portal.counted(n, "dag,dagar") for n in (0, 1, 2)] == ["0 dagar", "1 dag", "2 dagar"]


# --- parts ------------------------------------------------------------------------------------------------------------
def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/sip/?lage=utkast&sida=3")
    return Template(source).render(Context({"request": request, **context}))


def test_icons_are_silent_unless_labelled():
    assert 'aria-hidden="true"' in render('{% icon "clock" %}')
    labelled = render("{% icon 'clock' label=words %}", words='"><script>')
    assert 'role="img"' in labelled
    assert "<script>" not in labelled


def test_a_refused_button_says_why():
    button = Button("send", "Skicka", Decision(False, "Samtycke saknas."))
    html = render("{% action_button button '/x/' %}", button=button)
    assert "disabled" in html
    assert "Samtycke saknas." in html
    assert "/x/" not in html


def test_links_to_addresses_that_arent_there_are_left_out():
    assert render('{% nav_link "nowhere:list" "Ingenstans" %}').strip() == ""


def test_pages_keep_the_filters_of_the_address():
    assert render("{% query sida=4 %}") == "?lage=utkast&amp;sida=4"
    assert render("{% query lage='' sida=1 %}") == "?sida=1"


class Question(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som i folkbokföringen", max_length=5)
    how = forms.ChoiceField(label="Hur?", choices=[("a", "Muntligt"), ("b", "Skriftligt")], widget=forms.RadioSelect)
    note = forms.CharField(label="Anteckning", required=False)
    sure = forms.BooleanField(label="Jag är säker")


Question.base_fields["note"].why = "Den visas för mottagaren."  # type: ignore[attr-defined]
Question.base_fields["note"].section = "4.1"  # type: ignore[attr-defined]


def test_fields_have_labels_hints_reasons_and_errors_that_belong_to_them():
    html = render("{{ form }}", form=Question({"name": "200 000"}))
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="200 000"' in html
    assert "Texten är för lång. Högst 5 tecken, nu är det 7." in html
    assert "(frivilligt)" in html
    assert "Den visas för mottagaren." in html
    assert "Överenskommelsen 4.1" in html
    assert html.count("<fieldset") == 1
    assert "style=" not in html


def test_the_error_summary_links_to_each_field():
    html = render("{% error_prefix %}|{% error_summary %}", form=Question({}))
    assert html.startswith("Fel: |")
    assert "Det är 3 saker att rätta" in html
    for target in ("#id_name", "#id_how_0", "#id_sure"):
        assert f'href="{target}"' in html
    assert "Hur? Välj ett alternativ." in html
    assert render("{% error_prefix %}{% error_summary %}", form=Question()).strip() == ""


# --- errors -----------------------------------------------------------------------------------------------------------
def test_the_error_page_needs_nothing_that_may_have_failed():
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Något gick fel" in answer.content.decode()


@pytest.mark.parametrize("view", [views.bad_request, views.forbidden, views.not_found])
def test_errors_of_the_api_are_json(view):
    answer = view(RequestFactory().get("/api/v1/sip/"), PermissionDenied())
    assert set(json.loads(answer.content)) == {"fel"}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/om/tillganglighet/", "/om/kontakt/", "/om/uppgifter/", "/logga-in/"])
def test_pages_about_the_portal_are_open_to_all(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert '<html lang="sv"' in answer.content.decode()


# --- health and running -----------------------------------------------------------------------------------------------
@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.mark.django_db
def test_a_job_that_lives_but_doesnt_work_is_seen_within_two_minutes(client, clock):
    assert client.get("/halsa/").status_code == 503
    with as_jobs():
        for job in heartbeat.JOBS:
            heartbeat.beat(job, NOW)
    answer = client.get("/halsa/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    clock.shift(timedelta(seconds=121))
    silent = client.get("/halsa/")
    assert silent.status_code == 503
    assert silent.json()["jobs"]["sweep"] == {"status": "silent", "seconds_since": 121}


def test_a_database_out_of_reach_is_said_to_machines_and_people(client):
    client.raise_request_exception = False
    with mock.patch("organisations.middleware.acting", side_effect=OperationalError("connection refused")):
        health, page, api = (client.get(address) for address in ("/halsa/", "/logga-in/", "/api/v1/sip/"))
    assert (health.status_code, page.status_code, api.status_code) == (503, 503, 503)
    assert health.json()["database"] == "unreachable"
    assert "Något gick fel hos oss" in page.content.decode()
    assert page["Retry-After"] == "30"
    assert "connection" not in page.content.decode() + api.content.decode()
    assert "fel" in api.json()


@pytest.fixture
def dead_letter(db):
    with as_owner():
        return Message.objects.create(
            kind="sip.called",
            dedupe_key=uuid4().hex,
            to_unit_id=uuid4(),
            planned_at=NOW,
            dead_at=NOW,
            attempts=9,
            last_error="SMTPServerDisconnected",
        )


@pytest.mark.django_db
def test_dead_letters_are_seen_and_tried_again_by_system_administrators_only(client, clock, settings, dead_letter):
    settings.DEMO = True
    sign_in(client, "hylte-socialtjanst-barn")
    assert client.get("/drift/").status_code == 403
    assert client.post(f"/drift/{dead_letter.pk}/igen/").status_code == 403
    sign_in(client, "drift")
    page = client.get("/drift/").content.decode()
    assert "SMTPServerDisconnected" in page
    assert "Tyst" in page
    assert client.post(f"/drift/{dead_letter.pk}/igen/").status_code == 302
    with as_owner():
        dead_letter.refresh_from_db()
    assert dead_letter.dead_at is None
    assert dead_letter.next_try_at == NOW


@pytest.mark.django_db
def test_system_administrators_see_no_messages_but_the_undelivered(dead_letter):
    with as_owner():
        Message.objects.create(kind="sip.called", dedupe_key="a", to_unit_id=uuid4(), planned_at=NOW, delivered_at=NOW)
    by = actor("drift")
    with acting(by, NOW):
        assert [message.pk for message in Message.objects.all()] == [dead_letter.pk]
