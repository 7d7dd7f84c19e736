"""The ansvarsförbindelse: negotiation, mandates, exact money, and what the database refuses (PLC-3…PLC-8)."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.acting import acting
from core.authz import NotAllowed, Refused
from core.transitions import Gone, Stale
from organisations.kinds import Role
from organisations.models import Assignment
from placements import actions, costs
from placements.content import fingerprint
from placements.costs import Priced
from placements.kinds import DeclineReason, Move, Per, SplitBy, Stage
from placements.models import Ansvarsforbindelse, CostShare, Measure, Signature
from placements.permissions import AGREEMENT_RULES
from placements.states import STAGE_OWNERS, STAGES
from tests import build_placements as build
from tests.conftest import NOW, actor, as_owner

D = Decimal


def test_every_stage_has_an_owner_and_a_way_in():
    assert set(STAGE_OWNERS) == set(Stage)
    assert set(STAGES.values()) >= set(Stage) - {Stage.DRAFT}


def now_at(**delta):
    return NOW + timedelta(**delta)


def sign(version, by, now=NOW, document_hash=None):
    with acting(by, now):
        return actions.sign(version_id=version.pk, document_hash=document_hash or version.content_hash, by=by, now=now)


# --- money ------------------------------------------------------------------------------------------------------------
# Worked out by hand. Per day: days × price. Per month: whole months, and of broken ones days / days in the month.
BY_HAND = [
    # 1 200 kr a day, 23 Mar – 21 Jul 2026: 9 + 30 + 31 + 30 + 21 = 121 days; the region pays 60 %.
    (
        Priced("A", date(2026, 3, 23), date(2026, 7, 21), D("1200.00"), Per.DAY, D("0.6")),
        {3: ("10800.00", "6480.00"), 4: ("36000.00", "21600.00"), 5: ("37200.00", "22320.00"),
         6: ("36000.00", "21600.00"), 7: ("25200.00", "15120.00")},
        ("145200.00", "87120.00"),
    ),
    # 10 000 kr a month, 15 Jan – 10 Mar 2026: 17/31 + 1 + 10/31 of it; the region pays a third, 33.33 %.
    (
        Priced("B", date(2026, 1, 15), date(2026, 3, 10), D("10000.00"), Per.MONTH, D("0.3333")),
        {1: ("5483.87", "1827.77"), 2: ("10000.00", "3333.00"), 3: ("3225.81", "1075.16")},
        ("18709.68", "6235.93"),
    ),
    # One day of a month of 30 at 100 kr: 3.333… is 3.33; the region's half of 3.33 is 1.665, half up 1.67.
    (
        Priced("C", date(2026, 4, 30), date(2026, 4, 30), D("100.00"), Per.MONTH, D("0.5")),
        {4: ("3.33", "1.67")},
        ("3.33", "1.67"),
    ),
    # A leap day is a day of February: 29 whole days are the whole month.
    (
        Priced("D", date(2028, 2, 1), date(2028, 2, 29), D("2900.00"), Per.MONTH, D("1")),
        {2: ("2900.00", "2900.00")},
        ("2900.00", "2900.00"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "months", "total"), BY_HAND, ids=lambda value: getattr(value, "title", ""))
def test_plc7_the_cost_agrees_with_a_table_worked_out_by_hand(measure, months, total):
    found = costs.by_month([measure])
    assert {month.month: (str(cost.total), str(cost.region)) for month, cost in found.items()} == months
    whole = costs.total(found)
    assert (str(whole.total), str(whole.region)) == total
    assert whole.region + whole.municipality == whole.total


def test_plc7_shares_in_kronor_are_the_same_part_of_each_month():
    part = costs.regions_part(D("900.00"), percent=None, amount=D("300.00"))
    months = costs.by_month([Priced("E", date(2026, 6, 1), date(2026, 7, 31), D("900.00"), Per.MONTH, part)])
    assert [(cost.total, cost.region, cost.municipality) for cost in months.values()] == [(900, 300, 600)] * 2


# --- negotiation ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestNegotiation:
    def test_plc3_from_draft_to_in_force(self):
        version = build.proposed()
        assert version.number == 1
        assert len(version.content_hash) == 64
        first = sign(version, build.head(build.PLACES))
        assert first.state == Stage.SIGNED_BY_ONE
        second = sign(version, build.head(build.CARES))
        assert second.state == Stage.IN_FORCE
        assert second.in_force_at == NOW

    def test_plc7_a_counter_proposal_replaces_the_proposal_and_keeps_it(self):
        version, care = build.proposed(), build.caring()
        with acting(care, NOW):
            draft = actions.counter(version_id=version.pk, by=care, now=NOW)
            assert draft.state == Stage.DRAFT
            draft = actions.write(
                version_id=draft.pk, version=draft.version, facts={}, by=care, now=NOW,
                measures=[build.measure(region=D("50"), municipality=D("50"))],
            )  # fmt: skip
            laid = actions.propose(version_id=draft.pk, version=draft.version, by=care, now=NOW)
            old = Ansvarsforbindelse.objects.get(pk=version.pk)
            assert (laid.number, laid.state) == (2, Stage.PROPOSED)
            assert old.state == Stage.COUNTERED
            share = CostShare.objects.get(measure__agreement=old, side="region")
            assert share.percent == 60

    def test_plc4_an_older_version_cant_be_signed(self):
        version, care = build.proposed(), build.caring()
        with acting(care, NOW):
            draft = actions.counter(version_id=version.pk, by=care, now=NOW)
            actions.propose(version_id=draft.pk, version=draft.version, by=care, now=NOW)
        with pytest.raises(Refused, match="ersatt av ett motförslag"):
            sign(version, build.head(build.PLACES))

    def test_plc7_a_new_version_replaces_the_one_in_force(self):
        old = build.signed()
        placing = build.placing()
        with acting(placing, NOW):
            draft = actions.renegotiate(version_id=old.pk, by=placing, now=NOW)
            assert draft.measures.count() == 1
            new = actions.propose(version_id=draft.pk, version=draft.version, by=placing, now=NOW)
            assert Ansvarsforbindelse.objects.get(pk=old.pk).state == Stage.IN_FORCE
        sign(new, build.head(build.PLACES))
        sign(new, build.head(build.CARES))
        with acting(placing, NOW):
            assert Ansvarsforbindelse.objects.get(pk=old.pk).state == Stage.REPLACED
            assert Ansvarsforbindelse.objects.in_force().get().number == 2

    def test_plc8_the_other_partys_draft_and_all_of_it_for_others_does_not_exist(self):
        placement = build.shared("varberg-elevhalsa")
        version = build.written(placement, build.placing())
        for by in (build.caring(), actor("varberg-elevhalsa")):
            with acting(by, NOW):
                assert not Ansvarsforbindelse.objects.exists()
                assert not Measure.objects.exists()
                with pytest.raises(Gone):
                    actions.write(version_id=version.pk, version=1, facts={}, measures=[], by=by, now=NOW)

    def test_plc8_a_proposal_reaches_the_other_party_and_no_other_participant(self):
        build.proposed(build.shared("varberg-elevhalsa"))
        with acting(build.caring(), NOW):
            assert Measure.objects.count() == 1
        with acting(actor("varberg-elevhalsa"), NOW):
            assert not Ansvarsforbindelse.objects.exists()
            assert not Measure.objects.exists()
            assert not CostShare.objects.exists()

    def test_a_stale_draft_is_refused(self):
        placing = build.placing()
        version = build.written(build.shared(), placing)
        with acting(placing, NOW), pytest.raises(Stale):
            actions.write(
                version_id=version.pk, version=version.version - 1, facts={}, measures=[], by=placing, now=NOW
            )

    @pytest.mark.parametrize(
        ("changes", "says", "field"),
        [
            ({"region": D("59.9"), "municipality": D("40")}, "99,9 procent. De ska vara exakt 100", "region-1"),
            ({"split_by": SplitBy.AMOUNT, "region": D("700"), "municipality": D("499.99")}, "1199,99 kr", "region-1"),
            ({"ends_on": build.STARTS - timedelta(days=1)}, "slutar innan den börjar", "ends_on-1"),
            ({"starts_on": build.STARTS - timedelta(days=1)}, "utanför den tid", "starts_on-1"),
            ({"price": D("-1"), "split_by": SplitBy.PERCENT}, "mindre än noll", "price-1"),
        ],
    )  # fmt: skip
    def test_plc7_bad_measures_are_refused_where_they_are_wrong(self, changes, says, field):
        with pytest.raises(Refused, match=says) as refused:
            build.written(build.shared(), build.placing(), build.measure(**changes))
        assert refused.value.field == field

    def test_plc7_the_same_measure_twice_at_once_is_refused(self):
        later = build.measure(starts_on=build.STARTS + timedelta(days=30), title="läkemedelsgenomgång ")
        with pytest.raises(Refused, match="två gånger för samma tid"):
            build.written(build.shared(), build.placing(), build.measure(), later)

    def test_plc6_that_it_already_happened_is_no_reason(self):
        version, care = build.proposed(), build.caring()
        assert not [one for one in DeclineReason if "redan" in one.label.lower()]
        with acting(care, NOW), pytest.raises(Refused, match="Ingen part får avvisa kostnaden") as refused:
            actions.decline_proposal(
                version_id=version.pk, reason=DeclineReason.PRICE, by=care, now=NOW,
                note="Vi betalar inte, eftersom placeringen redan har ägt rum.",
            )  # fmt: skip
        assert refused.value.field == "note"
        with acting(care, NOW):
            with pytest.raises(IntegrityError), transaction.atomic():
                Ansvarsforbindelse.objects.filter(pk=version.pk).update(decline_reason="already_placed")
            actions.decline_proposal(
                version_id=version.pk, reason=DeclineReason.PRICE, note="Räkna på lägre dygnspris.", by=care, now=NOW
            )
            assert Ansvarsforbindelse.objects.get(pk=version.pk).state == Stage.DECLINED


# --- signing ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestSigning:
    def test_plc4_a_caseworker_has_no_mandate(self):
        with pytest.raises(NotAllowed, match="verksamhetschefen"):
            sign(build.proposed(), build.placing())

    def test_plc4_a_mandate_that_ended_yesterday(self):
        version = build.proposed()
        by = actor(f"undertecknare.{build.PLACES}")
        with as_owner():
            Assignment.objects.filter(pk=by.assignment_id).update(ends_on=NOW.date())
        with pytest.raises(Refused, match="gäller inte i dag"):
            sign(version, by)

    def test_plc4_never_ones_own_proposal(self):
        by = build.head(build.PLACES)
        version = build.proposed(by=by)
        with pytest.raises(NotAllowed, match="själva lagt fram"):
            sign(version, by)

    def test_plc4_never_the_same_person_for_both(self):
        version, mine = build.proposed(), build.head(build.PLACES)
        with as_owner():
            theirs = Assignment.objects.create(
                user_id=mine.user_id, unit_id=build.caring().unit_id, role=Role.SIGNATORY, starts_on=NOW.date()
            )
        from organisations.acting import actor_for

        other = actor_for(Assignment.objects.select_related("user", "unit__authority__huvudman").get(pk=theirs.pk))
        sign(version, mine)
        with pytest.raises(NotAllowed, match="för den andra parten"):
            sign(version, other)
        with acting(other, NOW), pytest.raises(DatabaseError), transaction.atomic():
            Signature.objects.create(
                agreement=version, side="region", user_id=other.user_id, assignment_id=other.assignment_id,
                mandate="x", at=NOW, document_hash=version.content_hash, service="local",
            )  # fmt: skip

    def test_plc4_only_what_was_shown(self):
        with pytest.raises(Refused, match="inte det du såg"):
            sign(build.proposed(), build.head(build.PLACES), document_hash="0" * 64)

    def test_plc4_once_per_party(self):
        version = build.proposed()
        sign(version, build.head(build.PLACES))
        with pytest.raises(NotAllowed, match="redan undertecknat"):
            sign(version, actor(f"undertecknare.{build.PLACES}"))

    def test_plc4_the_signature_says_who_by_what_mandate_on_what(self):
        version = build.signed()
        with acting(build.placing(), NOW):
            one = Signature.objects.get(agreement=version, side="municipality")
            assert one.document_hash == fingerprint(version)
            assert "Verksamhetschef, Socialtjänsten vuxna, Varberg" in one.mandate
            assert one.service == "local"


# --- the database -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestDatabase:
    @pytest.mark.parametrize(("region", "municipality"), [(D("59.90"), D("40")), (D("60"), D("40.01"))])
    def test_plc7_shares_sum_to_exactly_100(self, region, municipality):
        version = build.written(build.shared(), build.placing())
        with acting(build.placing(), NOW), connection.cursor() as cursor:
            CostShare.objects.filter(agreement=version, side="region").update(percent=region)
            CostShare.objects.filter(agreement=version, side="municipality").update(percent=municipality)
            with pytest.raises(DatabaseError, match="whole cost"), transaction.atomic():
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            CostShare.objects.filter(agreement=version).update(percent=D("50"))

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE placements_measure SET price = 1",
            "DELETE FROM placements_costshare",
            "UPDATE placements_ansvarsforbindelse SET valid_to = valid_to + 1",
            "UPDATE placements_ansvarsforbindelse SET terms = 'annat'",
            "DELETE FROM placements_ansvarsforbindelse",
            "UPDATE placements_signature SET mandate = 'annan'",
            "DELETE FROM placements_signature",
        ],
    )
    def test_plc7_a_signed_agreement_is_never_changed_not_even_by_the_owner(self, sql):
        build.signed()
        with as_owner(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_plc7_overlapping_periods_of_a_measure(self):
        version = build.written(build.shared(), build.placing())
        with acting(build.placing(), NOW):
            one = version.measures.get()
            one.pk, one.position, one.title = uuid.uuid4(), 2, one.title.upper()
            with pytest.raises(IntegrityError, match="measure_once"), transaction.atomic():
                one.save(force_insert=True)

    def test_plc4_nothing_is_in_force_without_two_signatures(self):
        version = build.proposed()
        with as_owner(), pytest.raises(DatabaseError, match="have not signed"), transaction.atomic():
            Ansvarsforbindelse.objects.filter(pk=version.pk).update(state=Stage.IN_FORCE)


@pytest.mark.django_db
def test_only_what_the_table_allows():
    people = (build.placing(), build.caring(), build.head(build.PLACES))
    for stage, move in product(Stage, Move):
        assert any(_may(people, stage, move)) == ((stage, move) in STAGES), (stage, move)


def _may(people, stage, move):
    placing, care, _ = people
    version = Ansvarsforbindelse(
        state=stage, placing_unit_id=placing.unit_id, medical_unit_id=care.unit_id, drafted_by_unit_id=placing.unit_id
    )
    version._prefetched_objects_cache = {"signatures": []}
    return [bool(AGREEMENT_RULES.may(by, move, version)) for by in people]


def test_plc4_two_signatures_and_a_counter_proposal_at_once(transactional_db):
    """Quality 15: three people act on one proposal at the same moment. It ends in one way that all of them agree on."""
    version, care = build.proposed(), build.caring()
    with acting(care, NOW):
        draft = actions.counter(version_id=version.pk, by=care, now=NOW)
    doers = {
        "municipality": (build.head(build.PLACES), lambda by: _sign(version, by)),
        "region": (build.head(build.CARES), lambda by: _sign(version, by)),
        "counter": (
            care, lambda by: actions.propose(version_id=draft.pk, version=draft.version, by=by, now=NOW),
        ),
    }  # fmt: skip
    together, outcomes = threading.Barrier(3), {}

    def run(name):
        by, act = doers[name]
        try:
            with acting(by, NOW):
                together.wait(timeout=20)
                act(by)
            outcomes[name] = "done"
        except Refused as refused:
            outcomes[name] = refused.reason
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[name]) for name in doers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with acting(care, NOW):
        states = dict(Ansvarsforbindelse.objects.exclude(number=None).values_list("number", "state"))
    assert len(outcomes) == 3
    both_signed = outcomes["municipality"] == outcomes["region"] == "done"
    if both_signed:
        # The counter-proposal came last: it lies on the table beside the one in force, as a renegotiation would.
        assert states[1] == Stage.IN_FORCE
    else:
        assert outcomes["counter"] == "done"
        assert states == {1: Stage.COUNTERED, 2: Stage.PROPOSED}
        assert any("ersatt av ett motförslag" in text for text in outcomes.values())


def _sign(version, by):
    return actions.sign(version_id=version.pk, document_hash=version.content_hash, by=by, now=NOW)
