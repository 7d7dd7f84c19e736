"""What managers see over several units, and what the SIP's page shows of placements (PLC-8, SIP-12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.acting import acting
from core.authz import Refused
from placements import actions, overview
from placements.models import Placement
from tests import build, build_placements
from tests.conftest import NOW, actor
from tests.pages import client_for, words

pytestmark = pytest.mark.django_db
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
        lines = {line.unit: line for line in overview.of_my_units(head, NOW)}
        assert not Placement.objects.filter(pk=other.pk).exists()
    assert len(lines) == 2
    mine = next(line for line in lines.values() if line.is_acting)
    theirs = next(line for line in lines.values() if not line.is_acting)
    assert (mine.running, mine.unsigned, str(mine.cost_to_come.total)) == (1, 0, "145200.00")
    assert (theirs.running, theirs.unsigned, theirs.cost_to_come.total) == (0, 0, 0)
    told = words(client_for(head).get(reverse("placements:overview")))
    assert theirs.unit in told
    assert other.matter.reference not in told


def test_a_caseworker_reads_no_figures_of_other_units():
    build_placements.ongoing()
    other_placement()
    by = build_placements.caring()
    with acting(by, NOW):
        assert overview.of_my_units(by, NOW) == []


def test_figures_of_units_cost_the_same_queries_for_more_placements():
    build_placements.ongoing()
    other_placement()
    head = build_placements.head(build_placements.CARES)

    def cost() -> int:
        with acting(head, NOW), CaptureQueriesContext(connection) as queries:
            overview.of_my_units(head, NOW)
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
