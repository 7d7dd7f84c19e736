"""Who carries which case at a unit, handing over at absence, and the list's filters and saved views (SIP-11)."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.models import ChangeLog, Message
from core.outbox import deliver_due
from core.transitions import Gone
from organisations.models import Assignment, User
from sip import actions
from sip.actions.views import AT_MOST
from sip.models import Carrier, SavedView, SipCase
from tests import build
from tests.conftest import NOW, actor, as_jobs, as_owner, unit
from tests.pages import at_unit, client_for, words
from tests.rowsecurity import refused, rows
from tests.test_lists import numbers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]
COLLEAGUE = f"{build.INITIATOR}-2"
LIST, DESK = "/sip/", "/sip/handlaggare/"


@pytest.fixture
def manager():
    """The nearest manager of the unit that initiates."""
    place = unit(build.INITIATOR)
    found = Assignment.objects.filter(unit=place, role="nearest_manager").select_related("user").get()
    return at_unit(found.user.username, place.key)


def user(username: str) -> User:
    return User.objects.get(username=username)


def carrier_of(case: SipCase, by) -> User | None:
    with acting(by, NOW):
        found = Carrier.objects.filter(case=case, unit_id=by.unit_id).select_related("user").first()
        return found.user if found else None


def test_sip11_who_begins_or_answers_carries_the_case_and_only_the_own_unit_knows(hylte, contact_centre):
    sent, case = build.sent(), build.acknowledged(number=numbers(1)[0])
    assert carrier_of(case, hylte) == user(build.INITIATOR)
    assert carrier_of(case, contact_centre) == user(build.CALLED)
    assert carrier_of(sent, contact_centre) is None
    with acting(contact_centre, NOW):
        assert rows("SELECT count(*) FROM sip_carrier") == [(1,)], "wall 1: the other unit's row doesn't exist here"
    text = words(client_for(contact_centre).get(f"/sip/{case.pk}/"))
    assert f"Handläggare hos er {user(build.CALLED)} Byt handläggare" in text
    assert str(user(build.INITIATOR)) not in text.split("Handläggare hos er")[1].split("Samtycke")[0]


def test_sip11_the_database_keeps_a_case_off_the_desk_of_who_works_elsewhere(hylte):
    case = build.sent()
    with acting(hylte, NOW), refused("works at the unit"):
        Carrier.objects.filter(case=case).update(user=user(build.CALLED))
    with acting(hylte, NOW), pytest.raises(Refused, match="arbetar inte i er verksamhet"):
        actions.hand_over(case_id=case.pk, to_user=user(build.CALLED), reason="", by=hylte, now=NOW)
    with as_owner():
        Assignment.objects.filter(user=user(COLLEAGUE)).update(ends_on=NOW.date())
    with acting(hylte, NOW), pytest.raises(Refused, match="arbetar inte i er verksamhet"):
        actions.hand_over(case_id=case.pk, to_user=user(COLLEAGUE), reason="", by=hylte, now=NOW)


def test_sip11_one_case_goes_to_a_colleague_who_is_told_and_it_is_on_the_record(hylte, contact_centre, mailoutbox):
    case = build.acknowledged()
    client, address = client_for(hylte), f"/sip/{case.pk}/handlaggare/"
    assert "handlägger ärendet sedan" in words(client.get(address))
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"to_user": str(user(COLLEAGUE).pk), "reason": "Semester"})
    assert answer.url == f"/sip/{case.pk}/"
    assert carrier_of(case, hylte) == user(COLLEAGUE)
    assert carrier_of(case, contact_centre) == user(build.CALLED)
    with as_owner():
        changed = ChangeLog.objects.filter(table_name="sip_carrier", operation="UPDATE").get()
        assert (changed.matter_id, changed.user_id) == (case.pk, hylte.user_id)
        message = Message.objects.get(kind="sip.handed_over")
    told = client_for(actor(COLLEAGUE)).get("/")
    assert "ett ärende i din verksamhet har lämnats över till dig" in words(told).lower()
    assert f'href="/sip/{case.pk}/"' in told.content.decode()
    assert "lämnats över till dig" not in words(client.get("/")), "nobody else is told"
    with as_jobs():
        Message.objects.exclude(pk=message.pk).update(next_try_at=None, delivered_at=NOW)
        deliver_due(NOW)
    assert [mail.bcc for mail in mailoutbox] == [[user(COLLEAGUE).email]]
    # The others see that it changed, neither to whom nor why.
    seen = words(client_for(contact_centre).get(f"/sip/{case.pk}/insyn/"))
    assert "bytte handläggare" in seen
    assert "Semester" not in seen
    with acting(hylte, NOW), pytest.raises(Refused, match="redan"):
        actions.hand_over(case_id=case.pk, to_user=user(COLLEAGUE), reason="", by=hylte, now=NOW)
    stranger = actor("laholm-socialtjanst-barn")
    with acting(stranger, NOW), pytest.raises(Gone):
        actions.hand_over(case_id=case.pk, to_user=user(COLLEAGUE), reason="", by=stranger, now=NOW)


def test_sip11_all_of_a_colleagues_cases_go_over_at_once(hylte, manager, contact_centre):
    """The manager's view: everything open, who carries it, what is late; then one form at absence."""
    mine = [build.sent(number=number) for number in numbers(2)]
    client = client_for(manager)
    text = words(client.get(DESK))
    assert "Verksamheten har 2 pågående ärenden" in text
    assert f"{user(build.INITIATOR)} 2 0" in text
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert f"{user(build.INITIATOR)} 2 2" in words(client_for(manager).get(DESK))
    given = {"from_user": str(user(build.INITIATOR).pk), "to_user": str(user(COLLEAGUE).pk), "reason": "Sjuk"}
    assert client_for(hylte).post(DESK, given).status_code == 403
    with acting(hylte, NOW), pytest.raises(NotAllowed):
        actions.hand_over_all(from_user=None, to_user=user(COLLEAGUE), reason="", by=hylte, now=NOW)
    assert client.post(DESK, {**given, "to_user": given["from_user"]}).status_code == 422
    assert client.post(DESK, given).url == DESK
    assert {carrier_of(case, hylte) for case in mine} == {user(COLLEAGUE)}
    assert client.post(DESK, given).status_code == 422, "nothing is left to hand over"
    told = client_for(actor(COLLEAGUE)).get("/")
    assert "2 ärenden i din verksamhet har lämnats över till dig" in words(told)
    assert 'href="/sip/?vem=jag"' in told.content.decode()
    # Who has left still stands there, marked, until somebody takes over.
    with as_owner():
        Assignment.objects.filter(user=user(COLLEAGUE)).update(ends_on=NOW.date())
    text = words(client.get(DESK))
    assert f"{user(COLLEAGUE)} Arbetar inte längre här 2" in text
    assert mine[0].matter.reference in words(client.get(f"{LIST}?vem={user(COLLEAGUE).pk}"))
    # The called unit hasn't answered: nobody carries the cases there, and its desk is its own.
    with acting(contact_centre, NOW):
        assert rows("SELECT count(*) FROM sip_carrier") == [(0,)]


