"""States, actions and reasons of chapter 4.1: the case, its calls, its plan."""

from __future__ import annotations

from typing import Self

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "Utkast"
    READY = "ready", "Klart att skicka"
    SENT = "sent", "Skickat"
    ACKNOWLEDGED = "acknowledged", "Mottaget"
    CONTACTED = "contacted", "Första kontakten tagen"
    PLANNED = "planned", "Planen gäller"
    HALTED = "halted", "Stoppat, samtycke saknas"
    DECLINED = "declined", "Personen tackade nej"
    WITHDRAWN = "withdrawn", "Tillbakadraget"
    CLOSED = "closed", "Avslutat"


OPEN_STATES = (
    State.DRAFT, State.READY, State.SENT, State.ACKNOWLEDGED, State.CONTACTED, State.PLANNED, State.HALTED,
)  # fmt: skip
ENDED_STATES = (State.DECLINED, State.WITHDRAWN, State.CLOSED)
WITH_OTHERS = (State.SENT, State.ACKNOWLEDGED, State.CONTACTED, State.PLANNED)
"""States in which called units take part."""
PLANNING = (State.CONTACTED, State.PLANNED)
"""States in which a meeting is held and a plan is written: a contact always comes first (SIP-3)."""


class Do(models.TextChoices):
    EDIT = "edit", "Ändra"
    RECORD_BASIS = "record_basis", "Registrera samtycke eller grund"
    SEND = "send", "Skicka initieringen"
    ACKNOWLEDGE = "acknowledge", "Bekräfta mottagandet"
    REDIRECT = "redirect", "Lämna över till rätt verksamhet"
    RECORD_CONTACT = "record_contact", "Registrera första kontakten"
    PAUSE = "pause", "Pausa fristen"
    RESUME = "resume", "Starta fristen igen"
    MEET = "meet", "Kalla till SIP-möte"
    NOTE_OTHER_PLAN = "note_other_plan", "Notera en plan utanför SIP"
    WITHDRAW_CONSENT = "withdraw_consent", "Registrera att samtycket återkallats"
    DECLINE = "decline", "Registrera att personen tackar nej"
    WITHDRAW = "withdraw", "Dra tillbaka initieringen"
    CLOSE = "close", "Avsluta"
    DRAFT_PLAN = "draft_plan", "Skriv planen"
    ESTABLISH_PLAN = "establish_plan", "Fastställ planen"
    CONFIRM_MEASURES = "confirm_measures", "Bekräfta era insatser"
    FOLLOW_UP = "follow_up", "Följ upp planen"
    OFFER_LEAD = "offer_lead", "Lämna över det övergripande ansvaret"
    ANSWER_LEAD = "answer_lead", "Svara om det övergripande ansvaret"
    TAKE_LEAD = "take_lead", "Ta över det övergripande ansvaret"


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


class PlanState(models.TextChoices):
    """One version of the plan (SIP-9)."""

    DRAFT = "draft", "Skrivs"
    ESTABLISHED = "established", "Gäller"
    REPLACED = "replaced", "Ersatt av en nyare"
    ENDED = "ended", "Gäller inte längre"


class PlanDo(models.TextChoices):
    WRITE = "write", "Ändra i planen"
    ESTABLISH = "establish", "Fastställ planen"
    REPLACE = "replace", "Ersätt med en ny version"
    END = "end", "Sluta gälla"


class CommitmentState(models.TextChoices):
    """One unit's measures in one version: it answers for them when it has said so itself (SIP-7)."""

    WAITING = "waiting", "Inte bekräftade"
    CONFIRMED = "confirmed", "Bekräftade"


class OfferState(models.TextChoices):
    """An offer to take over the overall responsibility (SIP-11)."""

    OFFERED = "offered", "Väntar på svar"
    ACCEPTED = "accepted", "Tagit över"
    DECLINED = "declined", "Tackat nej"
    ENDED = "ended", "Gäller inte längre"


class OfferDo(models.TextChoices):
    ACCEPT = "accept", "Ta över ansvaret"
    DECLINE = "decline", "Tacka nej"
    END = "end", "Ta tillbaka frågan"


class PlanTextKind(models.TextChoices):
    """The texts of a plan beside goals and measures, the person's own words first (SIP-7)."""

    MATTERS = "matters", "Det här är viktigt för mig"
    NEEDS = "needs", "Det här behöver jag stöd med"
    CRISIS = "crisis", "Om det blir kris"
    DISSENT = "dissent", "Det här är vi inte överens om"


class GoalSpan(models.TextChoices):
    SHORT = "short", "Delmål på kortare sikt"
    LONG = "long", "Mål på längre sikt"


class Doer(models.TextChoices):
    """Who does a measure. Only a unit answers for it towards the other parties; the others are noted (SIP-7)."""

    UNIT = "unit", "En verksamhet"
    PERSON = "person", "Personen själv"
    OTHER = "other", "Någon annan"


class GoalResult(models.TextChoices):
    REACHED = "reached", "Nått"
    PARTLY = "partly", "Delvis nått"
    NOT_REACHED = "not_reached", "Inte nått"


class MeasureResult(models.TextChoices):
    DONE = "done", "Gjord"
    GOING_ON = "going_on", "Pågår"
    NOT_DONE = "not_done", "Inte gjord än"
    DROPPED = "dropped", "Avslutas utan att vara gjord"


