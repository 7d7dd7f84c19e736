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
    Kind(
        "sip.consent_withdrawn",
        "Ett samtycke har återkallats",
        "Ärende {reference}: samtycket är återkallat. Ni ser inte längre ärendet. Det ni redan har fått ska hanteras "
        "enligt er egen rutin för journal och akt.",
    ),
    Kind("sip.withdrawn", "En SIP har dragits tillbaka", "Ärende {reference}: {from_unit} drog tillbaka initieringen."),
    Kind("sip.closed", "En SIP är avslutad", "Ärende {reference}: {from_unit} avslutade ärendet."),
)
