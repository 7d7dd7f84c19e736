"""Help in place: why a question is asked, and where the agreement says so."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agreements.models import Agreement, Provision
from agreements.values import Term


class Sections:
    """The sections of a case's agreement as links. What another agreement doesn't have is left out."""

    def __init__(self, agreement: Agreement, opened_on: date) -> None:
        self.agreement, self.opened_on = agreement, opened_on

    def of_sip(self) -> SafeString | str:
        return self._link(self._by_number.get(self.agreement.sip_section))

    def of_term(self, key: str) -> SafeString | str:
        term = self._terms.get(key)
        return self._link(self._by_number.get(term.section)) if term else ""

    def about(self, word: str) -> SafeString | str:
        """The first section whose heading holds the word."""
        found = (one for one in self._by_number.values() if word.casefold() in one.heading.casefold())
        return self._link(next(found, None))

    def term_words(self, key: str) -> str:
        """A term's value as people read it: "4 timmar"."""
        return self._terms[key].in_words()

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return self.agreement.terms(on=self.opened_on)

    @cached_property
    def _by_number(self) -> dict[str, Provision]:
        return {one.number: one for one in self.agreement.provisions.all()}

    def _link(self, provision: Provision | None) -> SafeString | str:
        if provision is None:
            return ""
        # In a tab of its own: following it must not cost what is typed.
        return format_html(
            '<a href="{}#{}" target="_blank">{} (öppnas i ny flik)</a>',
            self.agreement.get_absolute_url(),
            provision.number,
            provision,
        )


def explain(field: forms.Field, why: str, section: SafeString | str) -> None:
    """Give a field its "Varför?"."""
    field.why, field.section = why, section  # type: ignore[attr-defined]
