"""The measures that indicators are made of: each is counted once, in `followup.sources` (FUP-2, FUP-6).

A pack names measures by their keys. How measures hang together is what the keeping back of small numbers must know.
"""

from __future__ import annotations

from dataclasses import dataclass

from agreements.values import FigureUnit


@dataclass(frozen=True, slots=True)
class Measure:
    """`is_amount`: the sum of an amount (days, points), not a number. `of_persons`: small numbers are kept back.

    `per`: what it may be divided by, so that a share is a share of something it is part of.
    """

    key: str
    words: str
    per: tuple[str, ...] = ()
    is_amount: bool = False
    of_persons: bool = True

    def unit(self, denominator: str) -> FigureUnit:
        """What a figure of it is told in, by what it is divided by."""
        if self.is_amount:
            return FigureUnit.SCORE if denominator == "ratings" else FigureUnit.DAYS
        return FigureUnit.PERCENT if denominator else FigureUnit.COUNT


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("sip_sent", "SIP där initieringen skickades"),
        Measure("first_contacts_due", "SIP där första kontakten är tagen eller fristen har gått ut", per=("sip_sent",)),
        Measure(
            "first_contacts_in_time",
            "SIP där första kontakten togs inom fristen",
            per=("first_contacts_due", "first_contacts_made"),
        ),
        Measure("first_contacts_made", "SIP där första kontakten är tagen"),
        Measure(
            "days_to_first_contact",
            "dagar från behov till första kontakt",
            per=("first_contacts_made",),
            is_amount=True,
        ),
        Measure("sip_meetings", "SIP-möten som har hållits"),
        Measure("sip_meetings_with_person", "SIP-möten där personen själv var med", per=("sip_meetings",)),
        Measure("plans_established", "personer som har fått sin första SIP-plan"),
        Measure("follow_ups_due", "uppföljningar av planer som är gjorda eller skulle ha gjorts"),
        Measure("follow_ups_in_time", "uppföljningar av planer som gjordes i tid", per=("follow_ups_due",)),
        Measure("ratings", "omdömen från personen eller vårdnadshavare"),
        Measure("rating_participation", "poäng för delaktighet", per=("ratings",), is_amount=True),
        Measure("rating_clarity", "poäng för tydlighet", per=("ratings",), is_amount=True),
        Measure("rating_usefulness", "poäng för nytta", per=("ratings",), is_amount=True),
        Measure("placements_started", "placeringar som började"),
        Measure("agreements_needed", "placeringar som behövde en ansvarsförbindelse", per=("placements_started",)),
        Measure(
            "agreements_before_start",
            "placeringar där ansvarsförbindelsen gällde före start",
            per=("agreements_needed",),
        ),
        Measure(
            "acute_agreements_needed",
            "akuta placeringar som behövde en ansvarsförbindelse",
            per=("agreements_needed",),
        ),
        Measure(
            "days_without_agreement",
            "dagar utan ansvarsförbindelse efter akut placering",
            per=("acute_agreements_needed",),
            is_amount=True,
        ),
        Measure("unplanned_ends", "placeringar som slutade oplanerat"),
        Measure("unplanned_ends_followed_up", "oplanerade slut som följdes upp gemensamt", per=("unplanned_ends",)),
        Measure("deviations", "avvikelser som gruppen har fått", of_persons=False),
        Measure("disputes", "tvister som har öppnats", of_persons=False),
        Measure("disputes_settled", "tvister som har lösts", per=("disputes",), of_persons=False),
        Measure("disputes_at_top", "tvister som har nått den högsta nivån", per=("disputes",), of_persons=False),
        Measure(
            "days_to_settlement",
            "dagar från öppnad tvist till lösning",
            per=("disputes_settled",),
            is_amount=True,
            of_persons=False,
        ),
    )
}

PARTS_OF = (
    ("sip_sent", "first_contacts_due", "not_yet_due"),
    ("first_contacts_due", "first_contacts_in_time", "late_contacts"),
    ("first_contacts_made", "first_contacts_in_time", "made_late"),
    ("late_contacts", "made_late", "never_made"),
    ("sip_meetings", "sip_meetings_with_person", "meetings_without_person"),
    ("follow_ups_due", "follow_ups_in_time", "late_follow_ups"),
    ("placements_started", "agreements_needed", "no_agreement_needed"),
    ("agreements_needed", "agreements_before_start", "not_agreed_before"),
    ("agreements_needed", "acute_agreements_needed", "planned_agreements_needed"),
    ("unplanned_ends", "unplanned_ends_followed_up", "not_followed_up"),
)
"""A whole, a part of it, and the rest. A rest that is no measure is never shown, but must not come out of a
subtraction either."""

SPLITS_ADD_UP = ("sex", "age")
"""Splits where everybody is in one part. In target groups somebody may be in two (§ 4.8)."""

PARTS: dict[str, dict[str, str]] = {
    "sex": {"female": "Kvinnor och flickor", "male": "Män och pojkar", "unknown": "Uppgift om kön saknas"},
    "age": {
        "0-12": "0–12 år",
        "13-17": "13–17 år",
        "18-20": "18–20 år",
        "21-64": "21–64 år",
        "65-": "65 år och äldre",
        "unknown": "Uppgift om ålder saknas",
    },
}
