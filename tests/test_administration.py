"""Local administrators manage units, people and assignments of their own huvudman, and nothing else (ORG-1…5)."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from core.acting import acting
from core.authz import Refused
from core.models import ChangeLog
from core.transitions import Gone
from individuals.closing import open_matters
from organisations import actions
from organisations.kinds import MANAGERS, Role
from organisations.models import Assignment, CoordinationGroup, GroupMember, Huvudman, Unit, User
from sip import actions as sip
from sip.kinds import CloseReason
from tests import build
from tests.conftest import NOW, actor, as_owner, sign_in, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
TODAY = NOW.date()
HOME = "/administration/"
UNIT, OTHER_UNIT = "hylte-socialtjanst-barn", "hylte-elevhalsa"
FOREIGN_UNIT = "en-vag-in"


@pytest.fixture
def administrator(db):
    return actor("admin.hylte")


@pytest.fixture
def admin_page(client) -> Client:
    return sign_in(client, "admin.hylte")


def person(username: str) -> User:
    return User.objects.get(username=username)


def run(by, do, **values):
    with acting(by, NOW):
        return do(by=by, now=NOW, **values)


def new_person(by, username="ny.person") -> User:
    user, _password = run(
        by, actions.invite_person, username=username, first_name="Ny", last_name="Person", email="ny@example.invalid"
    )
    return user


# --- only one's own ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("username", [UNIT, "logg.hylte", "drift", "rug"])
def test_nobody_else_reaches_administration(client, username):
    sign_in(client, username)
    for address in (HOME, HOME + "verksamheter/", HOME + "personer/ny/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("verb", ["", "andra/", "stang/"])
def test_a_foreign_unit_answers_as_one_that_doesnt_exist(admin_page, verb):
    foreign = admin_page.get(f"{HOME}verksamheter/{unit(FOREIGN_UNIT).pk}/{verb}")
    missing = admin_page.get(f"{HOME}verksamheter/{uuid4()}/{verb}")
    assert foreign.status_code == missing.status_code == 404
    assert _without_csrf(foreign) == _without_csrf(missing)


@pytest.mark.parametrize("verb", ["", "andra/", "stang-av/", "losenord/", "koder/", "uppdrag/"])
def test_a_foreign_person_answers_as_one_that_doesnt_exist(admin_page, verb):
    for user_id in (person("admin.varberg").pk, uuid4()):
        assert admin_page.get(f"{HOME}personer/{user_id}/{verb}").status_code == 404
        assert admin_page.post(f"{HOME}personer/{user_id}/{verb or 'oppna/'}").status_code == 404


def test_a_foreign_assignment_and_group_dont_exist(admin_page):
    foreign = Assignment.objects.filter(user__username="admin.varberg").get()
    assert admin_page.get(f"{HOME}uppdrag/{foreign.pk}/").status_code == 404
    group = CoordinationGroup.objects.exclude(municipality__key="hylte").first()
    assert admin_page.get(f"{HOME}grupper/{group.pk}/").status_code == 404


def test_lists_hold_only_ones_own(admin_page):
    for address in ("verksamheter/?stangda=on", "personer/", "chefer/", "grupper/"):
        page = admin_page.get(HOME + address).content.decode()
        assert "Varberg" not in page
        assert str(person("admin.varberg")) not in page


def test_actions_refuse_foreign_things_also_without_the_pages(administrator):
    foreign, mine = unit(FOREIGN_UNIT), person(UNIT)
    with pytest.raises(Gone):
        run(administrator, actions.close_unit, unit_id=foreign.pk, closed_on=TODAY)
    with pytest.raises(Gone):
        run(administrator, actions.disable_person, user_id=person("admin.varberg").pk)
    with pytest.raises(Gone):
        run(
            administrator, actions.give_assignment,
            user_id=mine.pk, unit=foreign, role=Role.CASEWORKER, starts_on=TODAY, ends_on=None,
        )  # fmt: skip


def test_only_administrators_may_act():
    caseworker = actor(UNIT)
    with pytest.raises(Refused):
        new_person(caseworker)
    with pytest.raises(Refused):
        run(caseworker, actions.close_unit, unit_id=caseworker.unit_id, closed_on=TODAY)


def _without_csrf(response) -> str:
    return re.sub(r'(value|X-CSRFToken)(=|": )"\w+"', "", response.content.decode())


# --- units ------------------------------------------------------------------------------------------------------------
def test_a_unit_is_opened_with_a_key_of_its_own_and_found_by_search(admin_page):
    authority = unit(UNIT).authority
    form = {
        "authority": authority.pk,
        "name": "Familjecentralen",
        "kind": "social_children",
        "opened_on": TODAY.isoformat(),
        "serves": [authority.huvudman_id],
    }
    answer = admin_page.post(HOME + "verksamheter/ny/", form)
    made = Unit.objects.get(name="Familjecentralen")
    assert answer.url == f"{HOME}verksamheter/{made.pk}/"
    assert made.group_id
    assert list(made.serves.all()) == [authority.huvudman]
    assert "Familjecentralen" in admin_page.get(HOME + "verksamheter/?q=familjec").content.decode()
    # The same name again is told beside the field, and what was typed stays.
    again = admin_page.post(HOME + "verksamheter/ny/", form).content.decode()
    assert 'id="id_name_error"' in again
    assert 'value="Familjecentralen"' in again


def test_a_unit_cant_be_placed_in_a_circle_or_another_authority(administrator):
    top, below = unit(UNIT), unit("hylte-socialtjanst-vuxna")
    values = {"name": top.name, "kind": top.kind, "provider": "", "phone": "", "serves": []}
    Unit.objects.filter(pk=below.pk).update(parent=top)
    below.refresh_from_db()
    with pytest.raises(Refused, match="under sig själv") as refused:
        run(administrator, actions.change_unit, unit_id=top.pk, parent=below, **values)
    assert refused.value.field == "parent"
    with pytest.raises(Refused, match="samma myndighet"):
        run(administrator, actions.change_unit, unit_id=top.pk, parent=unit(OTHER_UNIT), **values)


def test_closing_a_unit_takes_its_assignments_out_of_force_that_day(admin_page, client):
    address = f"{HOME}verksamheter/{unit(UNIT).pk}/"
    assert "slutar fungera" in admin_page.get(address + "stang/").content.decode()
    past = admin_page.post(address + "stang/", {"closed_on": (TODAY - timedelta(days=1)).isoformat()})
    assert 'id="id_closed_on_error"' in past.content.decode()
    admin_page.post(address + "stang/", {"closed_on": (TODAY + timedelta(days=2)).isoformat()})
    theirs = Assignment.objects.filter(user__username=UNIT)
    assert theirs.in_force(TODAY + timedelta(days=1)).exists()
    assert not theirs.in_force(TODAY + timedelta(days=2)).exists()
    admin_page.post(address + "oppna/")
    assert theirs.in_force(TODAY + timedelta(days=2)).exists()


def test_a_unit_with_open_units_below_or_ones_own_isnt_closed(administrator):
    own = Unit.objects.get(pk=administrator.unit_id)
    with pytest.raises(Refused, match="ditt eget uppdrag"):
        run(administrator, actions.close_unit, unit_id=own.pk, closed_on=TODAY)
    top = unit(UNIT)
    Unit.objects.filter(key="hylte-socialtjanst-vuxna").update(parent=top)
    with pytest.raises(Refused, match="hör under"):
        run(administrator, actions.close_unit, unit_id=top.pk, closed_on=TODAY)


def test_wall1_a_unit_with_open_matters_is_closed_when_they_are_handed_over_or_ended(admin_page, administrator):
    case = build.sent()
    address = f"{HOME}verksamheter/{unit(UNIT).pk}/stang/"
    assert "deltar i ett pågående ärende" in admin_page.get(address).content.decode()
    refused = admin_page.post(address, {"closed_on": TODAY.isoformat()}).content.decode()
    assert "Avsluta dem eller lämna över dem" in refused
    assert unit(UNIT).closed_on is None
    by = actor(UNIT)
    with acting(by, NOW):
        sip.close(case_id=case.pk, reason=CloseReason.MOVED, note="Till ett annat län.", by=by, now=NOW)
    admin_page.post(address, {"closed_on": TODAY.isoformat()})
    assert unit(UNIT).closed_on == TODAY


def test_wall1_how_many_matters_another_huvudmans_unit_has_is_not_told(administrator):
    build.sent()
    with acting(administrator, NOW):
        assert open_matters(unit(UNIT))
        assert open_matters(unit(FOREIGN_UNIT)) == ""
    with acting(actor(UNIT), NOW):
        assert open_matters(unit(UNIT)) == ""


def test_org3_the_line_of_management_shows_who_and_what_is_vacant(admin_page):
    nearest = Assignment.objects.get(unit__key=UNIT, role=Role.NEAREST_MANAGER)
    page = admin_page.get(f"{HOME}verksamheter/{unit(UNIT).pk}/").content.decode()
    assert str(nearest.user) in page
    assert "Saknas" not in page
    Assignment.objects.filter(pk=nearest.pk).update(ends_on=TODAY)
    assert "Saknas" in admin_page.get(f"{HOME}verksamheter/{unit(UNIT).pk}/").content.decode()


# --- people -----------------------------------------------------------------------------------------------------------
def test_an_invited_person_gets_a_password_that_is_shown_once_and_must_be_replaced(admin_page):
    form = {"username": "Ny.Person", "first_name": "Ny", "last_name": "Person", "email": "ny@example.invalid"}
    page = admin_page.post(HOME + "personer/ny/", form).content.decode()
    made = person("ny.person")
    username, password = re.findall(r'<code class="secret">([\w.-]+)</code>', page)
    assert username == "ny.person"
    assert made.check_password(password)
    assert made.password_is_temporary
    assert made.huvudman == unit(UNIT).authority.huvudman
    assert password not in admin_page.get(f"{HOME}personer/{made.pk}/").content.decode()
    taken = admin_page.post(HOME + "personer/ny/", form).content.decode()
    assert 'id="id_username_error"' in taken


def test_a_disabled_person_is_out_at_once_with_keys_and_all(admin_page):
    theirs = sign_in(Client(), UNIT)
    AuthToken.objects.create(user=person(UNIT))
    assert theirs.get("/konto/").status_code == 200
    admin_page.post(f"{HOME}personer/{person(UNIT).pk}/stang-av/")
    assert theirs.get("/konto/").status_code == 302
    assert not AuthToken.objects.exists()
    admin_page.post(f"{HOME}personer/{person(UNIT).pk}/oppna/")
    assert person(UNIT).is_active


def test_a_new_password_ends_the_old_sessions(admin_page):
    theirs = sign_in(Client(), UNIT)
    assert theirs.get("/konto/").status_code == 200
    page = admin_page.post(f"{HOME}personer/{person(UNIT).pk}/losenord/").content.decode()
    assert theirs.get("/konto/").status_code == 302
    password = re.findall(r'<code class="secret">([\w.-]+)</code>', page)[1]
    assert person(UNIT).check_password(password)


def test_a_lost_telephone_is_forgotten(admin_page):
    TOTPDevice.objects.create(user=person(UNIT), name="Kodapp", confirmed=True)
    admin_page.post(f"{HOME}personer/{person(UNIT).pk}/koder/")
    assert not TOTPDevice.objects.exists()
    with as_owner():
        change = ChangeLog.objects.filter(row_id=person(UNIT).pk).latest("pk")
    assert change.old["second_factor_reset_at"] != change.new["second_factor_reset_at"]


def test_nobody_administers_themselves(administrator):
    me = administrator.user_id
    for do in (actions.disable_person, actions.reset_password, actions.reset_second_factor):
        with pytest.raises(Refused):
            run(administrator, do, user_id=me)
    with pytest.raises(Refused, match="dig själv"):
        run(
            administrator, actions.give_assignment,
            user_id=me, unit=unit(UNIT), role=Role.CASEWORKER, starts_on=TODAY, ends_on=None,
        )  # fmt: skip
    mine = Assignment.objects.get(pk=administrator.assignment_id)
    with pytest.raises(Refused):
        run(administrator, actions.end_assignment, assignment_id=mine.pk, ends_on=TODAY)


# --- assignments ------------------------------------------------------------------------------------------------------
def test_org4_an_assignment_lasts_to_the_end_of_its_last_day(admin_page, administrator):
    user = new_person(administrator)
    last = TODAY + timedelta(days=5)
    form = {"unit": unit(UNIT).pk, "role": Role.CASEWORKER, "starts_on": TODAY.isoformat(), "ends_on": last.isoformat()}
    assert admin_page.post(f"{HOME}personer/{user.pk}/uppdrag/", form).status_code == 302
    given = Assignment.objects.filter(user=user)
    assert given.in_force(last).exists()
    assert not given.in_force(last + timedelta(days=1)).exists()


@pytest.mark.parametrize("level", MANAGERS)
def test_org3_two_managers_of_one_level_are_told_beside_the_field(admin_page, administrator, level):
    user = new_person(administrator)
    form = {"unit": unit(UNIT).pk, "role": level, "starts_on": TODAY.isoformat(), "ends_on": ""}
    page = admin_page.post(f"{HOME}personer/{user.pk}/uppdrag/", form).content.decode()
    assert 'id="id_starts_on_error"' in page
    assert "redan en chef på den nivån" in page
    assert not Assignment.objects.filter(user=user).exists()


def test_the_same_assignment_twice_or_backwards_is_told_beside_the_field(admin_page):
    address = f"{HOME}personer/{person(UNIT).pk}/uppdrag/"
    form = {"unit": unit(UNIT).pk, "role": Role.CASEWORKER, "starts_on": TODAY.isoformat(), "ends_on": ""}
    assert 'id="id_starts_on_error"' in admin_page.post(address, form).content.decode()
    backwards = {**form, "unit": unit(OTHER_UNIT).pk, "ends_on": (TODAY - timedelta(days=9)).isoformat()}
    assert 'id="id_ends_on_error"' in admin_page.post(address, backwards).content.decode()


def test_foreign_units_and_higher_roles_cant_be_given(admin_page):
    address = f"{HOME}personer/{person(UNIT).pk}/uppdrag/"
    form = {"role": Role.CASEWORKER, "starts_on": TODAY.isoformat()}
    assert 'id="id_unit_error"' in admin_page.post(address, {**form, "unit": unit(FOREIGN_UNIT).pk}).content.decode()
    raised = {**form, "unit": unit(OTHER_UNIT).pk, "role": Role.SYSTEM_ADMINISTRATOR}
    assert 'id="id_role_error"' in admin_page.post(address, raised).content.decode()


def test_a_closed_unit_gives_no_assignments(admin_page):
    Unit.objects.filter(key=OTHER_UNIT).update(closed_on=TODAY)
    form = {"unit": unit(OTHER_UNIT).pk, "role": Role.CASEWORKER, "starts_on": TODAY.isoformat()}
    page = admin_page.post(f"{HOME}personer/{person(UNIT).pk}/uppdrag/", form).content.decode()
    assert 'id="id_unit_error"' in page


def test_ending_an_assignment_today_takes_effect_at_once(admin_page, administrator):
    given = Assignment.objects.get(user__username=UNIT, role=Role.CASEWORKER)
    yesterday = {"ends_on": (TODAY - timedelta(days=1)).isoformat()}
    assert admin_page.post(f"{HOME}uppdrag/{given.pk}/", yesterday).status_code == 302
    assert not Assignment.objects.filter(pk=given.pk).in_force(TODAY).exists()
    # What has ended stays on the record as it was.
    with pytest.raises(Refused, match="redan slutat"):
        run(administrator, actions.end_assignment, assignment_id=given.pk, ends_on=None)


def test_an_assignment_to_come_can_be_taken_away(administrator):
    given = run(
        administrator, actions.give_assignment, user_id=person(UNIT).pk, unit=unit(OTHER_UNIT), role=Role.CASEWORKER,
        starts_on=TODAY + timedelta(days=30), ends_on=None,
    )  # fmt: skip
    run(administrator, actions.end_assignment, assignment_id=given.pk, ends_on=TODAY)
    assert not Assignment.objects.filter(pk=given.pk).in_force(TODAY + timedelta(days=40)).exists()


# --- coordination groups ----------------------------------------------------------------------------------------------
def test_org5_a_group_has_one_coordinator_and_the_former_stays_on_the_record(admin_page):
    group = CoordinationGroup.objects.get(municipality__key="hylte", kind="ssgb")
    former = GroupMember.objects.get(group=group, is_coordinator=True)
    other = GroupMember.objects.filter(group=group, is_coordinator=False).first()
    assert admin_page.post(f"{HOME}grupper/{group.pk}/", {"member": other.pk}).status_code == 302
    now = GroupMember.objects.filter(group=group, ends_on=None)
    assert [one.user for one in now if one.is_coordinator] == [other.user]
    assert former.user in [one.user for one in now]
    former.refresh_from_db()
    assert former.is_coordinator
    assert former.ends_on == TODAY


def test_a_member_of_another_group_cant_be_chosen(admin_page):
    group = CoordinationGroup.objects.get(municipality__key="hylte", kind="ssgb")
    stranger = GroupMember.objects.exclude(group=group).first()
    page = admin_page.post(f"{HOME}grupper/{group.pk}/", {"member": stranger.pk}).content.decode()
    assert 'id="id_member_error"' in page


def test_regional_groups_are_the_regions(client):
    region = Huvudman.objects.get(kind="region")
    page = sign_in(client, f"admin.{region.key}").get(HOME + "grupper/").content.decode()
    assert "RUG" in page


# --- cost -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["verksamheter/", "personer/", "chefer/", "grupper/", ""])
def test_lists_cost_the_same_for_few_and_many(client, address):
    costs = []
    for username in ("admin.hylte", "admin.region-halland"):  # One has 16 units, the other some sixty.
        sign_in(client, username)
        client.get(HOME)
        with CaptureQueriesContext(connection) as captured:
            client.get(HOME + address)
        costs.append(sum(_asks_for_rows(query["sql"]) for query in captured))
    assert costs[0] == costs[1] <= 12


def _asks_for_rows(sql: str) -> bool:
    """Not the frame of the transaction: savepoints and its local settings."""
    return "SAVEPOINT" not in sql and "set_config" not in sql and "current_setting" not in sql
