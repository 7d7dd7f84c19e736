"""The closed lists of chapter 4.3: identities, protection, bases for disclosure, categories of information."""

from django.db import models


class IdentityKind(models.TextChoices):
    PERSONNUMMER = "personnummer", "Personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer", "Samordningsnummer"
    RESERVE = "reserve", "Reservnummer"
    UNIDENTIFIED = "unidentified", "Okänd identitet"


class Sex(models.TextChoices):
    FEMALE = "female", "Kvinna eller flicka"
    MALE = "male", "Man eller pojke"
    UNKNOWN = "unknown", "Uppgift saknas"


class Protection(models.TextChoices):
    """Protected identity (IND-3)."""

    NONE = "none", "Nej"
    MARKED = "marked", "Sekretessmarkering"
    PROTECTED = "protected", "Skyddad folkbokföring"


class MatterKind(models.TextChoices):
    SIP = "sip", "SIP"
    PLACEMENT = "placement", "Placering"


class ParticipantRole(models.TextChoices):
    INITIATOR = "initiator", "Har tagit initiativet"
    CALLED = "called", "Kallad"


class BasisKind(models.TextChoices):
    """What lets a piece leave a unit: consent, or one of the closed list of exceptions (IND-4, IND-6)."""

    CONSENT = "consent", "Samtycke"
    CHILD_AT_RISK = "child_at_risk", "Barn eller ung som riskerar att fara illa"
    ADDICTION = "addiction", "Skadligt bruk eller beroende"
    LPT = "lpt", "Vård enligt LPT"
    LRV = "lrv", "Vård enligt LRV"


EXCEPTIONS = tuple(kind for kind in BasisKind if kind is not BasisKind.CONSENT)


class Giver(models.TextChoices):
    SELF = "self", "Personen själv"
    GUARDIAN = "guardian", "Vårdnadshavare"
    REPRESENTATIVE = "representative", "God man eller förvaltare"


class Manner(models.TextChoices):
    WRITTEN = "written", "Skriftligt"
    ORAL = "oral", "Muntligt"
    OTHER = "other", "På annat sätt"


class Category(models.TextChoices):
    """Categories of information that a basis names and a receiver gets (IND-4)."""

    NEED = "need", "Varför samordning behövs"
    OWN_VIEW = "own_view", "Personens egen åsikt"
    HEALTH = "health", "Hälsa och vård"
    SOCIAL = "social", "Social situation och stöd"
    SCHOOL = "school", "Förskola och skola"
    CONTACT = "contact", "Kontaktuppgifter"


SENSITIVE_WHEN_PROTECTED = (Category.CONTACT, Category.SCHOOL)
"""With protected identity these reach named staff only (IND-3)."""


class EndReason(models.TextChoices):
    REDIRECTED = "redirected", "Lämnade över till en annan verksamhet"
    WITHDRAWN = "withdrawn", "Samtycket återkallades"
    CLOSED = "closed", "Ärendet avslutades"
