"""The first administrator of a huvudman gets in without anybody above the rules."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command

from organisations.kinds import Role
from organisations.models import Assignment, User
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
ANNA = ["anna", "--first-name", "Anna", "--last-name", "Ny", "--email", "anna@example.invalid"]


def test_the_first_administrator_gets_a_temporary_password_and_no_more_than_the_role():
    out = io.StringIO()
    with as_owner():
        call_command("appoint", *ANNA, "--unit", "hylte-kommunledning", stdout=out)
    user = User.objects.get(username="anna")
    password = re.search(r"lösenord: (\S+)", out.getvalue())
    assert password is not None
    assert user.check_password(password[1])
    assert user.password_is_temporary
    assert [a.role for a in Assignment.objects.filter(user=user)] == [Role.LOCAL_ADMINISTRATOR]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*ANNA, "--unit", "finns-inte"], "ingen verksamhet"),
        (["drift", *ANNA[1:], "--unit", "regionkontoret"], "upptaget"),
    ],
)
def test_a_mistake_makes_nothing(arguments, says):
    with as_owner(), pytest.raises(CommandError, match=says):
        call_command("appoint", *arguments)
    assert not User.objects.filter(username="anna").exists()
