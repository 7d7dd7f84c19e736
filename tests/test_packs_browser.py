"""AGR-2: each shipped pack drives a portal of its own: a SIP is filed and answered, and a dispute climbs, by its rules.

One walk for all packs; what differs between them is data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from agreements.loader import load_pack
from agreements.models import Agreement, PackLoad, Provision
from disputes.kinds import Origin
from followup.models import UnitFact
from organisations.demo import DEMO_PASSWORD
from organisations.kinds import Role
from organisations.models import Assignment, Authority, CoordinationGroup, GroupMember, Huvudman, Unit, User
from sip.kinds import State
from sip.models import SipCase
from tests.browser import LivePortal, Window
from tests.build_disputes import hire
from tests.committed import empty
from tests.conftest import NOW, as_owner, only_whole, unit
from tests.dispute_windows import at_work, time_is_out

pytestmark = only_whole


@dataclass(frozen=True)
class Walk:
    """Who files, who is called, what the pages then say by the agreement's rules, and how a dispute climbs."""

    pack: str
    agreement: str
    filer: str
    called: str
    target_group: str
    consents_to: str
    parties: str
    contact_by: str
    against: str
    section: str
    then: Role
    then_group: str
    ladder: tuple[str, str]


WALKS = (
    Walk(
        "halland", "halland-2025-2029", "hylte-socialtjanst-barn", "en-vag-in",
        "Barn som behöver insatser från flera håll", "Ja, inom Region Halland",
        "minst 2 av dessa deltar: Kommunen: förskola, skola, socialtjänst eller vård och omsorg; Region Halland",
        "tors 12 mars 2026",
        "bup-halmstad", "4.9", Role.HEAD_OF_OPERATIONS, "", ("närmaste chefer med mandat", "verksamhetschefer"),
    ),
    # School and social services of one municipality are enough in Blekinge.
    Walk(
        "blekinge", "blekinge-2023-2026", "ronneby-elevhalsa", "ronneby-socialtjanst-barn",
        "Barn och unga som samtidigt behöver region och kommun", "Ja, inom Ronneby kommun",
        "Förskolan och skolan", "tors 12 mars 2026",
        "bup-karlskrona", "8.2", Role.GROUP_REPRESENTATIVE, "samverkan-barn-ronneby",
        ("närmaste chefer med mandat", "kommunens lokala samverkansgrupp"),
    ),
    # Dalarna's agreement is about placements in HVB, and also says how a SIP is made: it is the one they follow.
    Walk(
        "dalarna", "dalarna-hvb-2025-2033", "falun-socialtjanst-barn", "bup-falun",
        "Barn och unga som behöver placering på HVB", "Ja, inom Region Dalarna",
        "Hälso- och sjukvården i Region Dalarna; Kommunens socialtjänst och omsorg", "tors 12 mars 2026",
        "bup-falun", "3.12", Role.HEAD_OF_OPERATIONS, "", ("närmaste chefer", "verksamhetschefer"),
    ),
)  # fmt: skip


@pytest.fixture(params=WALKS, ids=lambda walk: walk.pack)
def walk(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Walk]:
    """The pack, loaded beside Halland's, with one caseworker at each of the two units. Taken out again afterwards."""
    chosen: Walk = request.param
    if chosen.pack == "halland":
        yield chosen
        return
    with as_owner():
        before = set(Huvudman.objects.values_list("pk", flat=True))
        load_pack(chosen.pack, now=NOW)
        for key in (chosen.filer, chosen.called):
            user = User.objects.create(
                username=key, first_name="Alva", last_name="Alm", password=make_password(DEMO_PASSWORD),
                demonstration=True,
            )  # fmt: skip
            Assignment.objects.create(user=user, unit=unit(key), role=Role.CASEWORKER, starts_on=date(2025, 7, 1))
        for key in (chosen.filer, chosen.against):
            hire(f"chef.{key}", key, Role.NEAREST_MANAGER)
            hire(f"nasta.{key}", key, chosen.then, chosen.then_group)
    yield chosen
    empty()
    with as_owner():
        _take_out(chosen, Huvudman.objects.exclude(pk__in=before))


def _take_out(walk: Walk, added: QuerySet[Huvudman]) -> None:
    units = Unit.objects.filter(authority__huvudman__in=added)
    groups = list(units.values_list("group_id", flat=True))
    Agreement.objects.filter(pack=walk.pack).delete()
    PackLoad.objects.filter(name=walk.pack).delete()
    here = Assignment.objects.filter(unit__in=units)
    staff = set(here.values_list("user_id", flat=True))
    GroupMember.objects.filter(user__in=staff).delete()
    here.delete()
    User.objects.filter(pk__in=staff).delete()
    CoordinationGroup.objects.filter(municipality__in=added).delete()
    UnitFact.objects.filter(unit__in=units).delete()
    units.update(parent=None)
    units.delete()
    Group.objects.filter(pk__in=groups).delete()
    Authority.objects.filter(huvudman__in=added).delete()
    Huvudman.objects.filter(pk__in=[one.pk for one in added]).delete()


