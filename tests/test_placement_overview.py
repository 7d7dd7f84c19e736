"""What managers see over several units, and what the SIP's page shows of placements (PLC-8, SIP-12)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agreements.models import TermVersion
from core.acting import acting
from core.authz import Refused
from placements import actions, overview
from placements.kinds import EndKind, Side
from placements.models import Placement
from tests import build, build_placements
from tests.conftest import NOW, actor, as_owner
from tests.pages import client_for, words

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"
OTHER_PLACES, OTHER_CARES = "halmstad-socialtjanst-vuxna", "vuxenpsykiatri-halmstad"


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def other_placement(number: str = "20050104-2394") -> Placement:
    return build_placements.shared(by=actor(OTHER_PLACES), care=OTHER_CARES, number=number)


def test_a_head_of_several_units_reads_figures_of_all_and_persons_of_the_one_acted_in():
    """The head of psychiatry acts in Varberg: Halmstad's placement is a figure there, and no name."""
    build_placements.ongoing()
    other = other_placement()
    head = build_placements.head(build_placements.CARES)
    with acting(head, NOW):
        lines = {line.unit: line for line in overview.of_my_units(head, NOW, overview.end_near(head, NOW))}
        assert not Placement.objects.filter(pk=other.pk).exists()
    assert len(lines) == 2
    mine = next(line for line in lines.values() if line.is_acting)
    theirs = next(line for line in lines.values() if not line.is_acting)
    assert (mine.running, mine.unsigned, str(mine.cost_to_come.total)) == (1, 0, "145200.00")
    assert (theirs.running, theirs.unsigned, theirs.cost_to_come.total) == (0, 0, 0)
    laid = overview.table([mine.spread], Side.REGION, NOW.date())
    near = [(month.month, str(amount)) for month, amount in laid.lines[0][1]]
    assert near == [(3, "6480.00"), (4, "21600.00"), (5, "22320.00")]
    assert laid.lines[0][2:] == (36720, 87120)  # June and July, and all five months: the region's 60 %.
    client = client_for(head)
    told = words(client.get(reverse("placements:overview"))).replace(NBSP, " ")
    assert theirs.unit in told
    assert other.matter.reference not in told
    assert "21 600 kr" in told
    book = load_workbook(io.BytesIO(client.get(reverse("placements:overview_export")).content))
    assert (mine.unit, "apr 2026", 21600, 14400, 36000) in list(book["Mina per månad"].values)
    assert [row[0] for row in book["Mina verksamheter"].values] == ["Verksamhet", theirs.unit, mine.unit]


def test_plc6_a_placement_that_is_over_without_an_agreement_still_counts_as_unsigned():
    over, by = build_placements.acute(), build_placements.placing()
    later = NOW + timedelta(days=2)
    with acting(by, NOW):
        actions.record_basis(placement_id=over.pk, consent=build_placements.consent(), by=by, now=NOW)
        version = Placement.objects.get(pk=over.pk).version
        units = [build_placements.caring_unit()]
        actions.share(placement_id=over.pk, version=version, units=units, by=by, now=NOW)
    with acting(by, later):
        actions.end(placement_id=over.pk, ended_at=later, kind=EndKind.PLANNED, note="", by=by, now=later)
    other_placement()
    head = build_placements.head(build_placements.CARES)
    with acting(head, later):
        lines = overview.of_my_units(head, later, overview.end_near(head, later))
    mine = next(line for line in lines if line.is_acting)
    assert (mine.running, mine.unsigned) == (0, 1)


def test_agr1_how_near_an_end_is_soon_is_the_agreements_to_say():
    """Ends in 134 days: not soon by the portal's default of 60, soon when the board has decided on 150."""
    build_placements.ongoing()
    manager = actor(f"chef.{build_placements.PLACES}")
    with acting(manager, NOW):
        before = overview.make(manager, NOW)
    assert (before.ending, before.near.value, before.near.is_default) == (0, 60, True)
    with as_owner():
        TermVersion.objects.filter(agreement__key="halland-2025-2029", key=overview.END_NEAR).update(value=150)
    with acting(manager, NOW):
        assert overview.make(manager, NOW).ending == 1
        late = NOW + timedelta(days=170)  # Half a year after the start less the warning: the review is time to begin.
        assert [overview.make(manager, at).reviews_near for at in (NOW, late)] == [0, 1]


def test_a_caseworker_reads_no_figures_of_other_units():
    build_placements.ongoing()
    other_placement()
    by = build_placements.caring()
    with acting(by, NOW):
        assert overview.of_my_units(by, NOW, None) == []


def test_figures_of_units_cost_the_same_queries_for_more_placements():
    build_placements.ongoing()
    other_placement()
    head = build_placements.head(build_placements.CARES)

    def cost() -> int:
        with acting(head, NOW), CaptureQueriesContext(connection) as queries:
            overview.of_my_units(head, NOW, None)
        return len(queries)

    few = cost()
    other_placement("20050105-2393")
    assert cost() == few


def test_the_sips_page_leads_to_its_placements_for_those_who_take_part_in_both():
    case = build.sent()
    by = actor(build.INITIATOR)
    placement = build_placements.draft(by, number="20100103-2398", care="bup-halmstad")
    with acting(by, NOW):
        Placement.objects.filter(pk=placement.pk).update(sip=case)
    address = reverse("placements:of_sip", args=[case.pk])
    mine, called, stranger = (client_for(actor(name)) for name in (build.INITIATOR, build.CALLED, "laholm-elevhalsa"))
    assert address in mine.get(reverse("sip:case", args=[case.pk])).content.decode()
    assert placement.matter.reference in words(mine.get(address))
    told = words(called.get(address))
    assert placement.matter.reference not in told
    assert "Ingen placering" in told
    assert stranger.get(address).status_code == 404


def test_sip12_a_sip_is_linked_while_the_placement_goes_on():
    """Only one about the same person, in which the placing unit takes part."""
    placement, by = build_placements.ongoing(), build_placements.placing()
    case = build.sent()
    later = NOW + timedelta(hours=1)
    with acting(by, later), pytest.raises(Refused, match="gäller en annan person"):
        actions.edit(placement_id=placement.pk, version=placement.version, facts={"sip": case}, by=by, now=later)
