"""What a dispute tells those concerned. No personal data: who sees the dispute reads the rest in the portal."""

from core.outbox import Kind

KINDS = (
    Kind("dispute.opened", "En tvist har öppnats", "Tvist {reference}: {from_unit} har öppnat en tvist. Svara på den."),
    Kind("dispute.informed", "En tvist har öppnats", "Tvist {reference} pågår. Läs vem som gör vad under tiden."),
    Kind(
        "dispute.lifted",
        "En tvist har lyfts till nästa nivå",
        "Tvist {reference} ligger nu hos {what}. Försök enas senast {when}.",
    ),
    Kind("dispute.moved", "En tvist har lyfts till nästa nivå", "Tvist {reference} ligger nu hos {what}."),
    Kind("dispute.warned", "Tiden på en nivå går snart ut", "Tvist {reference}: tiden hos {what} går ut {when}."),
    Kind(
        "dispute.chased",
        "En tvist är inte löst",
        "Tvist {reference}: tiden hos {what}, trappans högsta nivå, gick ut {when}. Ni behöver enas.",
    ),
    Kind("dispute.position", "En part har skrivit sin ståndpunkt", "Tvist {reference}: läs vad {from_unit} skriver."),
    Kind(
        "dispute.enclosed",
        "En part har lagt till en handling",
        "Tvist {reference}: {from_unit} har lagt till en handling.",
    ),
    Kind("dispute.interim", "Ansvaret under en tvist har ändrats", "Tvist {reference}: läs vem som gör vad nu."),
    Kind(
        "dispute.proposed",
        "Det finns ett förslag till lösning",
        "Tvist {reference}: {from_unit} föreslår en lösning. Bekräfta den eller föreslå en annan.",
    ),
    Kind("dispute.settled", "En tvist är löst", "Tvist {reference}: båda parterna har bekräftat samma lösning."),
    Kind("dispute.withdrawn", "En tvist är återkallad", "Tvist {reference}: {from_unit} har återkallat tvisten."),
    Kind(
        "dispute.vacant",
        "En chef saknas för en tvist",
        "Tvist {reference}: ingen har uppdraget {what} hos {to_unit}. Nästa i linjen svarar tills ni utser någon.",
    ),
)
