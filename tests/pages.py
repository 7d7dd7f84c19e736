"""Helpers for tests of pages: a client that works in one assignment, and a page's text as people read it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from core.acting import Actor
from organisations.acting import actor_for
from organisations.kinds import CASE_ROLES
from organisations.middleware import SESSION_ASSIGNMENT
from organisations.models import Assignment, User


def client_for(by: Actor) -> Client:
    """A browser signed in as the actor, with that assignment chosen."""
    client = Client()
    client.force_login(User.objects.get(pk=by.user_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_ASSIGNMENT] = str(by.assignment_id)
    session.save()
    return client


def at_unit(username: str, unit_key: str) -> Actor:
    """The assignment with a part in cases, at one unit, of somebody who has several."""
    found = Assignment.objects.select_related("user", "unit__authority__huvudman")
    return actor_for(found.get(user__username=username, unit__key=unit_key, role__in=CASE_ROLES))


def words(response: Any) -> str:
    """What the main part of the page says, without tags and with single spaces."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    assert main is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main.group())).split())


def without_token(response: Any) -> str:
    """The page without what differs between any two requests."""
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[=" ]*"?[\w]+', "", response.content.decode())
