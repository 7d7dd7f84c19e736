"""What placements tell other units. No personal data, no costs."""

from core.outbox import Kind

KINDS = (
    Kind("placement.shared", "En placering förbereds med er", "{from_unit} har delat en placering med er."),
    Kind("placement.assessed", "Läkarens bedömning är klar", "Ärende {reference}: läkarens bedömning är registrerad."),
    Kind("placement.started", "En placering har börjat", "Ärende {reference}: placeringen har börjat."),
    Kind("placement.ended", "En placering är slut", "Ärende {reference}: placeringen är slut."),
    Kind(
        "placement.ended_unplanned",
        "En placering tog slut oplanerat",
        "Ärende {reference}: följ upp tillsammans och bedöm på nytt nu. {from_unit} kallar er.",
    ),
    Kind("placement.cancelled", "En placering blev inte av", "Ärende {reference}: placeringen blev inte av."),
    Kind("placement.closed", "Ett placeringsärende är avslutat", "Ärende {reference}: {from_unit} avslutade ärendet."),
    Kind(
        "placement.consent_withdrawn",
        "Ett samtycke har återkallats",
        "Ärende {reference}: samtycket är återkallat. Ni ser inte längre ärendet. Det ni redan har fått ska hanteras "
        "enligt er egen rutin för journal och akt.",
    ),
    Kind(
        "placement.proposed",
        "Ett förslag till ansvarsförbindelse",
        "Ärende {reference}: {from_unit} har lagt ett förslag.",
    ),
    Kind(
        "placement.commented",
        "En kommentar till ansvarsförbindelsen",
        "Ärende {reference}: {from_unit} har kommenterat.",
    ),
    Kind("placement.declined", "Ett förslag är avvisat", "Ärende {reference}: {from_unit} har avvisat förslaget."),
    Kind("placement.signed", "En part har undertecknat", "Ärende {reference}: {from_unit} har undertecknat."),
    Kind("placement.in_force", "Ansvarsförbindelsen gäller", "Ärende {reference}: båda parter har undertecknat."),
)
