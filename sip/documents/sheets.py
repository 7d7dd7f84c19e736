"""What every document of a SIP is made from: the case from one unit's chair, and the forms it can be had in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from core.acting import Actor
from core.authz import Refused
from core.documents import Document
from core.pdf import Variant
from individuals import documents
from individuals.documents import File
from individuals.models import Basis, Guardian
from organisations.models import Unit
from sip import panels
from sip.models import Plan, SipCase


@dataclass(frozen=True)
class Desk:
    """A case as one unit has it before it now. What several documents need is read once."""

    case: SipCase
    by: Actor
    now: datetime
    number: int | None = None
    """The version of the plan asked for; none means the latest."""

    @property
    def initiated(self) -> bool:
        return self.case.matter.initiator_id == self.by.unit_id

    @cached_property
    def basis(self) -> Basis | None:
        return panels.basis_in_use(self.case.matter)

    @cached_property
    def guardians(self) -> list[Guardian]:
        return list(self.case.matter.person.guardians.all())

    @cached_property
    def plan(self) -> Plan | None:
        """The version that documents are made of: one that has been established, never a draft."""
        found = Plan.objects.filter(case_id=self.case.pk, established_at__isnull=False).select_related(
            "lead_unit__authority__huvudman", "established_by"
        )
        if self.number is not None:
            found = found.filter(number=self.number)
        return found.order_by("-number").first()

    @cached_property
    def unit(self) -> Unit:
        """The acting unit."""
        return Unit.objects.select_related("authority__huvudman").get(pk=self.by.unit_id)

    @property
    def called(self) -> list[Unit]:
        """The units that are or will be called."""
        return [call.unit for call in self.case.calls.all() if call.state in ("called", "acknowledged")]


@dataclass(frozen=True, slots=True)
class Asked:
    """The form a document is asked for in."""

    variant: Variant = Variant.READING
    large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One kind of document.

    `applies`: whether it is a document of such a case at all. `missing`: the reason, in words, why it can't be made
    now, or nothing. `facts`: what the template shows; `version`: that of what it tells. `is_filed`: each party files
    its copy of it and says so (IND-10).
    """

    name: str
    kind: str
    title: str
    about: str
    template: str
    missing: Callable[[Desk], str]
    facts: Callable[[Desk], Mapping[str, Any]]
    version: Callable[[Desk], int | None] = lambda desk: None
    applies: Callable[[Desk], bool] = lambda desk: True
    has_large: bool = False
    is_filed: bool = False

    def make(self, desk: Desk, asked: Asked) -> File:
        """The document as a file. Raises `Refused` when it can't be made, `Gone` when the right to it just ended."""
        self.require(desk)
        return documents.make(
            matter=desk.case.matter,
            document=self.document(desk, asked),
            context=self.context(desk),
            by=desk.by,
            now=desk.now,
        )

    def require(self, desk: Desk) -> None:
        if reason := self.missing(desk):
            raise Refused(reason)

    def document(self, desk: Desk, asked: Asked) -> Document:
        return Document(
            kind=self.kind,
            title=self.title,
            template=self.template,
            reference=desk.case.matter.reference,
            unit_name=desk.by.unit_name,
            huvudman_name=desk.by.huvudman_name,
            made_at=desk.now,
            version=self.version(desk),
            variant=asked.variant,
            large=asked.large and self.has_large,
        )

    def context(self, desk: Desk) -> dict[str, Any]:
        return {"case": desk.case, "person": desk.case.matter.person, "now": desk.now, **self.facts(desk)}
