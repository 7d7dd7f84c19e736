"""What the portal tells about deviations. No personal data: who may see one reads the rest in the portal."""

from core.outbox import Kind

KINDS = (
    Kind("deviation.to_approve", "En avidentifierad text väntar", "Läs och godkänn den avidentifierade texten."),
    Kind(
        "deviation.handed_over",
        "En avvikelse rör er verksamhet",
        "{from_unit} vill hantera en avvikelse tillsammans med er.",
    ),
    Kind(
        "deviation.interim_proposed",
        "Ett annat tillfälligt ansvar är föreslaget",
        "{from_unit} har föreslagit vem som gör vad tills avvikelsen är utredd.",
    ),
    Kind(
        "deviation.interim_agreed",
        "Det tillfälliga ansvaret är överenskommet",
        "{from_unit} har godtagit vem som gör vad tills avvikelsen är utredd.",
    ),
    Kind("deviation.answered", "Återkoppling på en avvikelse", "{from_unit} har återkopplat om en avvikelse."),
    Kind(
        "deviation.received", "En ny avvikelse till gruppen", "En avidentifierad avvikelse har kommit in till gruppen."
    ),
    Kind(
        "deviation.improvement",
        "Ni ska genomföra en förbättringsåtgärd",
        "Samordningsgruppen har gett er en förbättringsåtgärd.",
    ),
)
