"""Write one agreement's rows in line with its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models

from agreements.models import Agreement, Provision, TargetGroup
from agreements.reading import AgreementFolder
from agreements.rows import bring_in_line, put, put_all
from agreements.schema import (
    AgreementFile,
    ChecklistFile,
    DecisionRow,
    FileModel,
    GlossaryFile,
    HousingFile,
    ResponsibilitiesFile,
    TermRow,
)
from agreements.values import DecisionKind, Origin
from organisations.models import Huvudman

M = TypeVar("M", bound=models.Model)


class AgreementWriter:
    """Writes the parts of one agreement. Rows keep their ids; what the files no longer name is deleted last."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.sections: dict[str, Provision] = {}
        self.dropped: list[models.Model] = []

    def parties(self, keys: Sequence[str]) -> None:
        huvudmen = Huvudman.objects.in_bulk(keys, field_name="key")
        self._put(self.agreement.parties.all(), ["huvudman_id"], ({"huvudman_id": huvudmen[k].pk} for k in keys))

    def decisions(self, rows: Sequence[DecisionRow], now: datetime) -> None:
        """The adoptions that the file knows of. What parties recorded themselves is left alone."""
        huvudmen = Huvudman.objects.in_bulk([row.party for row in rows], field_name="key")
        from_file = self.agreement.decisions.filter(origin=Origin.FILE)
        wanted = {(huvudmen[row.party].pk, row.body, row.decided_on, row.reference) for row in rows}
        for there in from_file.standing():
            values = (there.huvudman_id, there.body, there.decided_on, there.reference)
            if values in wanted:
                wanted.remove(values)
            else:
                there.struck_at, there.struck_reason = now, "Står inte längre i överenskommelsens fil."
                there.save(update_fields=["struck_at", "struck_reason"])
        for huvudman_id, body, decided_on, reference in sorted(wanted, key=str):
            self.agreement.decisions.create(
                huvudman_id=huvudman_id, kind=DecisionKind.ADOPTS, body=body, decided_on=decided_on,
                reference=reference, origin=Origin.FILE, recorded_at=now,
            )  # fmt: skip

    def provisions(self, rows: Iterable[FileModel]) -> None:
        """The sections, in two steps: a chapter's row must be there before its parts can point at it."""
        values = [{**row.model_dump(), "position": position} for position, row in enumerate(rows)]
        kept = self._put(self.agreement.provisions.all(), ["number"], values)
        self.sections = {row.number: row for row in kept}
        for row in kept:
            chapter = self.sections.get(row.number.rpartition(".")[0])
            bring_in_line(row, {"parent_id": chapter.pk if chapter else None})

    def rows(self, existing: models.QuerySet[M], rows: Iterable[FileModel], **renamed: str) -> list[M]:
        """Rows that are recognised by `key`, are kept in the file's order and may name a section.

        `renamed` maps a model's field to the file's word for it.
        """
        values = []
        for position, row in enumerate(rows):
            fields = {**row.model_dump(), "position": position}
            fields = self._pointing(fields)
            for field, word in renamed.items():
                fields[field] = fields.pop(word)
            values.append(fields)
        return self._put(existing, ["key"], values)

    def sip_parties(self, main: AgreementFile) -> None:
        rows = [row.model_dump(mode="json") for row in main.sip.party] if main.sip else []
        self._put(self.agreement.sip_parties.all(), ["key"], rows)

    def terms(self, rows: Iterable[TermRow]) -> None:
        """The file's own version of each term. Versions decided by the regional board are left alone."""
        values = [
            {
                **row.model_dump(exclude={"section", "default", "stages"}),
                "stages": [stage.model_dump(mode="json") for stage in row.stages],
                "provision_id": self.sections[row.section].pk,
                "is_default": row.default,
                "valid_from": self.agreement.valid_from,
                "position": position,
            }
            for position, row in enumerate(rows)
        ]
        self._put(self.agreement.term_versions.filter(origin=Origin.FILE), ["key"], values)

    def glossary(self, glossary: GlossaryFile) -> None:
        for existing, words, section in (
            (self.agreement.definitions, glossary.definitions, glossary.definition_section),
            (self.agreement.abbreviations, glossary.abbreviations, glossary.abbreviation_section),
        ):
            values = [
                {"word": word, "meaning": meaning, "provision_id": self.sections[section].pk}
                for word, meaning in words.items()
            ]
            self._put(existing.all(), ["word"], values)

    def word_groups(self, groups: Iterable[list[str]]) -> None:
        self._replace(self.agreement.word_groups, ({"words": words} for words in groups))

    def coverage(self, data: ChecklistFile | None) -> None:
        rows = [{"item": row.key, "sections": row.sections, "note": row.note} for row in (data.item if data else [])]
        self._replace(self.agreement.coverage, rows)

    def housing(self, data: HousingFile | None) -> None:
        steps = [*data.step, data.otherwise] if data else []
        rows = (self._pointing({"key": "otherwise", **step.model_dump()}) for step in steps)
        self._replace(self.agreement.housing_steps, ({**row, "position": i} for i, row in enumerate(rows)))

    def responsibilities(self, data: ResponsibilitiesFile, target_groups: Sequence[TargetGroup]) -> None:
        areas = {area.key: area for area in self.rows(self.agreement.responsibility_areas.all(), data.area)}
        values = [
            {
                **row.model_dump(exclude={"section", "area", "target_groups"}),
                "area_id": areas[row.area].pk,
                "provision_id": self.sections[row.section].pk,
                "position": position,
            }
            for position, row in enumerate(data.responsibility)
        ]
        kept = self._put(self.agreement.responsibilities.all(), ["key"], values)
        for row, saved in zip(data.responsibility, kept, strict=True):
            chosen = [g for g in target_groups if row.target_groups is None or g.key in row.target_groups]
            saved.target_groups.set(chosen)

    def delete_dropped(self) -> None:
        """Delete what is no longer named, pointing rows first. Raises when something else still points at a row."""
        for row in reversed(self.dropped):
            row.delete()

    def _pointing(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields with the section's row instead of its number."""
        if "section" not in fields:
            return fields
        number = fields.pop("section")
        return {**fields, "provision_id": self.sections[number].pk}

    def _replace(self, existing: Any, rows: Iterable[dict[str, Any]]) -> None:
        """Write rows that nothing points at, so that their ids need not last."""
        existing.all().delete()
        existing.bulk_create([existing.model(agreement=self.agreement, **row) for row in rows])

    def _put(self, existing: models.QuerySet[M], key: Sequence[str], rows: Iterable[dict[str, Any]]) -> list[M]:
        kept, dropped = put_all(existing, key, ({"agreement": self.agreement, **row} for row in rows))
        self.dropped += dropped
        return kept


class _Values:
    """A file's row as the database holds it: what the file leaves out is an empty text."""

    EMPTY = ("unit", "coordination", "waits")

    def __init__(self, row: FileModel) -> None:
        self.row = row

    def model_dump(self) -> dict[str, Any]:
        values = self.row.model_dump(mode="json")
        return {name: "" if value is None and name in self.EMPTY else value for name, value in values.items()}


def _in_words(rows: Iterable[FileModel]) -> Any:
    return [_Values(row) for row in rows]


def write_agreement(folder: AgreementFolder, *, pack: str, last_day: date, now: datetime) -> Agreement:
    """Write an agreement that has passed every check. Deletes what its files no longer name.

    `last_day`: the file's, or a later one that the agreement has been prolonged to since.
    """
    main, provisions, terms = folder.agreement, folder.provisions, folder.terms
    glossary, responsibilities = folder.glossary, folder.responsibilities
    assert main and provisions and terms  # noqa: PT018
    assert glossary and responsibilities  # noqa: PT018

    agreement = put(
        Agreement,
        {"key": main.key},
        pack=pack,
        name=main.name,
        short_name=main.short_name,
        purpose=main.purpose,
        scope=main.scope,
        valid_from=main.valid_from,
        valid_to=last_day,
        board_name=main.board,
        adoption_assumed=main.adoption.assumed,
        adoption_section=main.adoption.section,
        adoption_summary=main.adoption.summary,
        renewal_kind=main.renewal.kind,
        renewal_months_before=main.renewal.months_before_end,
        renewal_extension_months=main.renewal.extension_months,
        renewal_section=main.renewal.section,
        renewal_summary=main.renewal.summary,
        sip_parties_required=main.sip.parties_required if main.sip else None,
        sip_section=main.sip.section if main.sip else "",
        checksum=folder.checksum,
        loaded_at=now,
    )
    writer = AgreementWriter(agreement)
    writer.parties(main.parties)
    writer.decisions(main.adoption.decision, now)
    writer.provisions(provisions.provision)
    target_groups = writer.rows(agreement.target_groups.all(), main.target_group)
    writer.sip_parties(main)
    writer.terms(terms.term)
    writer.rows(agreement.dispute_levels.all(), main.dispute_level, is_final="final")
    writer.rows(agreement.cost_rules.all(), main.cost_rule)
    writer.rows(agreement.indicators.all(), _in_words(main.indicator), is_default="default")
    writer.rows(agreement.agenda_points.all(), _in_words(main.agenda_point))
    writer.glossary(glossary)
    writer.responsibilities(responsibilities, target_groups)
    writer.word_groups(glossary.synonyms)
    writer.housing(folder.housing)
    writer.coverage(folder.checklist)
    writer.delete_dropped()
    return agreement
