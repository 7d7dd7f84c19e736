"""The calendar file of a meeting: time, place and the group's name. No personal data, no agenda (LAW-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from followup.kinds import MeetingState
from followup.models import Meeting


def calendar_file(meeting: Meeting, now: datetime) -> bytes:
    """One meeting as iCalendar. A moved or cancelled one replaces the earlier file: same id, higher sequence."""
    calendar = Calendar()
    calendar.add("prodid", "-//Samordningsportalen//sv//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.state == MeetingState.CANCELLED else "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@samordningsportalen")
    event.add("sequence", meeting.calls_sent)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.starts_at + timedelta(minutes=meeting.minutes_long))
    event.add("summary", f"Möte i {meeting.group.name}")
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