def test_agr2_a_sip_is_filed_and_answered_by_the_packs_own_rules(walk: Walk, live_portal: LivePortal) -> None:
    filed = live_portal.open(walk.filer)
    file(filed, walk)
    with as_owner():
        case = SipCase.objects.select_related("matter__agreement").get()
        assert (case.state, case.matter.agreement.key) == (State.SENT, walk.agreement)
        filer, called = unit(walk.filer).name, unit(walk.called).name

    answers = live_portal.open(walk.called)
    answers.follow(f"Bekräfta att ni har tagit emot SIP-initieringen från {filer}")
    # The first contact runs for the one called: it is another party, by this agreement.
    assert f"mellan parterna ska vara tagen senast {walk.contact_by}" in answers.page.inner_text("main")
    answers.press("Ja, vi har tagit emot ärendet")
    answers.follow("Registrera första kontakten")
    answers.page.get_by_label("Telefon").check()
    answers.press("Registrera kontakten")
    assert "Första kontakten är registrerad." in answers.page.inner_text("main")
    answers.inspect(f"pack-{walk.pack}-answered")

    filed.go(f"/sip/{case.pk}/")
    assert f"av {called}." in filed.page.inner_text("main")
    for path in ("", "villkor/", "ordlista/", "beslut/", "revidering/", "checklista/", "lokalt/"):
        filed.go(f"/overenskommelser/{walk.agreement}/{path}")
        filed.inspect(f"pack-{walk.pack}-{path.strip('/') or 'avsnitt'}")


def test_dis3_a_dispute_climbs_the_packs_own_ladder(walk: Walk, live_portal: LivePortal) -> None:
    ours = at_work(live_portal, walk.filer, Role.NEAREST_MANAGER)
    page = ours.go("/tvister/ny/")
    page.get_by_label("Vilken verksamhet är motparten?").select_option(label=unit(walk.against).name)
    page.get_by_label("Barn och unga", exact=True).check()
    page.get_by_label(Origin.SIP.label, exact=True).check()
    section = page.get_by_label("Vilket avsnitt i överenskommelsen gäller frågan?")
    section.select_option(value=str(Provision.objects.get(agreement__key=walk.agreement, number=walk.section).pk))
    page.get_by_label("Vilken fråga är ni inte överens om?").fill("Vem betalar för samtalsbehandlingen?")
    page.get_by_label("Hur ser ni på frågan?").fill("Samtalen är en medicinsk åtgärd.")
    page.get_by_label("Vi", exact=True).check()
    page.get_by_label("Vem gör vad tills ni är överens?").fill("Vi betalar så länge. Samtalen fortsätter.")
    ours.press("Granska")
    ours.press("Öppna tvisten")
    dispute, (first, second) = page.url.removeprefix(ours.address), walk.ladder
    assert f"Ligger hos {first}" in page.inner_text("main")
    ours.inspect(f"pack-{walk.pack}-dispute")

    with time_is_out():
        for key in (walk.filer, walk.against):
            next_up = at_work(live_portal, key, walk.then)
            next_up.go(dispute)
            assert f"Ligger hos {second}" in next_up.page.inner_text("main")
        next_up.inspect(f"pack-{walk.pack}-dispute-lifted")


def file(window: Window, walk: Walk) -> None:
    """From the empty form to the receipt, for a child of 15 with one guardian."""
    page = window.page
    window.go("/sip/ny/")
    page.locator("#id_number").fill("20110108-2392")
    page.get_by_label("Förnamn").fill("Nils")
    page.get_by_label("Efternamn").fill("Provsson")
    window.press("Fortsätt")
    page.get_by_label("Vårdnadshavare 1").fill("Karin Provsson")
    window.press("Spara och fortsätt")
    page.get_by_label(walk.target_group).check()
    page.get_by_label("När uppmärksammades behovet?").fill("2026-03-09")
    page.get_by_label("Varför behövs samordning?").fill("Flera insatser behöver hänga ihop.")
    window.press("Spara och fortsätt")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vad säger barnet?").fill("Jag vill ha en plan.")
    window.press("Spara och fortsätt")
    assert walk.parties in page.inner_text("main")
    window.go(f"{page.url.removeprefix(window.address)}?q={unit(walk.called).name}")
    page.get_by_role("button", name=f"Lägg till {unit(walk.called).name}", exact=True).first.click()
    page.get_by_label(f"Varför kallas {unit(walk.called).name}?").fill("Behöver delta i planen")
    window.press("Spara och fortsätt")
    page.get_by_label("Social situation och stöd").fill("Har stöd sedan i våras.")
    window.press("Spara och fortsätt")
    page.get_by_label("Samtycke", exact=True).check()
    theirs = page.get_by_role("group", name="Karin Provsson")
    theirs.get_by_label("Hur gavs samtycket?").select_option(label="Muntligt")
    theirs.get_by_label("Vilken dag?").fill("2026-03-09")
    page.get_by_label(walk.consents_to).check()
    window.press("Spara och fortsätt")
    window.press("Skicka initieringen")
    assert page.url.endswith("/skickat/"), page.inner_text("main")
