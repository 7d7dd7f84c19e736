"""Filing a SIP: reviewing and sending, who reaches a draft, and two people writing at once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from core.models import ReadLog
from individuals.kinds import Category, Protection
from individuals.models import Disclosure, Guardian
from organisations.models import Unit
from sip import actions
from sip.kinds import State
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_owner, unit
from tests.filing import (
    NEED,
    STEPS,
    consent_data,
    only_case,
    page,
    post,
    seen,
    start,
    text_of,
    the,
)
from tests.pages import client_for, without_token, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


# --- step 7: review, send, receipt ----------------------------------------------------------------------------------
def test_ind7_the_review_tells_exactly_what_the_ledger_then_holds(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case))
    told = words(browser.get(page("review", case)))
    gets, _, rest = told.partition("Får inte")
    assert "Varför samordning behövs" in gets
    assert "Personens egen åsikt" in gets
    assert "Kontaktuppgifter: samtycket omfattar det inte" in rest
    response = browser.post(page("review", case), {"version": the(case).version})
    assert response["Location"] == page("sent", case)
    with as_owner():
        given = set(Disclosure.objects.filter(matter_id=case.pk).values_list("category", "to_unit__key"))
    assert given == {("need", "en-vag-in"), ("own_view", "en-vag-in")}


def test_ind4_a_unit_outside_the_consent_is_told_to_get_nothing(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case, wider=None))
    post(browser, "receivers", case, {f"reason-{unit('en-vag-in').pk}": "Bedöma", "add": unit("bup-halmstad").pk})
    told = words(browser.get(page("review", case)))
    assert "Får inget. Samtycket omfattar inte den här verksamheten" in told
    assert "Samtycket omfattar inte BUP Halmstad" in told


def test_ind3_what_is_protected_is_told_to_stay(browser, hylte):
    start(browser, protection="marked")
    case = only_case()
    post(browser, "details", case, {"contact": "Hemligt", "social": "Insats"})
    post(browser, "receivers", case, {"add": unit("en-vag-in").pk})
    assert "Får inget. Samtycke saknas" in words(browser.get(page("review", case)))
    with as_owner():
        Guardian.objects.create(person=case.matter.person, name="Karin")
    post(browser, "consent", case, consent_data(case, categories=["need", "social", "contact"]))
    told = words(browser.get(page("review", case)))
    assert "Kontaktuppgifter: skyddade personuppgifter" in told


def test_sip1_a_draft_that_lacks_something_is_not_sent(browser, hylte):
    start(browser)
    case = only_case()
    response = browser.get(page("review", case))
    content = response.content.decode()
    for step in ("need", "own_view", "receivers", "consent"):
        assert f'href="{page(step, case)}?granska=1"' in content
    assert "disabled" in content
    assert browser.post(page("review", case), {"version": the(case).version}).status_code == 422
    with as_owner():
        assert not Disclosure.objects.exists()


def test_a_mended_step_leads_back_to_the_review(browser):
    start(browser)
    case = only_case()
    address = page("need", case) + "?granska=1"
    response = browser.post(address, {**NEED, "seen": seen(browser.get(address))})
    assert response["Location"] == page("review", case)


def test_a_unit_closed_since_it_was_chosen_is_told(browser, hylte):
    case = build.ready(hylte)
    with as_owner():
        Unit.objects.filter(key="en-vag-in").update(closed_on=NOW.date() - timedelta(days=1))
    assert "är stängd" in words(browser.get(page("review", case)))
    assert browser.post(page("review", case), {"version": the(case).version}).status_code == 422


def test_a_double_send_is_one(browser, hylte):
    case = build.ready(hylte)
    for _ in range(2):
        response = browser.post(page("review", case), {"version": case.version})
        assert response["Location"] == page("sent", case)
    with as_owner():
        assert Disclosure.objects.filter(matter_id=case.pk).count() == 3


def test_what_was_not_reviewed_is_not_sent(browser, hylte):
    case = build.ready(hylte)
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, {**NEED, "is_urgent": "on"})
    response = browser.post(page("review", case), {"version": case.version})
    assert (response.status_code, "har ändrats sedan du öppnade" in words(response)) == (422, True)
    assert the(case).state == State.READY


def test_sip4_a_door_that_cannot_pass_on_is_pointed_out(browser, hylte):
    case = build.draft(hylte)
    post(browser, "consent", case, consent_data(case, wider=None))
    assert "kan inte lämna över till rätt mottagning" in words(browser.get(page("review", case)))
    post(browser, "consent", case, consent_data(case))
    assert "kan inte lämna över till rätt mottagning" not in words(browser.get(page("review", case)))


def test_sip2_the_receipt_tells_what_happens_by_when(browser, hylte):
    case = build.ready(hylte)
    assert browser.get(page("sent", case))["Location"] == page("review", case)
    browser.post(page("review", case), {"version": case.version})
    told = words(browser.get(page("sent", case)))
    assert "Senast tis 10 mars 2026" in told
    assert "Senast tors 12 mars 2026" in told
    assert case.matter.reference in told


# --- who reaches it -------------------------------------------------------------------------------------------------
def test_law3_a_draft_is_its_units_own(browser, contact_centre):
    case = build.draft()
    colleague = client_for(actor("hylte-socialtjanst-barn-2"))
    strangers = [client_for(by) for by in (contact_centre, actor("hylte-socialtjanst-vuxna"), actor("hylte-elevhalsa"))]
    for name in (*STEPS, "resume_draft", "sent"):
        assert browser.get(page(name, case)).status_code in (200, 302), name
        assert colleague.get(page(name, case)).status_code in (200, 302), name
        before = denied(case)
        for client in strangers:
            foreign, missing = client.get(page(name, case)), client.get(page(name, uuid4()))
            assert (foreign.status_code, missing.status_code) == (404, 404), name
            assert without_token(foreign) == without_token(missing), name
            if name not in ("resume_draft", "sent"):
                assert client.post(page(name, case), {"seen": "x"}).status_code == 404, name
        assert denied(case) >= before + len(strangers), name


def denied(case: SipCase) -> int:
    with as_owner():
        return ReadLog.objects.filter(action="denied", matter_ids=[case.pk]).count()


def test_once_sent_the_pages_of_filing_lead_to_the_case_and_the_called_unit_writes_none_of_them(
    browser, contact_centre
):
    case = build.sent()
    client = client_for(contact_centre)
    for name in STEPS:
        assert client.get(page(name, case)).status_code == 403, name
        assert client.post(page(name, case), {}).status_code == 403, name
        # The consent is renewed while others take part: that page stays.
        assert name == "consent" or browser.get(page(name, case))["Location"] == page("case", case), name


def test_what_is_typed_when_a_colleague_sends_is_not_lost(browser, hylte):
    case = build.ready(hylte)
    mark = seen(browser.get(page("need", case)))
    with acting(hylte, NOW):
        actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
    response = browser.post(page("need", case), {**NEED, "need": "Mitt långa arbete", "seen": mark})
    assert response.status_code == 422
    assert "Mitt långa arbete" in response.content.decode()
    assert text_of(case, Category.NEED) != "Mitt långa arbete"


def test_law1_each_page_of_a_draft_is_a_read(browser, hylte):
    case = build.draft(hylte)
    browser.get(page("need", case))
    with as_owner():
        row = ReadLog.objects.get()
    assert (row.action, row.what, row.person_ids) == ("view", "sip.filing", [case.matter.person_id])


def test_resume_leads_to_the_first_step_that_lacks_something(browser, hylte):
    start(browser)
    case = only_case()
    assert browser.get(page("resume_draft", case))["Location"] == page("need", case)
    post(browser, "need", case, NEED)
    assert browser.get(page("resume_draft", case))["Location"] == page("own_view", case)


def test_resume_leads_a_ready_draft_to_the_review(browser, hylte):
    assert browser.get(page("resume_draft", case := build.ready(hylte)))["Location"] == page("review", case)


# --- two at once, and saving in passing -----------------------------------------------------------------------------
def test_a_stale_edit_shows_both_versions_and_keeps_the_typed_text(browser):
    start(browser)
    case = only_case()
    colleague = client_for(actor("hylte-socialtjanst-barn-2"))
    mark = seen(browser.get(page("need", case)))
    assert post(colleague, "need", case, {**NEED, "need": "Kollegans text"}).status_code == 302
    response = browser.post(page("need", case), {**NEED, "need": "Min text", "seen": mark})
    assert response.status_code == 422
    assert "Någon annan har ändrat" in words(response)
    assert "Kollegans text" in words(response)
    assert "Min text" in response.content.decode()
    assert text_of(case, Category.NEED) == "Kollegans text"
    again = browser.post(page("need", case), {**NEED, "need": "Min text", "seen": seen(response)})
    assert again.status_code == 302
    assert text_of(case, Category.NEED) == "Min text"


def test_work_on_different_steps_does_not_collide(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("own_view", case)))
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, NEED)
    response = browser.post(page("own_view", case), {"view_asked": "yes", "own_view": "Hej", "seen": mark})
    assert response.status_code == 302


def test_the_same_form_posted_twice_is_saved_once(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    for _ in range(2):
        assert browser.post(page("need", case), {**NEED, "seen": mark}).status_code == 302


def test_a_post_without_the_mark_never_overwrites(browser):
    start(browser)
    case = only_case()
    post(browser, "need", case, NEED)
    response = browser.post(page("need", case), {**NEED, "need": "Annat"})
    assert response.status_code == 422
    assert text_of(case, Category.NEED) == "Behöver en plan"


def test_saving_in_the_background_takes_what_is_there_and_does_not_outdate_its_own_page(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    for text in ("Behö", "Behöver"):
        response = browser.post(page("need", case), {"need": text, "seen": mark, "autosave": "1"})
        assert response.status_code == 204
        assert text_of(case, Category.NEED) == text
    future = {"need": "Behöver", "noticed_on": "2030-01-01", "seen": mark, "autosave": "1"}
    assert browser.post(page("need", case), future).status_code == 422
    assert browser.post(page("need", case), {**NEED, "seen": mark}).status_code == 302
    assert the(case).target_groups == ["children"]


def test_saving_in_the_background_does_not_overwrite_a_colleague(browser):
    start(browser)
    case = only_case()
    mark = seen(browser.get(page("need", case)))
    post(client_for(actor("hylte-socialtjanst-barn-2")), "need", case, {**NEED, "need": "Kollegans text"})
    response = browser.post(page("need", case), {"need": "Min", "seen": mark, "autosave": "1"})
    assert response.status_code == 422
    assert text_of(case, Category.NEED) == "Kollegans text"


def test_save_and_finish_later_keeps_the_half_done_page(browser):
    start(browser)
    case = only_case()
    response = post(browser, "need", case, {"need": "Halva", "later": "1"})
    assert response["Location"] == reverse("home")
    assert text_of(case, Category.NEED) == "Halva"
    assert the(case).target_groups == []


# --- cost -----------------------------------------------------------------------------------------------------------
def test_a_page_costs_the_same_for_one_receiver_and_for_ten(browser, hylte):
    case, pages = build.ready(hylte), ("receivers", "consent", "review")
    few = {name: queries(browser, page(name, case)) for name in pages}
    with acting(hylte, NOW):
        units = list(Unit.objects.filter(serves__key="hylte", authority__huvudman__key="region-halland")
                     .exclude(kind="administration")[:10])  # fmt: skip
        case = SipCase.objects.get(pk=case.pk)
        actions.edit_case(
            case_id=case.pk, version=case.version, calls=[(one, "Behövs") for one in units], by=hylte, now=NOW
        )
    assert {name: queries(browser, page(name, case)) for name in pages} == few


def queries(client: Client, address: str) -> int:
    client.get(address)  # The first visit also notes in the session that the user is active.
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_protection_is_kept_in_the_banner(browser):
    start(browser, protection=Protection.MARKED)
    assert "Skyddade personuppgifter" in words(browser.get(page("need", only_case())))
