from placements.models.agreement import Ansvarsforbindelse, CostShare, Measure, Remark, Signature
from placements.models.placement import Placement
from placements.models.provider import Provider
from placements.models.track import Examination, FollowUp, Review, Stay, StayReader

__all__ = [
    "Ansvarsforbindelse",
    "CostShare",
    "Examination",
    "FollowUp",
    "Measure",
    "Placement",
    "Provider",
    "Remark",
    "Review",
    "Signature",
    "Stay",
    "StayReader",
]
