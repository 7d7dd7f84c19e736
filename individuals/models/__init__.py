from individuals.models.basis import Basis, BasisScope, ConsentGiver
from individuals.models.ledger import Disclosure, Event, Piece, PieceReader
from individuals.models.matter import Matter, MatterGroupObjectPermission, Participant
from individuals.models.paper import DocumentCopy, FiledCopy
from individuals.models.person import Guardian, Person

__all__ = [
    "Basis",
    "BasisScope",
    "ConsentGiver",
    "Disclosure",
    "DocumentCopy",
    "Event",
    "FiledCopy",
    "Guardian",
    "Matter",
    "MatterGroupObjectPermission",
    "Participant",
    "Person",
    "Piece",
    "PieceReader",
]
