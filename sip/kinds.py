"""States, actions and reasons of chapter 4.1 up to the first contact."""

from __future__ import annotations

from typing import Self

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Utkast"
    READY = "ready", "Klart att skicka"
    SENT = "sent", "Skickat"
    ACKNOWLEDGED = "acknowledged", "Mottaget"
    CONTACTED = "contacted", "Första kontakten tagen"
    HALTED = "halted", "Stoppat, samtycke saknas"
    DECLINED = "declined", "Personen tackade nej"
    WITHDRAWN = "withdrawn", "Tillbakadraget"
    CLOSED = "closed", "Avslutat"


OPEN_STATES = (State.DRAFT, State.READY, State.SENT, State.ACKNOWLEDGED, State.CONTACTED, State.HALTED)
ENDED_STATES = (State.DECLINED, State.WITHDRAWN, State.CLOSED)
WITH_OTHERS = (State.SENT, State.ACKNOWLEDGED, State.CONTACTED)
"""States in which called units take part."""


class Do(models.TextChoices):
    EDIT = "edit", "Ändra"
    RECORD_BASIS = "record_basis", "Registrera samtycke eller grund"
    SEND = "send", "Skicka initieringen"
    ACKNOWLEDGE = "acknowledge", "Bekräfta mottagandet"
    REDIRECT = "redirect", "Lämna över till rätt verksamhet"
    RECORD_CONTACT = "record_contact", "Registrera första kontakten"
    PAUSE = "pause", "Pausa fristen"
    RESUME = "resume", "Starta fristen igen"
    WITHDRAW_CONSENT = "withdraw_consent", "Registrera att samtycket återkallats"
    DECLINE = "decline", "Registrera att personen tackar nej"
    WITHDRAW = "withdraw", "Dra tillbaka initieringen"
    CLOSE = "close", "Avsluta"


class CallState(models.TextChoices):
    CALLED = "called", "Väntar på svar"
    ACKNOWLEDGED = "acknowledged", "Bekräftad"
    REDIRECTED = "redirected", "Lämnat över"
    ENDED = "ended", "Avslutad"


class CloseReason(models.TextChoices):
    NO_NEED = "no_need", "Behovet av samordning finns inte längre"
    MOVED = "moved", "Personen har flyttat"
    OTHER_PLAN = "other_plan", "Samordnas i en annan plan"
    MISTAKE = "mistake", "Initieringen blev fel"
    DECEASED = "deceased", "Personen har avlidit"


class ViewAsked(models.TextChoices):
    """Whether the person's own view was asked for. It always is, or the reason is recorded (IND-2)."""

    YES = "yes", "Ja"
    NO = "no", "Nej"


class ContactManner(models.TextChoices):
    PHONE = "phone", "Telefon"
    VIDEO = "video", "Videosamtal"
    MEETING = "meeting", "Möte"
    LETTER = "letter", "Skriftligt"


class Step(models.IntegerChoices):
    """The pages of filing, in order. A draft remembers the last one that was saved."""

    PERSON = 1, "Personen"
    NEED = 2, "Behovet"
    OWN_VIEW = 3, "Egen åsikt"
    RECEIVERS = 4, "Vilka som kallas"
    DETAILS = 5, "Uppgifter att lämna över"
    CONSENT = 6, "Samtycke"
    REVIEW = 7, "Granska och skicka"


class Missing(str):
    """A sentence about something a draft lacks, which knows where it is mended."""

    step: Step

    def __new__(cls, text: str, step: Step) -> Self:
        made = super().__new__(cls, text)
        made.step = step
        return made
