"""Load a pack into the database: all of it or nothing, again without changing any id.

Runs as the owner of the tables. What the files say is written only when the files have changed since last time, so
that what local administrators have changed since stays changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from agreements.checks import check_pack
from agreements.models import Agreement, AgreementParty, PackLoad, Prolongation
from agreements.problems import PackRefused, Problem
from agreements.reading import PACKS, AgreementFolder, Pack, PackReader, pack_folder
from agreements.schema import AgreementFile
from agreements.watching import move_last_days
from agreements.write_agreement import write_agreement
from agreements.write_organisations import taken_over, write_organisations
from organisations.models import Huvudman


@dataclass(slots=True)
class Loaded:
    """What a load did: the things it wrote, and the things that were already as the files say."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def load_pack(name: str, *, now: datetime, packs: Path = PACKS, force: bool = False) -> Loaded:
    """Validate a pack and write what has changed (with `force`: everything). Raises `PackRefused`, nothing written."""
    reader = PackReader(pack_folder(name, packs))
    pack = reader.read()
    with transaction.atomic():
        problems = reader.problems + check_pack(pack, Huvudman.objects.values_list("key", flat=True))
        problems += _overlaps_with_loaded(pack) + taken_over(pack)
        if problems:
            raise PackRefused(problems)
        try:
            loaded = _write(pack, name, now, force)
            move_last_days(now)
            return loaded
        except IntegrityError as error:
            reason = f"krockar med något som redan finns i databasen: {error}".partition("\n")[0]
            raise PackRefused([Problem(name, "", reason)]) from error


def _overlaps_with_loaded(pack: Pack) -> list[Problem]:
    """Periods that run into agreements this pack's files don't hold."""
    own = [folder.agreement.key for folder in pack.agreements if folder.agreement]
    found = []
    for folder in pack.agreements:
        if (wanted := folder.agreement) is None:
            continue
        meeting = AgreementParty.objects.filter(
            huvudman__key__in=wanted.parties,
            scope=wanted.scope,
            valid_from__lte=wanted.valid_to,
            valid_to__gte=wanted.valid_from,
        ).exclude(agreement__key__in=own)
        for party in meeting.select_related("agreement", "huvudman"):
            reason = f"giltighetstiden går in i {party.agreement.key} för {party.huvudman.key}"
            found.append(Problem(folder.file("agreement"), "valid_from", reason))
    return found


def _write(pack: Pack, name: str, now: datetime, force: bool) -> Loaded:
    done = Loaded()
    if pack.organisations or pack.groups:
        known = not force and PackLoad.objects.filter(name=name, checksum=pack.checksum).exists()
        if not known:
            write_organisations(pack)
            PackLoad.objects.update_or_create(name=name, defaults={"checksum": pack.checksum, "loaded_at": now})
        (done.unchanged if known else done.written).append(f"{len(pack.organisations)} huvudmän med verksamheter")
    for folder in pack.agreements:
        assert folder.agreement is not None
        known = not force and Agreement.objects.filter(key=folder.agreement.key, checksum=folder.checksum).exists()
        last_day = _last_day(folder.agreement, pack)
        if not known:
            _write_one(folder, name, last_day, now)
        elif Agreement.objects.filter(key=folder.agreement.key).exclude(valid_to=last_day).update(valid_to=last_day):
            known = False
        (done.unchanged if known else done.written).append(folder.agreement.name)
    return done


def _last_day(main: AgreementFile, pack: Pack) -> date:
    """The file's last day, or the one it has been prolonged to since; but never into the agreement that follows it."""
    becomes = dict(
        Prolongation.objects.filter(agreement__key=main.key, undone_at=None).values_list("was_to", "becomes_to")
    )
    day = main.valid_to
    while (later := becomes.get(day)) is not None:
        day = later
    others = [folder.agreement for folder in pack.agreements if folder.agreement]
    following = [
        other.valid_from - timedelta(days=1)
        for other in others
        if other.scope == main.scope and other.valid_from > main.valid_to and set(other.parties) & set(main.parties)
    ]
    return min([day, *following])


def _write_one(folder: AgreementFolder, pack: str, last_day: date, now: datetime) -> None:
    try:
        write_agreement(folder, pack=pack, last_day=last_day, now=now)
    except (ProtectedError, RestrictedError) as error:
        used = ", ".join(sorted({row._meta.verbose_name for row in error.args[1]}))
        reason = f"något har tagits bort ur filerna som fortfarande används av: {used}"
        raise PackRefused([Problem(folder.folder, "", reason)]) from error
