"""Read a pack's files into validated values. Nothing here touches the database."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from agreements import formats
from agreements.problems import PackRefused, Problem, from_validation
from agreements.schema import (
    AgreementFile,
    ChecklistFile,
    FileModel,
    GlossaryFile,
    GroupsFile,
    HousingFile,
    OrganisationsFile,
    PackFile,
    ProvisionsFile,
    ResponsibilitiesFile,
    TermsFile,
)

PACKS = Path(__file__).resolve().parent / "packs"

F = TypeVar("F", bound=FileModel)


@dataclass(slots=True)
class AgreementFolder:
    """The files of one agreement. A part is None when its file could not be read."""

    folder: str
    agreement: AgreementFile | None
    provisions: ProvisionsFile | None
    terms: TermsFile | None
    glossary: GlossaryFile | None
    responsibilities: ResponsibilitiesFile | None
    checksum: str
    housing: HousingFile | None = None
    checklist: ChecklistFile | None = None

    def file(self, name: str) -> str:
        return f"{self.folder}/{name}.toml"


@dataclass(slots=True)
class Pack:
    """A region's reference data: its organisations, its groups and its agreements."""

    identity: PackFile | None
    organisations: dict[str, OrganisationsFile] = field(default_factory=dict)
    groups: GroupsFile | None = None
    agreements: list[AgreementFolder] = field(default_factory=list)
    checksum: str = ""


class PackReader:
    """Reads files below one pack and remembers every problem instead of stopping at the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.format = formats.CURRENT

    def read(self) -> Pack:
        """Return the pack, with what could not be read left out and told in `problems`."""
        self._find_format()
        pack = Pack(self._file("pack.toml", PackFile))
        for path in sorted((self.root / "organisations").glob("*.toml")):
            name = f"organisations/{path.name}"
            if (organisations := self._file(name, OrganisationsFile)) is not None:
                pack.organisations[name] = organisations
        pack.groups = self._file_if_there("groups.toml", GroupsFile)
        pack.checksum = self._checksum(["pack.toml", "groups.toml", "organisations"])
        for path in sorted(self.root.glob("*/agreement.toml")):
            pack.agreements.append(self._agreement(path.parent.name))
        return pack

    def _find_format(self) -> None:
        try:
            form = tomllib.loads((self.root / "pack.toml").read_text(encoding="utf-8")).get("format", formats.CURRENT)
        except (OSError, ValueError):
            return  # Told when the file itself is read.
        if why := formats.why_unreadable(form):
            self.problems.append(Problem("pack.toml", "format", why))
        else:
            self.format = form

    def _agreement(self, folder: str) -> AgreementFolder:
        return AgreementFolder(
            folder,
            agreement=self._file(f"{folder}/agreement.toml", AgreementFile),
            provisions=self._file(f"{folder}/provisions.toml", ProvisionsFile),
            terms=self._file(f"{folder}/terms.toml", TermsFile),
            glossary=self._file(f"{folder}/glossary.toml", GlossaryFile),
            responsibilities=self._file(f"{folder}/responsibilities.toml", ResponsibilitiesFile),
            checksum=self._checksum([folder]),
            housing=self._file_if_there(f"{folder}/housing.toml", HousingFile),
            checklist=self._file_if_there(f"{folder}/checklist.toml", ChecklistFile),
        )

    def _file_if_there(self, name: str, model: type[F]) -> F | None:
        return self._file(name, model) if (self.root / name).exists() else None

    def _file(self, name: str, model: type[F]) -> F | None:
        try:
            raw = tomllib.loads((self.root / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problems.append(Problem(name, "", "filen saknas"))
        except UnicodeDecodeError:
            self.problems.append(Problem(name, "", "filen är inte skriven i UTF-8"))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(Problem(name, "", f"filen går inte att läsa som TOML: {error}"))
        else:
            try:
                return model.model_validate(formats.upgraded(Path(name).name, raw, self.format))
            except ValidationError as error:
                self.problems += from_validation(name, raw, error)
        return None

    def _checksum(self, names: list[str]) -> str:
        digest = hashlib.sha256()
        for name in names:
            path = self.root / name
            for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
                if file.exists():
                    digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()


def pack_folder(name: str, packs: Path = PACKS) -> Path:
    """Return a pack's folder. Raises `PackRefused` naming the packs there are."""
    there_are = sorted(path.parent.name for path in packs.glob("*/pack.toml"))
    if name not in there_are:
        raise PackRefused([Problem(name, "", f"paketet finns inte, det finns: {', '.join(there_are) or 'inget'}")])
    return packs / name
