"""The closed lists of the organisation: kinds of huvudman, authority, unit, role and group (ORG-1…6)."""

from django.db import models


class HuvudmanKind(models.TextChoices):
    REGION = "region", "Region"
    MUNICIPALITY = "municipality", "Kommun"


class AuthorityKind(models.TextChoices):
    """Each authority is a secrecy boundary of its own (ORG-2)."""

    SOCIAL = "social", "Socialtjänst"
    EDUCATION = "education", "Utbildning"
    CARE = "care", "Vård och omsorg"
    HEALTH = "health", "Hälso- och sjukvård"
    OTHER = "other", "Annan myndighet"


class UnitKind(models.TextChoices):
    SOCIAL_CHILDREN = "social_children", "Socialtjänst barn och unga"
    SOCIAL_ADULTS = "social_adults", "Socialtjänst vuxna"
    DISABILITY = "disability", "Funktionshinderomsorg"
    HOME_CARE = "home_care", "Hemsjukvård och omsorg"
    PRESCHOOL = "preschool", "Förskola"
    SCHOOL = "school", "Grundskola"
    UPPER_SECONDARY = "upper_secondary", "Gymnasieskola"
    PUPIL_HEALTH = "pupil_health", "Elevhälsa"
    SCHOOL_HEALTH_CARE = "emi", "Elevhälsans medicinska insats"
    CONTACT_CENTRE = "contact_centre", "Kontaktcenter En väg in"
    PRIMARY_CARE = "primary_care", "Vårdcentral"
    CHILD_PSYCHIATRY = "child_psychiatry", "Barn- och ungdomspsykiatri"
    ADULT_PSYCHIATRY = "adult_psychiatry", "Vuxenpsykiatri"
    ADDICTION = "addiction", "Beroendevård"
    HABILITATION = "habilitation", "Habilitering"
    YOUTH_CLINIC = "youth_clinic", "Ungdomsmottagning"
    DENTAL = "dental", "Tandvård"
    HOSPITAL_WARD = "hospital_ward", "Vårdavdelning"
    HVB = "hvb", "Hem för vård eller boende"
    ADMINISTRATION = "administration", "Förvaltning"
    OTHER = "other", "Annan verksamhet"


class Role(models.TextChoices):
    """What an assignment lets its holder do (ORG-4)."""

    CASEWORKER = "caseworker", "Handläggare"
    NEAREST_MANAGER = "nearest_manager", "Närmaste chef"
    HEAD_OF_OPERATIONS = "head_of_operations", "Verksamhetschef"
    HEAD_OF_ADMINISTRATION = "head_of_administration", "Förvaltningschef"
    SIGNATORY = "signatory", "Undertecknare av ansvarsförbindelse"
    PHYSICIAN = "physician", "Medicinskt ansvarig läkare"
    CHIEF_PHYSICIAN = "chief_physician", "Chefsöverläkare"
    GROUP_COORDINATOR = "group_coordinator", "Samordnare i samordningsgrupp"
    GROUP_REPRESENTATIVE = "group_representative", "Representant i samordningsgrupp"
    BOARD_MEMBER = "board_member", "Ledamot i den regionala gruppen"
    EDUCATION_GROUP = "education_group", "Ledamot i den regionala gruppen för utbildning"
    LOCAL_ADMINISTRATOR = "local_administrator", "Lokal administratör"
    LOG_REVIEWER = "log_reviewer", "Logggranskare"
    USER_REPRESENTATIVE = "user_representative", "Företrädare för brukarorganisation"
    SYSTEM_ADMINISTRATOR = "system_administrator", "Systemadministratör"


MANAGERS = (Role.NEAREST_MANAGER, Role.HEAD_OF_OPERATIONS, Role.HEAD_OF_ADMINISTRATION)
"""The line of management, nearest first (ORG-3)."""

CASE_ROLES = (Role.CASEWORKER, *MANAGERS)
"""Roles that take part in their unit's own matters."""

MATTER_ROLES = (*CASE_ROLES, Role.SIGNATORY, Role.PHYSICIAN, Role.CHIEF_PHYSICIAN)
"""Roles whose holders reach their unit's matters at all: the last three judge and sign in placements (PLC-3, PLC-4)."""

GRANTABLE = tuple(role for role in Role if role != Role.SYSTEM_ADMINISTRATOR)
"""Roles a local administrator may give. System administrators are appointed by whoever runs the portal."""


class GroupKind(models.TextChoices):
    """Regions call their groups by different names: each group carries its own, this says what kind it is."""

    SSGB = "ssgb", "Lokal samordningsgrupp, barn och unga"
    SSGV = "ssgv", "Lokal samordningsgrupp, vuxna"
    RUG = "rug", "Regional grupp"
    EDUCATION = "education", "Regional grupp för utbildning"
    # Some regions let such groups follow the target groups of the whole county, and end the dispute ladder there.
    COUNTY_CHILDREN = "county_children", "Länsövergripande grupp barn och unga"
    COUNTY_ADULTS = "county_adults", "Länsövergripande grupp vuxna"


LOCAL_GROUPS = (GroupKind.SSGB, GroupKind.SSGV)
