"""The closed lists of placements and of the ansvarsförbindelse (H25 4.9; PLC-1…12)."""

from __future__ import annotations

from django.db import models

from organisations.kinds import UnitKind


class Housing(models.TextChoices):
    """Where somebody is placed (PLC-1)."""

    FAMILY_HOME = "family_home", "Familjehem"
    EMERGENCY_HOME = "emergency_home", "Jourhem"
    HVB = "hvb", "Hem för vård eller boende (HVB)"
    SIS = "sis", "Särskilt ungdomshem eller LVM-hem (SiS)"
    SUPPORT_HOUSING = "support_housing", "Stödboende"
    PROTECTED = "protected", "Skyddat boende"
    OTHER = "other", "Annat boende än det egna"


PRIVATE_HOMES = (Housing.FAMILY_HOME, Housing.EMERGENCY_HOME)
"""Homes of private persons: they are never in the register of providers."""


class Law(models.TextChoices):
    SOL = "sol", "Socialtjänstlagen (SoL)"
    LVU = "lvu", "LVU"
    LVM = "lvm", "LVM"


class State(models.TextChoices):
    DRAFT = "draft", "Utkast"
    PLANNED = "planned", "Förbereds tillsammans"
    ONGOING = "ongoing", "Pågår"
    ENDED = "ended", "Boendet är avslutat, uppföljning återstår"
    CLOSED = "closed", "Avslutad"
    CANCELLED = "cancelled", "Blev inte av"


OPEN_STATES = (State.DRAFT, State.PLANNED, State.ONGOING, State.ENDED)
BEFORE_START = (State.DRAFT, State.PLANNED)
FINISHED = (State.CLOSED, State.CANCELLED)


class Do(models.TextChoices):
    EDIT = "edit", "Ändra"
    RECORD_BASIS = "record_basis", "Registrera samtycke eller grund"
    SHARE = "share", "Dela med vården"
    WITHDRAW_CONSENT = "withdraw_consent", "Registrera att samtycket återkallats"
    ASSESS = "assess", "Registrera läkarens bedömning"
    REFER = "refer", "Registrera att remissen är skickad"
    START = "start", "Registrera att placeringen har börjat"
    EXAMINE = "examine", "Registrera hälso- eller tandhälsoundersökning"
    REVIEW = "review", "Registrera omprövning"
    HIDE = "hide", "Håll vistelseorten hemlig"
    REVEAL = "reveal", "Låt vistelseorten bli känd"
    MOVE = "move", "Registrera flytt"
    NAME_READER = "name_reader", "Ge en namngiven person läsrätt till vistelseorten"
    FOLLOW_UP = "follow_up", "Registrera gemensam uppföljning"
    PLAN_END = "plan_end", "Bestäm planerat slut"
    PLAN_AFTERCARE = "plan_aftercare", "Registrera planen för eftervård"
    HAND_OVER = "hand_over", "Registrera överlämning till ny region"
    END = "end", "Registrera att placeringen är slut"
    CLOSE = "close", "Avsluta ärendet"
    CANCEL = "cancel", "Placeringen blev inte av"
    DRAW_UP = "draw_up", "Upprätta ansvarsförbindelse"


class Answer(models.TextChoices):
    """An answer that hasn't been given yet is neither yes nor no."""

    UNKNOWN = "unknown", "Inte bedömt ännu"
    YES = "yes", "Ja"
    NO = "no", "Nej"


class EndKind(models.TextChoices):
    PLANNED = "planned", "Som planerat"
    UNPLANNED = "unplanned", "Oplanerat"


class Registration(models.TextChoices):
    """Whether a change of registered home moves the care to another region (PLC-1)."""

    NONE = "none", "Folkbokföringen ändras inte"
    CHANGES = "changes", "Folkbokförs i en annan region, vården ska lämnas över"
    HANDED_OVER = "handed_over", "Vården är överlämnad till den nya regionen"


class ExaminationKind(models.TextChoices):
    HEALTH = "health", "Hälsoundersökning"
    DENTAL = "dental", "Tandhälsoundersökning"
    BEFORE_APPLICATION = "before_application", "Läkarundersökning inför ansökan"


class ExaminationState(models.TextChoices):
    """How far an examination has come. What it showed is never recorded here (PLC-9)."""

    ASKED = "asked", "Ska erbjudas"
    OFFERED = "offered", "Erbjuden"
    DECLINED = "declined", "Personen tackade nej"
    DONE = "done", "Genomförd"


