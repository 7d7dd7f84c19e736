"""A refused action, told in the form that asked for it."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from core.authz import Refused

NO_OTHER_NAMES: Mapping[str, str] = {}


def tell(form: forms.BaseForm, refused: Refused, told_at: Mapping[str, str] = NO_OTHER_NAMES) -> None:
    """Show a refusal beside the field it concerns, else above the form.

    `told_at`: the field's name in the form, where the action calls it something else.
    """
    name = told_at.get(refused.field or "", refused.field)
    form.add_error(name if name in form.fields else None, refused.reason)
