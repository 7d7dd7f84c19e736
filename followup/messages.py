"""What this chapter tells. No personal data: a group, a year, a duty and a day."""

from core.outbox import Kind

KINDS = (
    Kind("group.called", "Kallelse till samordningsgruppens möte", "{group} träffas {when}."),
    Kind("group.call_changed", "Ett möte i samordningsgruppen har ändrats", "{group}: ny tid eller plats, {when}."),
    Kind("group.cancelled", "Ett möte i samordningsgruppen är inställt", "{group}: mötet {when} är inställt."),
    Kind("group.warn", "En uppgift i samordningsgruppen närmar sig", "”{what}” ska vara klart {when}."),
    Kind("group.due", "En uppgift i samordningsgruppen är försenad", "”{what}” skulle ha varit klart {when}."),
    Kind("group.follow_up_opened", "Den årliga uppföljningen är öppen", "{group}: lämna uppföljningen {when}."),
    Kind("group.feedback_given", "Den regionala gruppen har återkopplat", "{group}: läs svaret på er uppföljning."),
    Kind("group.task_given", "Uppdrag från den regionala gruppen", "{group} har fått ett uppdrag. Redovisa {when}."),
    Kind("group.task_answered", "Svar på ett redovisat uppdrag", "{group}: den regionala gruppen har svarat."),
    Kind(
        "group.commented",
        "Synpunkt från en brukarorganisation",
        "{group}: läs synpunkten på {what} och svara.",
    ),
    Kind("group.presented", "Den regionala uppföljningen är klar", "Årets sammanställning är överlämnad: {what}."),
)
