"""Calendar files of meetings. They hold no personal data: not who it is about, what for, nor where (LAW-6).

Calendars lie outside the portal, are shared with colleagues and shown on telephones. The file says that there is a
meeting and when; the portal tells the rest to those who may see it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

from sip.kinds import MeetingState
from sip.models import Meeting

SUMMARY = "SIP-möte"


def calendar_file(meeting: Meeting, address: str, now: datetime) -> bytes:
    """The meeting as an iCalendar file. `address`: its page. A moved meeting replaces the entry it made before, a
    cancelled one takes it away: same UID, higher SEQUENCE (RFC 5546)."""
    is_cancelled = meeting.state == MeetingState.CANCELLED
    entry = Event()
    entry.add("uid", f"{meeting.pk}@samordningsportalen")
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", meeting.starts_at.astimezone(UTC))
    entry.add("dtend", meeting.ends_at.astimezone(UTC))
    entry.add("summary", SUMMARY)
    entry.add("location", "Se portalen")
    entry.add("url", address)
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    entry.add("organizer", vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Samordningsportalen//SIP//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