def crowd(by, count: int) -> None:
    """So many more colleagues at the unit, who can carry its cases."""
    with as_owner():
        here = Assignment.objects.filter(unit_id=by.unit_id, role="caseworker").select_related("user")[0]
        for i in range(count):
            one = User.objects.create(username=f"kollega-{i}", demonstration=True, huvudman_id=here.user.huvudman_id)
            Assignment.objects.create(user=one, unit_id=by.unit_id, role=here.role, starts_on=here.starts_on)


def test_the_desk_costs_the_same_for_2_and_for_20_colleagues(manager):
    """On the page and through the API."""
    cases = [build.sent(number=number) for number in numbers(2)]
    client = client_for(manager)
    client.get(DESK)  # The first request notes when the session was seen.

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = {address: cost(address) for address in (DESK, f"/api/v1{DESK}")}
    assert max(few.values()) <= 12 + 12  # The page's own, and what every request costs.
    crowd(manager, 20)
    with acting(manager, NOW):
        actions.hand_over(case_id=cases[0].pk, to_user=user("kollega-7"), reason="", by=manager, now=NOW)
    assert "kollega-7 1 0" in words(client.get(DESK))
    assert {address: cost(address) for address in few} == few


def test_the_lists_filters_by_carrier_clock_and_unit(hylte, contact_centre):
    first, second = build.sent(number=numbers(2)[0]), build.contacted(number=numbers(2)[1])
    with acting(hylte, NOW):
        actions.hand_over(case_id=second.pk, to_user=user(COLLEAGUE), reason="", by=hylte, now=NOW)
    one, two = first.matter.reference, second.matter.reference

    def shown(by, **query: str) -> set[str]:
        text = words(client_for(by).get(f"{LIST}?{urlencode(query)}"))
        return {reference for reference in (one, two) if reference in text}

    assert shown(hylte, vem="jag") == {one}
    assert shown(hylte, vem=str(user(COLLEAGUE).pk)) == {two}
    assert shown(hylte, vem="ingen") == set()
    assert shown(contact_centre, vem="ingen") == {one}
    assert shown(hylte, vem="jag' OR 1=1") == {one, two}, "an address that makes no sense leaves nothing out"
    assert shown(hylte, frist="bekrafta") == {one}
    assert shown(hylte, frist="mote") == {two}
    assert shown(hylte, frist="uppfoljning") == set()
    assert shown(hylte, verksamhet=str(unit(build.CALLED).pk)) == {one, two}
    assert shown(hylte, verksamhet=str(unit("bup-halmstad").pk)) == set()
    body = client_for(hylte).get(f"/sip/export/sip.csv?vem={user(COLLEAGUE).pk}").content.decode("utf-8-sig")
    heading, *found = csv.reader(io.StringIO(body), delimiter=";")
    assert [row[heading.index("Handläggare hos oss")] for row in found] == [str(user(COLLEAGUE))]


