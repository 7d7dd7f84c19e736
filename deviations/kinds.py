"""Closed lists of chapter 3.5: states, actions, how serious, what happened, what the check finds."""

from __future__ import annotations

from django.db import models

from deviations.deidentify import FOUND


class State(models.TextChoices):
    """A deviation as the reporting unit has it (DEV-1, DEV-2, DEV-3)."""

    DRAFT = "draft", "Utkast"
    REPORTED = "reported", "Rapporterad"
    HANDLING = "handling", "Hanteras"
    FINISHED = "finished", "Färdighanterad"
    PROPOSED = "proposed", "Väntar på godkännande"
    SHARED = "shared", "Delad med gruppen"
    CLOSED = "closed", "Avslutad utan delning"
    WITHDRAWN = "withdrawn", "Tillbakadragen"


class Do(models.TextChoices):
    EDIT = "edit", "Ändra rapporten"
    REPORT = "report", "Rapportera"
    ATTACH = "attach", "Lägg till en bilaga"
    RECORD_STEP = "record_step", "Registrera ett steg"
    HAND_OVER = "hand_over", "Hantera tillsammans med en annan part"
    FINISH = "finish", "Markera som färdighanterad"
    REOPEN = "reopen", "Öppna hanteringen igen"
    DEIDENTIFY = "deidentify", "Avidentifiera"
    PROPOSE = "propose", "Lämna till en kollega för godkännande"
    SEND_BACK = "send_back", "Skicka tillbaka"
    SHARE = "share", "Godkänn och dela"
    CLOSE = "close", "Avsluta utan att dela"
    WITHDRAW = "withdraw", "Dra tillbaka rapporten"


class JointState(models.TextChoices):
    """Joint handling with another party's unit (DEV-5)."""

    PROPOSED = "interim_proposed", "Tillfälligt ansvar föreslaget"
    AGREED = "interim_agreed", "Tillfälligt ansvar överenskommet"
    ANSWERED = "answered", "Återkopplad"


class JointDo(models.TextChoices):
    AGREE = "agree", "Godta det tillfälliga ansvaret"
    PROPOSE = "propose_other", "Föreslå ett annat tillfälligt ansvar"
    ANSWER = "answer", "Återkoppla"


class SharedState(models.TextChoices):
    """A de-identified deviation on the group's desk (DEV-6)."""

    RECEIVED = "received", "Inkommen"
    ON_AGENDA = "on_agenda", "På dagordningen"
    ANALYSED = "analysed", "Analyserad"
    LEARNT = "learnt", "Lärdomen återkopplad"


class SharedDo(models.TextChoices):
    PUT_ON_AGENDA = "put_on_agenda", "Sätt upp på dagordningen"
    ANALYSE = "analyse", "Skriv gruppens analys"
    TELL_LESSON = "tell_lesson", "Återkoppla lärdomen"


class ImprovementState(models.TextChoices):
    DECIDED = "decided", "Beslutad"
    DONE = "done", "Genomförd"
    NOT_DONE = "not_done", "Gick inte att genomföra"
    EVALUATED = "evaluated", "Effekten uppföljd"


class ImprovementDo(models.TextChoices):
    REPORT_DONE = "report_done", "Rapportera som genomförd"
    REPORT_NOT_DONE = "report_not_done", "Rapportera att det inte gick"
    EVALUATE = "evaluate", "Följ upp effekten"


class Severity(models.TextChoices):
    """How serious it was or could have been, in the four steps that health care and social services both use."""

    MINOR = "minor", "Mindre"
    MODERATE = "moderate", "Måttlig"
    SERIOUS = "serious", "Betydande"
    SEVERE = "severe", "Mycket allvarlig"


class Outcome(models.TextChoices):
    HAPPENED = "happened", "Det hände"
    COULD_HAVE = "could_have", "Det kunde ha hänt"


class Affected(models.TextChoices):
    PERSON = "person", "En person"
    OPERATION = "operation", "En verksamhet"
    BOTH = "both", "Både en person och en verksamhet"


class StepKind(models.TextChoices):
    """What a step of a routine leaves behind. Analysis and measure go along, de-identified, to the group."""

    TASK = "task", "Att göra"
    ANALYSIS = "analysis", "Analys"
    MEASURE = "measure", "Beslutad åtgärd"


class SharedField(models.TextChoices):
    """The texts of the shared version, in the order they are read."""

    HEADLINE = "headline", "Rubrik"
    HAPPENED = "happened", "Vad som hände"
    ANALYSIS = "analysis", "Analys"
    MEASURE = "measure", "Beslutad åtgärd"


class Resolution(models.TextChoices):
    OPEN = "", "Inte avgjord"
    REPLACED = "replaced", "Ersatt"
    KEPT = "kept", "Behålls"


class Effect(models.TextChoices):
    GOOD = "good", "Det gav avsedd effekt"
    PARTLY = "partly", "Det gav delvis effekt"
    NONE = "none", "Det gav ingen effekt"


HIT_KINDS = [(kind.value, label) for kind, label in FOUND.items()]
"""What the check tells apart, for the model that keeps what it found."""

OPEN_STATES = (State.DRAFT, State.REPORTED, State.HANDLING, State.FINISHED, State.PROPOSED)
ENDED_STATES = (State.SHARED, State.CLOSED, State.WITHDRAWN)
