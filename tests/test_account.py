"""Login, sessions, second factor, assignments and API keys (ORG-4; quality 8 and 9)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from organisations.demo import DEMO_PASSWORD
from organisations.kinds import Role
from organisations.models import Assignment, User
from tests.conftest import NOW, sign_in, unit

pytestmark = pytest.mark.django_db
CASEWORKER = "hylte-socialtjanst-barn"
PAGE = "/konto/"  # A page for anyone who is signed in.
WORK = "/drift/"  # One for an assignment: redirects to the choice when there is none.


@pytest.fixture(autouse=True)
def demonstration(settings, monkeypatch):
    settings.DEMO = True
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def newcomer(db):
    """A real account: no demonstration, so the second factor counts."""
    user = User.objects.create_user("nykomling", password=DEMO_PASSWORD, huvudman=unit(CASEWORKER).authority.huvudman)
    Assignment.objects.create(user=user, unit=unit(CASEWORKER), role=Role.CASEWORKER, starts_on=date(2026, 1, 1))
    return user


def log_in(client: Client, username: str = CASEWORKER, password: str = DEMO_PASSWORD, **extra):
    return client.post("/logga-in/", {"username": username, "password": password, **extra})


def code_of(user: User) -> str:
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, drift=0):06d}"


# --- in and out -------------------------------------------------------------------------------------------------------
def test_login_starts_a_session_with_a_new_id(client):
    client.get("/logga-in/")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key
    client.cookies[project.SESSION_COOKIE_NAME] = before
    assert log_in(client).status_code == 302
    assert client.session.session_key != before
    assert client.get(PAGE).status_code == 200


def test_a_failed_login_says_so_and_keeps_what_was_typed(client):
    page = log_in(client, password="fel").content.decode()
    assert "<title>Fel: Logga in" in page
    assert f'value="{CASEWORKER}"' in page
    assert 'value="fel"' not in page
    assert "stämmer inte" in page


@pytest.mark.parametrize("username", [CASEWORKER, "finns-inte"])
def test_lockout_after_five_failures_says_the_same_for_every_name(client, username):
    for _ in range(5):
        last = log_in(client, username, "fel")
    assert last.status_code == 429
    answer = log_in(client, username)
    assert answer.status_code == 429
    assert "För många försök" in answer.content.decode()


def test_lockout_counts_the_real_client_address(client):
    for _ in range(5):
        # A client may write what it likes in the header: without a trusted proxy nobody reads it.
        client.post(
            "/logga-in/", {"username": CASEWORKER, "password": "fel"}, headers={"x-forwarded-for": f"10.0.0.{_}"}
        )
    assert log_in(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(elsewhere).status_code == 302


@pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"])
def test_login_never_leads_away_from_the_portal(client, wanted):
    assert log_in(client, next=wanted).url == "/"


def test_login_leads_back_to_where_it_was_asked_for(client):
    asked = client.get(PAGE)
    assert asked.url == "/logga-in/?next=/konto/"
    assert log_in(client, next=PAGE).url == PAGE


def test_a_fragment_asks_for_the_whole_login_page(client):
    answer = client.get(
        "/logga-in/", headers={"hx-request": "true", "hx-current-url": "http://testserver/sip/?lage=utkast"}
    )
    assert answer["HX-Redirect"] == "/logga-in/?next=%2Fsip%2F%3Flage%3Dutkast"


def test_logout_needs_a_post_and_ends_the_session(client):
    sign_in(client, CASEWORKER)
    assert client.get("/logga-ut/").status_code == 405
    client.post("/logga-ut/")
    assert client.get(PAGE).status_code == 302


# --- how long a session lasts -----------------------------------------------------------------------------------------
def test_an_idle_session_ends_on_the_server(client, demonstration):
    sign_in(client, CASEWORKER)
    client.get(PAGE)
    demonstration.shift(project.SESSION_IDLE_LIMIT + timedelta(seconds=1))
    assert client.get(PAGE).status_code == 302


def test_extending_keeps_the_session(client, demonstration):
    sign_in(client, CASEWORKER)
    client.get(PAGE)
    for _ in range(3):
        demonstration.shift(project.SESSION_IDLE_LIMIT - timedelta(seconds=5))
        assert client.post("/konto/forlang/").status_code == 204
    assert client.get(PAGE).status_code == 200


def test_a_busy_session_ends_at_the_absolute_limit(client, demonstration):
    sign_in(client, CASEWORKER)
    client.get(PAGE)
    for _ in range(30):
        demonstration.shift(timedelta(minutes=20))
        answer = client.get(PAGE)
    assert answer.status_code == 200
    demonstration.shift(timedelta(minutes=1))
    assert client.get(PAGE).status_code == 302


def test_disabling_a_user_ends_the_session_at_once(client):
    sign_in(client, CASEWORKER)
    assert client.get(PAGE).status_code == 200
    User.objects.filter(username=CASEWORKER).update(is_active=False)
    assert client.get(PAGE).status_code == 302


def test_ending_an_assignment_ends_what_it_gave_at_once(client):
    sign_in(client, "drift")
    assert client.get(WORK).status_code == 200
    Assignment.objects.filter(user__username="drift").update(ends_on=NOW.date())
    assert client.get(WORK).url == "/uppdrag/"


# --- assignments ------------------------------------------------------------------------------------------------------
def test_switching_assignment_rotates_the_session_and_changes_the_header(client, newcomer):
    second = Assignment.objects.create(
        user=newcomer, unit=unit("hylte-elevhalsa"), role=Role.CASEWORKER, starts_on=date(2026, 1, 1)
    )
    newcomer.demonstration = True
    newcomer.save()
    sign_in(client, newcomer.username)
    assert client.get(WORK).url == "/uppdrag/"  # Two to choose from, none chosen.
    before = client.session.session_key
    client.post("/uppdrag/", {"assignment": second.pk})
    assert client.session.session_key != before
    header = client.get(PAGE).content.decode().split("<main")[0]
    assert str(second.unit) in header


def test_somebody_elses_assignment_cant_be_chosen(client):
    sign_in(client, CASEWORKER)
    foreign = Assignment.objects.filter(user__username="drift").get()
    assert client.post("/uppdrag/", {"assignment": foreign.pk}).status_code == 404
    assert client.post("/uppdrag/", {"assignment": "skräp"}).status_code == 404


def test_without_an_assignment_the_page_says_whom_to_ask(client):
    Assignment.objects.filter(user__username=CASEWORKER).update(ends_on=NOW.date())
    sign_in(client, CASEWORKER)
    page = client.get("/uppdrag/").content.decode()
    assert "inget uppdrag" in page
    assert "lokala administratören i Hylte kommun" in page


# --- the second factor ------------------------------------------------------------------------------------------------
def test_a_password_alone_opens_nothing(client, newcomer):
    answer = log_in(client, newcomer.username)
    assert answer.url.startswith("/konto/andra-faktor/")
    for address in ("/", PAGE, WORK, "/uppdrag/", "/konto/nycklar/ny/"):
        assert client.get(address).url == "/konto/andra-faktor/"


def test_setting_up_the_app_gives_ten_recovery_codes_once(client, newcomer):
    log_in(client, newcomer.username)
    page = client.get("/konto/andra-faktor/").content.decode()
    assert "data:image/svg+xml" in page
    wrong = client.post("/konto/andra-faktor/", {"code": "12"}).content.decode()
    assert "Fel: " in wrong
    assert not TOTPDevice.objects.get(user=newcomer).confirmed
    TOTPDevice.objects.update(throttling_failure_count=0)
    before = client.session.session_key
    done = client.post("/konto/andra-faktor/", {"code": code_of(newcomer)}).content.decode()
    assert client.session.session_key != before
    codes = re.findall(r'<code class="secret">(\w+)</code>', done)
    assert len(set(codes)) == 10
    assert client.get(PAGE).status_code == 200
    assert all(code not in client.get(PAGE).content.decode() for code in codes)


def test_a_code_is_asked_for_at_each_login_and_works_once(client, newcomer, demonstration):
    log_in(client, newcomer.username)
    client.get("/konto/andra-faktor/")
    client.post("/konto/andra-faktor/", {"code": code_of(newcomer)})
    client.post("/logga-ut/")
    log_in(client, newcomer.username)
    replayed = client.post("/konto/andra-faktor/", {"code": code_of(newcomer)})
    assert "Koden stämmer inte" in replayed.content.decode()
    demonstration.shift(timedelta(minutes=2))
    assert client.post("/konto/andra-faktor/", {"code": code_of(newcomer), "next": PAGE}).url == PAGE


def test_a_recovery_code_works_once(client, newcomer, demonstration):
    log_in(client, newcomer.username)
    client.get("/konto/andra-faktor/")
    client.post("/konto/andra-faktor/", {"code": code_of(newcomer)})
    code = StaticToken.objects.filter(device__user=newcomer).first().token
    for expected in (302, 200):
        client.post("/logga-ut/")
        log_in(client, newcomer.username)
        demonstration.shift(timedelta(minutes=1))
        assert client.post("/konto/andra-faktor/", {"code": code.upper()}).status_code == expected


def test_guessing_codes_is_slowed_down(client, newcomer):
    log_in(client, newcomer.username)
    client.get("/konto/andra-faktor/")
    client.post("/konto/andra-faktor/", {"code": "000000"})
    # Even the right one is refused for a moment after a wrong one.
    assert "Fel: " in client.post("/konto/andra-faktor/", {"code": code_of(newcomer)}).content.decode()


# --- password ---------------------------------------------------------------------------------------------------------
def test_a_temporary_password_must_be_replaced_first_of_all(client, newcomer):
    newcomer.demonstration = newcomer.password_is_temporary = True
    newcomer.save()
    log_in(client, newcomer.username)
    for address in ("/", PAGE, WORK):
        assert client.get(client.get(address).url).url == "/konto/valj-losenord/"
    short = client.post("/konto/valj-losenord/", {"new_password1": "kort", "new_password2": "kort"})
    assert "Fel: " in short.content.decode()
    chosen = {"new_password1": "lampa ko skog 77", "new_password2": "lampa ko skog 77"}
    assert client.post("/konto/valj-losenord/", chosen).url == "/"
    assert client.get(PAGE).status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.check_password("lampa ko skog 77")


def test_changing_the_password_ends_other_sessions_and_keys(client):
    log_in(client)
    other = Client()
    log_in(other)
    AuthToken.objects.create(user=User.objects.get(username=CASEWORKER))
    new = {"old_password": DEMO_PASSWORD, "new_password1": "lampa ko skog 77", "new_password2": "lampa ko skog 77"}
    assert client.post(PAGE, {"what": "password", **new}).status_code == 302
    assert client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 302
    assert not AuthToken.objects.exists()


def test_a_wrong_old_password_changes_nothing(client):
    sign_in(client, CASEWORKER)
    new = {"old_password": "fel", "new_password1": "lampa ko skog 77", "new_password2": "lampa ko skog 77"}
    page = client.post(PAGE, {"what": "password", **new}).content.decode()
    assert "Det nuvarande lösenordet stämmer inte" in page
    assert User.objects.get(username=CASEWORKER).check_password(DEMO_PASSWORD)


def test_mail_can_be_switched_off(client):
    sign_in(client, CASEWORKER)
    client.post(PAGE, {"what": "mail"})
    assert not User.objects.get(username=CASEWORKER).wants_mail


# --- keys for the API -------------------------------------------------------------------------------------------------
def test_a_key_is_shown_once_and_can_be_revoked(client):
    sign_in(client, CASEWORKER)
    page = client.post("/konto/nycklar/ny/").content.decode()
    secret = re.search(r'<code class="secret">(\w+)</code>', page).group(1)
    token = AuthToken.objects.get()
    assert secret.startswith(token.token_key)
    assert secret not in client.get(PAGE).content.decode()
    assert client.post(f"/konto/nycklar/{token.token_key}/aterkalla/").status_code == 302
    assert not AuthToken.objects.exists()


def test_somebody_elses_key_doesnt_exist(client):
    _token, _secret = AuthToken.objects.create(user=User.objects.get(username="drift"))
    sign_in(client, CASEWORKER)
    assert client.post(f"/konto/nycklar/{_token.token_key}/aterkalla/").status_code == 404
    assert AuthToken.objects.count() == 1


def test_there_is_a_limit_to_the_number_of_keys(client):
    user = User.objects.get(username=CASEWORKER)
    for _ in range(10):
        AuthToken.objects.create(user=user)
    sign_in(client, CASEWORKER)
    client.post("/konto/nycklar/ny/")
    assert AuthToken.objects.count() == 10