def test_a_view_is_saved_used_and_forgotten_by_its_user_alone(hylte):
    client = client_for(hylte)
    saved = client.post("/sip/vyer/", {"name": "Brådskar", "query": "forsenade=1&q=Nils&efter=1.2.x"})
    assert saved.url == "/sip/?forsenade=1", "only filters are kept: no search, no place in the list"
    page = client.get("/sip/?forsenade=1")
    chip = re.search(r"<a class=\"chip\"[^>]*>Brådskar</a>", page.content.decode())
    assert chip
    assert 'href="?forsenade=1"' in chip[0]
    assert 'aria-current="true"' in chip[0]
    client.post("/sip/vyer/", {"name": "Brådskar", "query": "vem=jag"})
    assert client.post("/sip/vyer/", {"name": " ", "query": ""}, follow=True).status_code == 200
    with acting(hylte, NOW):
        view = SavedView.objects.get()
        assert view.query == "vem=jag"
    other = client_for(actor(COLLEAGUE))
    assert "Brådskar" not in other.get(LIST).content.decode()
    assert other.post(f"/sip/vyer/{view.pk}/ta-bort/").status_code == 404
    with acting(actor(COLLEAGUE), NOW):
        assert rows("SELECT count(*) FROM sip_savedview") == [(0,)], "wall 1: in the database too"
    with acting(hylte, NOW):
        for number in range(AT_MOST - 1):
            actions.save_view(name=f"Vy {number}", query="", by=hylte, now=NOW)
        with pytest.raises(Refused, match="sparade vyer"):
            actions.save_view(name="En till", query="", by=hylte, now=NOW)
    assert client.post(f"/sip/vyer/{view.pk}/ta-bort/").url == LIST
    assert "Brådskar" not in client.get(LIST).content.decode()
