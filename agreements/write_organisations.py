"""Write a pack's huvudmän, authorities, units and groups."""

from __future__ import annotations

from agreements.reading import Pack
from agreements.rows import bring_in_line, put
from agreements.schema import AuthorityRow
from organisations.models import Authority, CoordinationGroup, Huvudman, Unit


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