class ReviewKind(models.TextChoices):
    """What is reviewed, each with its own term in the agreement (PLC-10)."""

    CARE = "care", "Vården enligt SoL eller LVU"
    WHEREABOUTS = "whereabouts", "Att vistelseorten hålls hemlig"
    CUSTODY = "custody", "Frågan om vårdnaden"


class Outcome(models.TextChoices):
    CONTINUES = "continues", "Fortsätter"
    CHANGES = "changes", "Ändras"
    ENDS = "ends", "Ska upphöra"


class FollowUpKind(models.TextChoices):
    DURING = "during", "Under placeringen"
    AFTER_UNPLANNED = "after_unplanned", "Efter oplanerat slut"


class CloseReason(models.TextChoices):
    AFTERCARE = "aftercare", "Fortsätter med planerad eftervård"
    NO_NEED = "no_need", "Behovet av samordning finns inte längre"
    NEW_PLACEMENT = "new_placement", "Fortsätter i en ny placering"
    MOVED = "moved", "Personen har flyttat till en annan region"
    DECEASED = "deceased", "Personen har avlidit"


PSYCHIATRY = (UnitKind.CHILD_PSYCHIATRY, UnitKind.ADULT_PSYCHIATRY, UnitKind.ADDICTION)
"""Kinds of units that can be the medical party: psychiatric outpatient care, or an addiction team (PLC-5)."""


# --- the ansvarsförbindelse -------------------------------------------------------------------------------------------
class Stage(models.TextChoices):
    """Where one version of an ansvarsförbindelse stands."""

    DRAFT = "draft", "Utkast"
    PROPOSED = "proposed", "Förslag"
    COUNTERED = "countered", "Ersatt av ett motförslag"
    DECLINED = "declined", "Avvisat"
    WITHDRAWN = "withdrawn", "Tillbakadraget"
    SIGNED_BY_ONE = "signed_by_one", "Undertecknat av den ena parten"
    IN_FORCE = "in_force", "Gäller"
    REPLACED = "replaced", "Ersatt av en ny version"
    EXPIRED = "expired", "Har gått ut"
    ENDED = "ended", "Upphörde med placeringen"


NEGOTIATED = (Stage.PROPOSED, Stage.SIGNED_BY_ONE)
"""On the table between the parties. At most one at a time for a placement."""


class Move(models.TextChoices):
    """What is done with a version."""

    WRITE = "write", "Ändra utkastet"
    PROPOSE = "propose", "Lägg fram förslaget"
    COUNTER = "counter", "Lägg ett motförslag"
    COMMENT = "comment", "Kommentera"
    DECLINE = "decline", "Avvisa förslaget"
    WITHDRAW = "withdraw", "Dra tillbaka"
    SIGN = "sign", "Underteckna"
    REPLACE = "replace", "Ersätt med en ny version"
    RENEGOTIATE = "renegotiate", "Förhandla om"
    EXPIRE = "expire", "Registrera att den har gått ut"
    END = "end", "Avsluta med placeringen"


class Side(models.TextChoices):
    MUNICIPALITY = "municipality", "Kommunen"
    REGION = "region", "Regionen"


class Performer(models.TextChoices):
    HOUSING = "housing", "Boendet"
    HIRED = "hired", "Vårdpersonal som boendet köper in"
    REGION = "region", "Regionens hälso- och sjukvård"
    MUNICIPALITY = "municipality", "Kommunens hälso- och sjukvård"


NEEDS_AGREEMENT = (Performer.HOUSING, Performer.HIRED)
"""Performers whose measures have to stand in an ansvarsförbindelse (PLC-3)."""


class Per(models.TextChoices):
    DAY = "day", "per dygn"
    MONTH = "month", "per månad"


class SplitBy(models.TextChoices):
    PERCENT = "percent", "I procent"
    AMOUNT = "amount", "I kronor"


class DeclineReason(models.TextChoices):
    """Why a proposal is turned down. That the placement has already happened is no reason (PLC-6)."""

    NEED = "need", "Behovet behöver bedömas på nytt"
    CONTENT = "content", "Innehållet i en insats"
    EXTENT = "extent", "Omfattningen"
    PERFORMER = "performer", "Vem som utför"
    PRICE = "price", "Priset"
    SHARE = "share", "Hur kostnaden delas"
    PERIOD = "period", "Tiden"
