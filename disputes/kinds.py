"""The closed lists of chapter 3.6: states, actions, sides, what a dispute arose from, and why it reached a level."""

from __future__ import annotations

from django.db import models

from agreements.values import Coordination, Holder
from organisations.kinds import GroupKind, Role


class State(models.TextChoices):
    OPEN = "open", "Pågår"
    SETTLED = "settled", "Löst"
    WITHDRAWN = "withdrawn", "Återkallad"


class Do(models.TextChoices):
    TAKE_POSITION = "take_position", "Skriv er ståndpunkt"
    CHANGE_INTERIM = "change_interim", "Ändra vem som gör vad under tiden"
    ENCLOSE = "enclose", "Lägg till en handling"
    LIFT = "lift", "Lyft till nästa nivå"
    PROPOSE = "propose", "Föreslå en lösning"
    CONFIRM = "confirm", "Bekräfta lösningen"
    WITHDRAW = "withdraw", "Återkalla tvisten"
    GIVE_GUIDANCE = "give_guidance", "Gör lösningen till vägledning"


class Side(models.TextChoices):
    """The two sides of a dispute (DIS-1)."""

    OPENING = "opening", "Den som öppnade tvisten"
    ANSWERING = "answering", "Motparten"


class Origin(models.TextChoices):
    """What a dispute arose from (DIS-1)."""

    SIP = "sip", "En SIP"
    PLACEMENT = "placement", "En placering"
    COST = "cost", "En fördelning av kostnader"
    DEVIATION = "deviation", "En avvikelse"
    OTHER = "other", "Något annat"


class Reached(models.TextChoices):
    """Why a dispute reached a level, or passed it by (DIS-3)."""

    OPENED = "opened", "Tvisten öppnades här"
    NO_AGREEMENT = "no_agreement", "En part lyfte frågan"
    TIME_OUT = "time_out", "Tiden på nivån före gick ut"
    NOBODY = "nobody", "Ingen kunde hantera frågan på nivån"


LINE: dict[Holder, Role] = {
    Holder.NEAREST_MANAGER: Role.NEAREST_MANAGER,
    Holder.HEAD_OF_OPERATIONS: Role.HEAD_OF_OPERATIONS,
    Holder.HEAD_OF_ADMINISTRATION: Role.HEAD_OF_ADMINISTRATION,
}
"""Levels that the line of management holds; the others are held by a group."""

RANKS: dict[str, int] = {
    str(Role.CASEWORKER): 0,
    str(Role.NEAREST_MANAGER): 1,
    str(Role.HEAD_OF_OPERATIONS): 2,
    str(Role.HEAD_OF_ADMINISTRATION): 3,
}
"""How high in the line a role stands. A dispute is seen up to the rank that it has reached."""

GROUP_ROLES = (
    Role.NEAREST_MANAGER,
    Role.HEAD_OF_OPERATIONS,
    Role.HEAD_OF_ADMINISTRATION,
    Role.GROUP_COORDINATOR,
    Role.GROUP_REPRESENTATIVE,
    Role.BOARD_MEMBER,
    Role.EDUCATION_GROUP,
)
"""Roles through which a member works in a coordination group."""

READERS = (Role.CASEWORKER, *GROUP_ROLES)
"""Roles that may see disputes: which ones, the rows decide."""

LEVEL_CLOCK = "dispute.level"
"""The clock of the level where a dispute is."""

FOLLOWED_BY: dict[str, Coordination] = {
    str(GroupKind.SSGB): Coordination.CHILDREN,
    str(GroupKind.SSGV): Coordination.ADULTS,
}
"""Which disputes of its municipality a local group follows."""

COUNTY_GROUPS: dict[Coordination, GroupKind] = {
    Coordination.CHILDREN: GroupKind.COUNTY_CHILDREN,
    Coordination.ADULTS: GroupKind.COUNTY_ADULTS,
}
"""The group of the whole county that a level may be held by; where there is none, the regional board holds it."""
