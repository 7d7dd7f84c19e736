"""What the SIP tells other units. No personal data: who may see the matter sees the rest in the portal."""

from core.outbox import Kind

KINDS = (
    Kind("sip.called", "Ni är kallade till en SIP", "Bekräfta att ni har tagit emot initieringen från {from_unit}."),
    Kind(
        "sip.redirected_to",
        "Ni är kallade till en SIP",
        "{from_unit} lämnade över en initiering till er. Bekräfta den.",
    ),
    Kind("sip.redirected", "En kallelse har lämnats över", "{from_unit} lämnade över kallelsen till {to_unit}."),
    Kind("sip.acknowledged", "En kallelse är bekräftad", "{from_unit} har tagit emot initieringen."),
    Kind("sip.contacted", "Första kontakten är tagen", "{from_unit} registrerade att första kontakten är tagen."),
    Kind("sip.meeting_called", "Ni är kallade till ett SIP-möte", "Svara på kallelsen till SIP-möte från {from_unit}."),
    Kind("sip.meeting_reply", "Ett svar på er kallelse", "{from_unit} har svarat på kallelsen till SIP-mötet."),
    Kind(
        "sip.meeting_moved",
        "Ett SIP-möte har fått ny tid",
        "{from_unit} flyttade SIP-mötet. Svara på den nya tiden.",
    ),
    Kind("sip.meeting_place", "Ett SIP-möte har fått ny plats", "{from_unit} har ändrat var ni ses."),
    Kind("sip.meeting_cancelled", "Ett SIP-möte är inställt", "Ärende {reference}: {from_unit} ställde in SIP-mötet."),
    Kind("sip.meeting_held", "Ett SIP-möte är registrerat", "{from_unit} har registrerat vilka som var med."),
    Kind("sip.meeting_notes", "Anteckningar från ett SIP-möte", "{from_unit} har skrivit anteckningar från SIP-mötet."),
    Kind(
        "sip.other_plan_ended",
        "En annan plan upphör",
        "{from_unit} har noterat att en plan utanför SIP upphör. Ta ställning till om ni behöver ett SIP-möte.",
    ),
    Kind(
        "sip.consent_withdrawn",
        "Ett samtycke har återkallats",
        "Ärende {reference}: samtycket är återkallat. Ni ser inte längre ärendet. Det ni redan har fått ska hanteras "
        "enligt er egen rutin för journal och akt.",
    ),
    Kind("sip.withdrawn", "En SIP har dragits tillbaka", "Ärende {reference}: {from_unit} drog tillbaka initieringen."),
    Kind("sip.closed", "En SIP är avslutad", "Ärende {reference}: {from_unit} avslutade ärendet."),
    Kind("sip.handed_over", "Du har tagit över ärenden", "{count} i din verksamhet har lämnats över till dig."),
    Kind("sip.plan_drafted", "En SIP-plan skrivs", "{from_unit} har börjat skriva planen. Skriv in det ni bidrar med."),
    Kind(
        "sip.measure_proposed",
        "En insats föreslås för er",
        "{from_unit} föreslår en insats i planen. Ta över den eller säg att den inte är er.",
    ),
    Kind(
        "sip.plan_established",
        "En SIP-plan gäller",
        "{from_unit} fastställde planen. Bekräfta de insatser ni svarar för.",
    ),
    Kind("sip.measures_confirmed", "Insatser är bekräftade", "{from_unit} har bekräftat sina insatser i planen."),
    Kind("sip.followed_up", "En SIP är uppföljd", "{from_unit} registrerade uppföljningen av planen."),
    Kind(
        "sip.lead_offered",
        "Ni tillfrågas om det övergripande ansvaret",
        "{from_unit} frågar om ni kan ta över det övergripande ansvaret för en SIP.",
    ),
    Kind(
        "sip.lead_accepted",
        "Det övergripande ansvaret har gått över",
        "{from_unit} har nu det övergripande ansvaret för en SIP.",
    ),
    Kind("sip.lead_declined", "Det övergripande ansvaret är kvar hos er", "{from_unit} tackade nej till att ta över."),
    Kind(
        "sip.lead_returned",
        "Ni har det övergripande ansvaret för en SIP",
        "{to_unit} deltar inte längre. Ansvaret har gått tillbaka till er som tog initiativet.",
    ),
)
