"""Write a pack's huvudmän, authorities, units and groups."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.problems import Problem
from agreements.reading import Pack
from agreements.rows import bring_in_line, put
from agreements.schema import AuthorityRow
from organisations.models import Authority, CoordinationGroup, Huvudman, Unit


def taken_over(pack: Pack) -> list[Problem]:
    """Keys in the pack that stand for something else in the database: another pack's, or added locally."""
    return [*_taken_huvudmen(pack), *_taken_authorities(pack), *_taken_groups(pack)]


def _taken_huvudmen(pack: Pack) -> Iterator[Problem]:
    """A number may be corrected and a name changed, but who changes both is somebody else."""
    there = {row.key: row for row in Huvudman.objects.all()}
    holders = {row.organisation_number: row.key for row in there.values()}
    for file, data in pack.organisations.items():
        row, other = data.huvudman, there.get(data.huvudman.key)
        if other and other.name != row.name and other.organisation_number != row.organisation_number:
            reason = f"nyckeln {row.key} används redan av {other.name}, {other.organisation_number}"
            yield Problem(file, "huvudman.key", reason)
        if holders.get(row.organisation_number, row.key) != row.key:
            reason = f"organisationsnumret finns redan, under nyckeln {holders[row.organisation_number]}"
            yield Problem(file, "huvudman.organisation_number", reason)


def _taken_authorities(pack: Pack) -> Iterator[Problem]:
    authorities = dict(Authority.objects.values_list("key", "huvudman__key"))
    units = dict(Unit.objects.values_list("key", "authority__huvudman__key"))
    for file, data in pack.organisations.items():
        home = data.huvudman.key
        for authority in data.authority:
            path = f'authority["{authority.key}"]'
            if (holder := authorities.get(authority.key, home)) != home:
                yield Problem(file, f"{path}.key", f"nyckeln {authority.key} används redan av en myndighet i {holder}")
            for unit in authority.units:
                if (holder := units.get(unit.key, home)) != home:
                    reason = f"nyckeln {unit.key} används redan av en verksamhet i {holder}"
                    yield Problem(file, f'{path}.units["{unit.key}"].key', reason)


def _taken_groups(pack: Pack) -> Iterator[Problem]:
    groups = {row[0]: row[1:] for row in CoordinationGroup.objects.values_list("key", "kind", "municipality__key")}
    for group in pack.groups.group if pack.groups else []:
        if groups.get(group.key, (group.kind, group.municipality)) != (group.kind, group.municipality):
            reason = f"nyckeln {group.key} används redan av en annan grupp"
            yield Problem("groups.toml", f'group["{group.key}"].key', reason)


def write_organisations(pack: Pack) -> None:
    """Create and update what the files name. What they don't name was added locally and stays."""
    huvudmen = {}
    for file in pack.organisations.values():
        row = file.huvudman
        huvudmen[row.key] = put(
            Huvudman,
            {"key": row.key},
            kind=row.kind,
            name=row.name,
            organisation_number=row.organisation_number,
            municipality_code=row.municipality_code or "",
        )
    units: dict[str, Unit] = {}
    for file in pack.organisations.values():
        for authority_row in file.authority:
            units |= _write_authority(authority_row, huvudmen[file.huvudman.key], huvudmen)
    # Parents come second: a unit may be named before the one above it.
    for file in pack.organisations.values():
        for authority_row in file.authority:
            for unit_row in authority_row.units:
                above = units[unit_row.parent].pk if unit_row.parent else None
                bring_in_line(units[unit_row.key], {"parent_id": above})
    for group in pack.groups.group if pack.groups else []:
        municipality = huvudmen[group.municipality] if group.municipality else None
        put(CoordinationGroup, {"key": group.key}, kind=group.kind, name=group.name, municipality=municipality)


def _write_authority(row: AuthorityRow, home: Huvudman, huvudmen: dict[str, Huvudman]) -> dict[str, Unit]:
    authority = put(Authority, {"key": row.key}, huvudman=home, kind=row.kind, name=row.name)
    units = {}
    for unit_row in row.units:
        unit = put(
            Unit,
            {"key": unit_row.key},
            authority=authority,
            kind=unit_row.kind,
            name=unit_row.name,
            provider=unit_row.provider,
        )
        unit.serves.set([home] if unit_row.serves is None else [huvudmen[key] for key in unit_row.serves])
        units[unit.key] = unit
    return units
