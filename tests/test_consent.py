"""IND-2…IND-8: whose consent, to whom, about what, until when; and what its end does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.acting import acting
from core.authz import Refused
from core.workdays import STOCKHOLM
from individuals import actions as individuals
from individuals.actions import Receivers
from individuals.consent import Given, whats_missing
from individuals.kinds import BasisKind, Category, Giver, Manner, Protection
from individuals.models import Disclosure, Guardian, Matter, Participant, Person, Piece
from individuals.tasks import rights_drift
from organisations.models import Huvudman
from sip import actions
from sip.kinds import State
from sip.models import SipCase
from tests import build
from tests.conftest import NOW, actor, as_jobs, as_owner, unit

TODAY = NOW.date()
CHILD = Person(born_on=date(2011, 1, 8))
TODDLER = Person(born_on=date(2020, 1, 8))
ADULT = Person(born_on=date(1980, 1, 8))
ONE, TWO = Guardian(name="Ett"), Guardian(name="Två")
HIDDEN = Guardian(name="Dold", is_called=False, not_called_reason="Risk för våld")


def given(*people: Guardian | Giver, on: date = TODAY) -> list[Given]:
    return [
        Given(Giver.GUARDIAN, Manner.ORAL, on, guardian_id=p.pk)
        if isinstance(p, Guardian)
        else Given(p, Manner.ORAL, on)
        for p in people
    ]


@pytest.mark.parametrize(
    ("person", "guardians", "consents", "authority", "reason", "says"),
    [
        (CHILD, [ONE, TWO], given(ONE, TWO), "social", "", None),
        (CHILD, [ONE, TWO], given(ONE), "social", "", "Samtycke saknas från Två"),
        (CHILD, [], given(Giver.SELF), "social", "", "Lägg till barnets vårdnadshavare"),
        (CHILD, [ONE, HIDDEN], given(ONE), "social", "", None),
        (CHILD, [HIDDEN], given(), "social", "", "Ingen vårdnadshavare kallas"),
        (CHILD, [HIDDEN], given(Giver.SELF), "social", "Skyddsbehov", None),
        (CHILD, [ONE], given(Giver.SELF), "social", "Öppen insats mot vårdnadshavares vilja", None),
        (CHILD, [ONE], given(Giver.SELF), "education", "Samma", "Bara socialtjänsten"),
        (CHILD, [ONE], given(), "social", "Samma", "Registrera barnets eget samtycke"),
        (TODDLER, [ONE], given(Giver.SELF), "social", "Samma", "från 12 år"),
        (ADULT, [], given(Giver.SELF), "health", "", None),
        (ADULT, [], given(Giver.REPRESENTATIVE), "health", "", None),
        (ADULT, [], given(), "health", "", "personen själv"),
        (CHILD, [ONE], given(ONE, on=TODAY + timedelta(days=1)), "social", "", "inte har varit"),
        (Person(), [], given(Giver.SELF), "social", "", "vårdnadshavare"),
    ],
)
def test_ind2_whose_consent_is_needed(person, guardians, consents, authority, reason, says):
    missing = whats_missing(
        person=person,
        guardians=guardians,
        given=consents,
        authority_kind=authority,
        child_alone_reason=reason,
        today=TODAY,
    )
    assert missing == [] if says is None else says in missing[0]


@pytest.mark.django_db
class TestBasis:
    def record(self, case: SipCase, by, now=NOW, **changes):
        with acting(by, now):
            return actions.record_basis(case_id=case.pk, consent=build.consent(case, **changes), by=by, now=now)

    def test_ind4_twelve_months_at_most(self, hylte):
        case = build.draft(hylte)
        assert self.record(case, hylte, until=date(2027, 3, 9)).state == State.READY
        with pytest.raises(Refused, match="högst 12 månader") as refused:
            self.record(case, hylte, until=date(2027, 3, 10))
        assert refused.value.field == "until"

    def test_ind4_not_a_day_that_has_passed(self, hylte):
        with pytest.raises(Refused, match="redan varit"):
            self.record(build.draft(hylte), hylte, until=date(2026, 3, 8))

    def test_ind4_a_receiver_must_be_named(self, hylte):
        with pytest.raises(Refused, match="minst en mottagare"):
            self.record(build.draft(hylte), hylte, receivers=Receivers([]))

    def test_ind2_no_guardian_recorded_no_consent(self, hylte):
        with pytest.raises(Refused, match="Lägg till barnets vårdnadshavare"):
            self.record(build.draft(hylte, guardians=0), hylte)

    @pytest.mark.parametrize("missing", [{"decided_by": ""}, {"purpose": " "}])
    def test_ind6_a_ground_needs_motive_and_decision(self, hylte, missing):
        ground = {"kind": BasisKind.CHILD_AT_RISK, "decided_by": "Enhetschef", "purpose": "Barnet far illa"}
        case = build.draft(hylte)
        with pytest.raises(Refused, match="motiv och vem"):
            self.record(case, hylte, **(ground | missing))
        assert self.record(case, hylte, **ground).state == State.READY

    def test_ind4_an_excluded_unit_is_never_let_in(self, hylte):
        region, centre = Huvudman.objects.get(key="region-halland"), unit("en-vag-in")
        case = self.record(build.draft(hylte), hylte, receivers=Receivers([region], [centre]))
        with acting(hylte, NOW):
            with pytest.raises(Refused, match="omfattar inte En väg in"):
                actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
            basis = individuals.current_basis(case.matter)
            with pytest.raises(IntegrityError), transaction.atomic():
                Participant.objects.create(matter=case.matter, unit=centre, role="called", basis=basis, since=NOW)

    def test_ind5_nothing_leaves_without_a_basis(self, hylte):
        case = build.draft(hylte)
        with acting(hylte, NOW):
            with pytest.raises(Refused):
                actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
            with pytest.raises(IntegrityError), transaction.atomic():
                Participant.objects.create(matter=case.matter, unit=unit("en-vag-in"), role="called", since=NOW)

    def test_ind7_only_the_consented_categories_are_handed_over(self, hylte, contact_centre):
        case = self.record(build.draft(hylte), hylte, categories=[Category.NEED])
        with acting(hylte, NOW):
            actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
        with acting(contact_centre, NOW):
            assert {p.category for p in Piece.objects.all()} == {Category.NEED}
        with acting(hylte, NOW):
            view = Piece.objects.get(matter_id=case.pk, category=Category.OWN_VIEW)
            basis = individuals.current_basis(Matter.objects.get(pk=case.pk))
            given = Disclosure(
                matter_id=case.pk,
                piece=view,
                piece_version=1,
                category=view.category,
                from_unit_id=hylte.unit_id,
                from_authority_id=hylte.authority_id,
                to_unit_id=contact_centre.unit_id,
                by_id=hylte.user_id,
                at=NOW,
                basis=basis,
            )
            with pytest.raises(IntegrityError), transaction.atomic():
                given.save()

    def test_ind7_what_was_handed_over_is_never_altered(self, hylte):
        case = build.sent(hylte)
        with acting(hylte, NOW):
            piece = Piece.objects.get(matter_id=case.pk, category=Category.NEED)
            with pytest.raises(IntegrityError), transaction.atomic():
                Piece.objects.filter(pk=piece.pk).update(text="Något annat")
            with pytest.raises(DatabaseError), transaction.atomic():
                Disclosure.objects.filter(piece=piece).update(to_unit_id=hylte.unit_id)

    def test_ind8_withdrawal_shows_everybody_out_and_keeps_the_ledger(self, hylte, contact_centre):
        case = build.sent(hylte)
        with acting(hylte, NOW):
            assert actions.withdraw_consent(case_id=case.pk, reason="", by=hylte, now=NOW).state == State.HALTED
            assert Disclosure.objects.filter(matter_id=case.pk).exclude(ended_at=None).count() == 3
        with acting(contact_centre, NOW):
            assert not Matter.objects.exists()
            assert not Piece.objects.exists()
            assert not Person.objects.exists()

    @pytest.mark.parametrize("until", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)])
    def test_ind8_expiry_is_exact_at_midnight_also_when_the_clocks_change(self, hylte, contact_centre, until):
        case = build.draft(hylte)
        self.record(case, hylte, until=until)
        with acting(hylte, NOW):
            case = SipCase.objects.get(pk=case.pk)
            actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
        midnight = datetime.combine(until + timedelta(days=1), datetime.min.time(), tzinfo=STOCKHOLM)
        for at, seen in ((midnight - timedelta(microseconds=1), 1), (midnight, 0)):
            with acting(contact_centre, at):
                assert SipCase.objects.count() == SipCase.objects.visible_to(contact_centre, at).count() == seen

    def test_ind4_a_renewed_consent_carries_those_it_covers_and_shows_out_the_rest(self, hylte, contact_centre):
        case = build.sent(hylte)
        self.record(case, hylte, until=date(2026, 12, 1))
        with acting(contact_centre, datetime(2026, 11, 30, tzinfo=STOCKHOLM)):
            assert SipCase.objects.exists()
        self.record(case, hylte, receivers=Receivers([unit("bup-halmstad")]))
        with acting(contact_centre, NOW):
            assert not SipCase.objects.exists()
        with acting(hylte, NOW):
            assert {c.state for c in SipCase.objects.get(pk=case.pk).calls.all()} == {"ended"}

    def test_ind3_a_protected_persons_contact_details_stay_with_named_staff(self, hylte, contact_centre):
        case = build.draft(hylte)
        with acting(hylte, NOW):
            Person.objects.update(protection=Protection.MARKED)
            individuals.write_piece(
                matter=Matter.objects.get(pk=case.pk), category=Category.SCHOOL, text="Örnaskolan", by=hylte, now=NOW
            )
        self.record(case, hylte, categories=[Category.NEED, Category.SCHOOL])
        with acting(hylte, NOW):
            case = SipCase.objects.get(pk=case.pk)
            actions.send(case_id=case.pk, version=case.version, by=hylte, now=NOW)
            assert Piece.objects.filter(category=Category.SCHOOL).exists()
        with acting(contact_centre, NOW):
            assert not Piece.objects.filter(category=Category.SCHOOL).exists()
        colleague = actor("hylte-socialtjanst-barn-2")
        with acting(colleague, NOW):
            assert SipCase.objects.exists()
            assert not Piece.objects.filter(category=Category.SCHOOL).exists()


@pytest.mark.django_db
def test_ind9_two_units_that_know_the_same_person_cannot_tell(hylte):
    build.draft(hylte)
    school = actor("hylte-elevhalsa")
    case = build.draft(school)
    with acting(school, NOW):
        assert Person.objects.count() == 1
        assert Matter.objects.count() == 1
        assert case.matter.person.unit_id == school.unit_id


@pytest.mark.django_db
def test_rights_and_reasons_agree_and_drift_is_counted(hylte):
    case = build.sent(hylte)
    with as_jobs():
        assert not any(rights_drift().values())
    with as_owner():
        Participant.objects.filter(matter_id=case.pk, role="called").update(ended_at=NOW, end_reason="closed")
    with as_jobs():
        assert rights_drift() == {"without_reason": 1, "without_right": 0, "wrong_end": 0}
