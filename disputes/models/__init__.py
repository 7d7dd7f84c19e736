from disputes.models.dispute import CaseLink, Dispute, Interim, Rung
from disputes.models.enclosure import Enclosure
from disputes.models.words import Confirmation, DisputeEvent, Guidance, Position, Proposal

__all__ = [
    "CaseLink",
    "Confirmation",
    "Dispute",
    "DisputeEvent",
    "Enclosure",
    "Guidance",
    "Interim",
    "Position",
    "Proposal",
    "Rung",
]