OPEN_RESULTS = (MeasureResult.GOING_ON, MeasureResult.NOT_DONE)
"""What has one of these, or none, goes on in the next version (SIP-9)."""
NEEDS_WHY = (MeasureResult.NOT_DONE, MeasureResult.DROPPED)


class FollowUpDecision(models.TextChoices):
    NEW_VERSION = "new_version", "Skriv en ny version av planen"
    KEEP = "keep", "Låt planen gälla som den är och följ upp igen"
    CLOSE = "close", "Avsluta, behovet av samordning finns inte längre"


class ViewAsked(models.TextChoices):
    """Whether the person's own view was asked for. It always is, or the reason is recorded (IND-2)."""

    YES = "yes", "Ja"
    NO = "no", "Nej"


class RatingReader(models.TextChoices):
    """Whose copy of the plan a rating code is printed on (SIP-10)."""

    SELF = "self", "Personen själv"
    GUARDIAN = "guardian", "Vårdnadshavare"


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


class Gap(str):
    """A sentence about something a plan lacks, which knows where in the editor it is mended."""

    anchor: str

    def __new__(cls, text: str, anchor: str) -> Self:
        made = super().__new__(cls, text)
        made.anchor = anchor
        return made


class Missing(str):
    """A sentence about something a draft lacks, which knows where it is mended."""

    step: Step

    def __new__(cls, text: str, step: Step) -> Self:
        made = super().__new__(cls, text)
        made.step = step
        return made


# --- the meeting ------------------------------------------------------------------------------------------------------
class MeetingState(models.TextChoices):
    CALLED = "called", "Kallat"
    HELD = "held", "Genomfört"
    CANCELLED = "cancelled", "Inställt"


class MeetingDo(models.TextChoices):
    RESCHEDULE = "reschedule", "Ändra tid eller plats"
    CALL_UNIT = "call_unit", "Kalla en verksamhet till"
    INVITE = "invite", "Bjud in fler"
    UNINVITE = "uninvite", "Ta bort inbjudan"
    CANCEL = "cancel", "Ställ in mötet"
    HOLD = "hold", "Registrera vilka som var med"
    WRITE_NOTES = "write_notes", "Skriv anteckningar"


class ReplyState(models.TextChoices):
    WAITING = "waiting", "Har inte svarat"
    COMES = "comes", "Kommer"
    DEPUTY = "deputy", "Skickar ersättare"
    REDIRECTED = "redirected", "Lämnat över till en annan"
    ENDED = "ended", "Gäller inte längre"


class ReplyDo(models.TextChoices):
    COME = "come", "Svara att ni kommer"
    SEND_DEPUTY = "send_deputy", "Svara att en ersättare kommer"
    ASK_AGAIN = "ask_again", "Be om nytt svar"
    HAND_OVER = "hand_over", "Lämna över"


class MeetingPlace(models.TextChoices):
    ROOM = "room", "Vi ses på plats"
    VIDEO = "video", "Videomöte"
    PHONE = "phone", "Telefonmöte"


class GuestKind(models.TextChoices):
    PERSON = "person", "Personen själv"
    GUARDIAN = "guardian", "Vårdnadshavare"
    RELATIVE = "relative", "Närstående"
    REPRESENTATIVE = "representative", "God man, förvaltare eller ombud"
    FORSAKRINGSKASSAN = "forsakringskassan", "Försäkringskassan"
    ARBETSFORMEDLINGEN = "arbetsformedlingen", "Arbetsförmedlingen"
    OTHER = "other", "Någon annan"


INVITED = tuple(kind for kind in GuestKind if kind not in (GuestKind.PERSON, GuestKind.GUARDIAN))
"""Those who come only when the person agrees. Huvudmän are called, these are invited (SIP-5)."""


class Part(models.TextChoices):
    """How the person takes part in the meeting."""

    ALL = "all", "Är med hela mötet"
    SOME = "some", "Är med en del av mötet"
    THROUGH = "through", "Är inte med, men någon för fram personens åsikt"
    NOT = "not", "Vill inte vara med"


class Gets(models.TextChoices):
    """What somebody outside the portal may get of the meeting."""

    CALL = "call", "Tid, plats, syfte och frågor"
    TIME = "time", "Bara tid och plats"
    NOTES = "notes", "Anteckningarna"
    PLAN = "plan", "Planen"
    MEASURES = "measures", "Vilka insatser som planeras"


# --- plans made elsewhere ---------------------------------------------------------------------------------------------
class OtherPlanKind(models.TextChoices):
    DISCHARGE = "discharge", "Planering inför utskrivning från sjukhus"
    OPT = "opt", "Vårdplan för öppen psykiatrisk tvångsvård (ÖPT)"
    ORV = "orv", "Vårdplan för öppen rättspsykiatrisk vård (ÖRV)"


COMPULSORY = (OtherPlanKind.OPT, OtherPlanKind.ORV)
"""Tried anew at intervals, and followed by a SIP when it ends (SIP-12)."""


class OtherPlanState(models.TextChoices):
    ONGOING = "ongoing", "Pågår"
    ENDED = "ended", "Upphörd"


class OtherPlanDo(models.TextChoices):
    REVIEW = "review", "Registrera ny prövning"
    END = "end", "Registrera att den upphört"
