"""How the stages of a clock are told. No personal data."""

from core.outbox import Kind

KINDS = (
    Kind("deadline.warn", "En frist går snart ut", "Fristen för ”{what}” går ut {when}."),
    Kind("deadline.due", "En frist har gått ut", "Fristen för ”{what}” gick ut {when}."),
    Kind(
        "deadline.manager",
        "En frist i din verksamhet har gått ut",
        "Ingen har hunnit med ”{what}”. Fristen gick ut {when}.",
    ),
    Kind(
        "deadline.head_of_operations",
        "En frist i din verksamhet har gått ut",
        "”{what}” är fortfarande inte gjort. Fristen gick ut {when}.",
    ),
    Kind(
        "deadline.head_of_administration",
        "En frist i din förvaltning har gått ut",
        "”{what}” är fortfarande inte gjort. Fristen gick ut {when}.",
    ),
)
