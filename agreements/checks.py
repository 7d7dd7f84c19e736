"""What the files of a pack must agree on with each other: references, uniqueness, ladders, clocks, periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, pairwise

from agreements.catalogue import TERMS
from agreements.checklist import national_checklist
from agreements.problems import Problem
from agreements.reading import AgreementFolder, Pack
from agreements.schema import AgreementFile, DisputeLevelRow, TermRow
from agreements.values import TIME_UNITS, StageName, TermUnit
from organisations.kinds import LOCAL_GROUPS, HuvudmanKind

# Rough length of a unit in hours: enough to tell that stages come in order, never used for a due time.
HOURS = {
    TermUnit.HOURS: 1,
    TermUnit.WORKING_DAYS: 24,
    TermUnit.DAYS: 24,
    TermUnit.MONTHS: 730,
    TermUnit.YEARS: 8760,
}


def check_pack(pack: Pack, known_huvudmen: Iterable[str] = ()) -> list[Problem]:
    """Return every disagreement between the files. `known_huvudmen`: keys that are already in the database."""
    found = list(_organisations(pack))
    huvudmen = {file.huvudman.key for file in pack.organisations.values()} | set(known_huvudmen)
    found += _repeated("", "nyckeln", ((a.file("agreement"), a.agreement.key) for a in pack.agreements if a.agreement))
    for folder in pack.agreements:
        found += _agreement(folder, huvudmen)
    found += _overlaps(pack)
    return found


def _repeated(path: str, what: str, rows: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """A problem for each value that stands more than once, at its last file."""
    rows = list(rows)
    counts = Counter(value for _, value in rows)
    for file, value in {value: (file, value) for file, value in rows}.values():
        if counts[value] > 1:
            yield Problem(
                file, f'{path}["{value}"]' if path else "key", f"{what} {value} används {counts[value]} gånger"
            )


# --- organisations -----------------------------------------------------------------------------------------------


def _organisations(pack: Pack) -> Iterator[Problem]:
    files = pack.organisations.items()
    huvudmen = {file.huvudman.key: file.huvudman for _, file in files}

    yield from _repeated("huvudman", "nyckeln", ((n, f.huvudman.key) for n, f in files))
    yield from _repeated("huvudman", "organisationsnumret", ((n, f.huvudman.organisation_number) for n, f in files))
    yield from _repeated("huvudman", "namnet", ((n, f.huvudman.name) for n, f in files))
    yield from _repeated("authority", "nyckeln", ((n, a.key) for n, f in files for a in f.authority))
    yield from _repeated("unit", "nyckeln", ((n, u.key) for n, f in files for a in f.authority for u in a.units))

    if pack.identity and pack.organisations:
        region = huvudmen.get(pack.identity.region)
        if region is None or region.kind != HuvudmanKind.REGION:
            yield Problem("pack.toml", "region", f"regionen {pack.identity.region} finns inte i organisations/")

    above = {unit.key: unit.parent for _, file in files for authority in file.authority for unit in authority.units}
    for name, file in files:
        yield from _repeated("authority", "namnet", ((name, authority.name) for authority in file.authority))
        for authority in file.authority:
            yield from _repeated(
                f'authority["{authority.key}"].units', "namnet", ((name, unit.name) for unit in authority.units)
            )
            for unit in authority.units:
                path = f'authority["{authority.key}"].units["{unit.key}"]'
                if unit.parent and unit.parent not in above:
                    yield Problem(name, f"{path}.parent", f"verksamheten {unit.parent} finns inte")
                elif _leads_back(unit.key, above):
                    yield Problem(name, f"{path}.parent", "verksamheten är överordnad sig själv")
                if unit.serves is None and file.huvudman.kind == HuvudmanKind.REGION:
                    yield Problem(
                        name, f"{path}.serves", "regionens verksamheter måste ange vilka kommuner de tar emot"
                    )
                for key in unit.serves or []:
                    if key not in huvudmen or huvudmen[key].kind != HuvudmanKind.MUNICIPALITY:
                        yield Problem(name, f"{path}.serves", f"kommunen {key} finns inte")

    if pack.groups:
        yield from _repeated("group", "nyckeln", (("groups.toml", g.key) for g in pack.groups.group))
        for group in pack.groups.group:
            path = f'group["{group.key}"].municipality'
            if (group.kind in LOCAL_GROUPS) != (group.municipality is not None):
                yield Problem("groups.toml", path, "SSGB och SSGV ska ha en kommun, regionens grupper ska inte ha det")
            elif group.municipality and (
                group.municipality not in huvudmen or huvudmen[group.municipality].kind != HuvudmanKind.MUNICIPALITY
            ):
                yield Problem("groups.toml", path, f"kommunen {group.municipality} finns inte")


def _leads_back(key: str, above: dict[str, str | None]) -> bool:
    """Whether the chain of parents from a unit comes back to it."""
    passed: set[str] = set()
    step = above.get(key)
    while step and step not in passed:
        if step == key:
            return True
        passed.add(step)
        step = above.get(step)
    return False


# --- one agreement -----------------------------------------------------------------------------------------------


def _agreement(folder: AgreementFolder, huvudmen: set[str]) -> Iterator[Problem]:
    main = folder.agreement
    if main is not None:
        file = folder.file("agreement")
        yield from _repeated("parties", "parten", ((file, key) for key in main.parties))
        for key in dict.fromkeys(main.parties):
            if key not in huvudmen:
                yield Problem(file, "parties", f"parten {key} finns inte bland huvudmännen")
        yield from _repeated("adoption.decision", "parten", ((file, row.party) for row in main.adoption.decision))
        for row in main.adoption.decision:
            if row.party not in main.parties:
                yield Problem(file, f'adoption.decision["{row.party}"]', f"{row.party} är inte part i överenskommelsen")
        for path, rows in (
            ("target_group", main.target_group),
            ("dispute_level", main.dispute_level),
            ("cost_rule", main.cost_rule),
            ("indicator", main.indicator),
            ("agenda_point", main.agenda_point),
        ):
            yield from _repeated(path, "nyckeln", ((file, row.key) for row in rows))
        if main.sip:
            yield from _repeated("sip.party", "nyckeln", ((file, row.key) for row in main.sip.party))
        yield from _ladder(file, main.dispute_level)
    if folder.provisions is not None:
        yield from _sections(folder)
    if folder.terms is not None:
        yield from _terms(folder)
    if folder.responsibilities is not None:
        yield from _responsibilities(folder)
    if folder.checklist is not None:
        yield from _checklist(folder)
    if folder.housing is not None:
        steps = [*(step.key for step in folder.housing.step), "otherwise"]
        yield from _repeated("step", "nyckeln", ((folder.file("housing"), key) for key in steps))


def _checklist(folder: AgreementFolder) -> Iterator[Problem]:
    """Each item at most once, no unknown ones, and a part of the checklist is answered wholly or not at all."""
    assert folder.checklist is not None
    file, answered = folder.file("checklist"), [row.key for row in folder.checklist.item]
    yield from _repeated("item", "nyckeln", ((file, key) for key in answered))
    parts = [{item.key for item in part.items} for part in national_checklist().part]
    for key in sorted(set(answered) - set().union(*parts)):
        yield Problem(file, f'item["{key}"]', "punkten finns inte i den nationella checklistan")
    for part in parts:
        for key in sorted(part - set(answered)) if part & set(answered) else ():
            yield Problem(file, f'item["{key}"]', "punkten är inte besvarad: ange avsnitt, eller varför den saknas")


def _ladder(file: str, levels: list[DisputeLevelRow]) -> Iterator[Problem]:
    finals = [level.key for level in levels if level.final]
    if finals != [levels[-1].key]:
        yield Problem(
            file, "dispute_level", "trappan måste ha ett slut: den sista nivån, och bara den, ska ha final = true"
        )


def _sections(folder: AgreementFolder) -> Iterator[Problem]:
    """Every section named anywhere must be among the provisions, and each provision's chapter too."""
    assert folder.provisions is not None
    file = folder.file("provisions")
    numbers = {row.number for row in folder.provisions.provision}
    yield from _repeated("provision", "numret", ((file, row.number) for row in folder.provisions.provision))
    for number in sorted(numbers):
        chapter = number.rpartition(".")[0]
        if chapter and chapter not in numbers:
            yield Problem(file, f'provision["{number}"]', f"avsnittet hör till {chapter}, som saknas")
    for name, path, section in _named_sections(folder):
        if section not in numbers:
            yield Problem(folder.file(name), path, f"avsnitt {section} finns inte bland avsnitten")


def _named_sections(folder: AgreementFolder) -> Iterator[tuple[str, str, str]]:
    if main := folder.agreement:
        yield "agreement", "renewal.section", main.renewal.section
        yield "agreement", "adoption.section", main.adoption.section
        if main.sip:
            yield "agreement", "sip.section", main.sip.section
        for path, rows in (
            ("target_group", main.target_group),
            ("dispute_level", main.dispute_level),
            ("cost_rule", main.cost_rule),
            ("indicator", main.indicator),
            ("agenda_point", main.agenda_point),
        ):
            for row in rows:
                yield "agreement", f'{path}["{row.key}"].section', row.section
    for term in folder.terms.term if folder.terms else []:
        yield "terms", f'term["{term.key}"].section', term.section
    if folder.glossary:
        yield "glossary", "definition_section", folder.glossary.definition_section
        yield "glossary", "abbreviation_section", folder.glossary.abbreviation_section
    for entry in folder.responsibilities.responsibility if folder.responsibilities else []:
        yield "responsibilities", f'responsibility["{entry.key}"].section', entry.section
    for covered in folder.checklist.item if folder.checklist else []:
        for section in covered.sections:
            yield "checklist", f'item["{covered.key}"].sections', section
    if folder.housing:
        for step in folder.housing.step:
            yield "housing", f'step["{step.key}"].section', step.section
        yield "housing", "otherwise.section", folder.housing.otherwise.section


# --- terms -------------------------------------------------------------------------------------------------------


def _terms(folder: AgreementFolder) -> Iterator[Problem]:
    assert folder.terms is not None
    file = folder.file("terms")
    keys = {term.key for term in folder.terms.term}
    yield from _repeated("term", "nyckeln", ((file, term.key) for term in folder.terms.term))
    for term in folder.terms.term:
        yield from (Problem(file, f'term["{term.key}"]{path}', reason) for path, reason in _term(term))
    if folder.agreement is not None:
        for key, spec in TERMS.items():
            if folder.agreement.scope in spec.required_in and key not in keys:
                yield Problem(file, f'term["{key}"]', "villkoret saknas: ange portalens standard med default = true")
        for level in folder.agreement.dispute_level:
            if level.clock not in keys or not TERMS[level.clock].is_clock:
                path = f'dispute_level["{level.key}"].clock'
                yield Problem(folder.file("agreement"), path, f"fristen {level.clock} finns inte bland villkoren")


def _term(term: TermRow) -> Iterator[tuple[str, str]]:
    spec = TERMS.get(term.key)
    if spec is None:
        yield "", "portalen känner inte till villkoret, kontrollera stavningen"
        return
    if term.unit not in spec.units:
        yield ".unit", f"måste vara {' eller '.join(spec.units)}"
    if term.unit == TermUnit.PERCENT and term.value > 100:
        yield ".value", f"{term.value} procent är mer än 100"
    if term.unit == TermUnit.CALENDAR_MONTH and not 1 <= term.value <= 12:
        yield ".value", f"{term.value} är ingen månad"
    if bool(term.stages) != spec.is_clock:
        yield ".stages", "en frist måste ha steg" if spec.is_clock else "villkoret är ingen frist och ska inte ha steg"
    elif spec.is_clock:
        yield from _stages(term)


def _stages(term: TermRow) -> Iterator[tuple[str, str]]:
    names = [stage.name for stage in term.stages]
    if len(set(names)) != len(names):
        yield ".stages", "samma steg står två gånger"
    if any(stage.unit not in TIME_UNITS for stage in term.stages):
        yield ".stages", "ett steg måste räknas i timmar, dagar, arbetsdagar, månader eller år"
        return
    if not any(stage.name == StageName.DUE and stage.offset == 0 for stage in term.stages):
        yield ".stages", "steget due med offset 0 saknas"
    for stage in term.stages:
        if (stage.name == StageName.WARN and stage.offset >= 0) or (
            stage.name not in (StageName.WARN, StageName.DUE) and stage.offset <= 0
        ):
            yield f'.stages["{stage.name}"].offset', "varningen ska ligga före förfallotiden och cheferna efter"
    moments = [stage.offset * HOURS[stage.unit] for stage in term.stages]
    if any(later < earlier for earlier, later in pairwise(moments)):
        yield ".stages", "stegen står inte i tidsordning"


# --- responsibilities --------------------------------------------------------------------------------------------


def _responsibilities(folder: AgreementFolder) -> Iterator[Problem]:
    assert folder.responsibilities is not None
    file, data = folder.file("responsibilities"), folder.responsibilities
    areas = {area.key for area in data.area}
    groups = {row.key for row in folder.agreement.target_group} if folder.agreement else None
    yield from _repeated("area", "nyckeln", ((file, area.key) for area in data.area))
    yield from _repeated("responsibility", "nyckeln", ((file, row.key) for row in data.responsibility))
    for row in data.responsibility:
        path = f'responsibility["{row.key}"]'
        if row.area not in areas:
            yield Problem(file, f"{path}.area", f"området {row.area} finns inte")
        if row.target_groups == []:
            yield Problem(file, f"{path}.target_groups", "får inte vara tom: utelämna uppgiften för alla målgrupper")
        for key in row.target_groups or []:
            if groups is not None and key not in groups:
                yield Problem(file, f"{path}.target_groups", f"målgruppen {key} finns inte")


# --- periods -----------------------------------------------------------------------------------------------------


def _overlaps(pack: Pack) -> Iterator[Problem]:
    readable = [(folder, folder.agreement) for folder in pack.agreements if folder.agreement is not None]
    for (_, first), (folder, second) in combinations(readable, 2):
        shared = sorted(set(first.parties) & set(second.parties))
        if shared and first.scope == second.scope and _periods_meet(first, second.valid_from, second.valid_to):
            yield Problem(
                folder.file("agreement"),
                "valid_from",
                f"giltighetstiden går in i {first.key} för {', '.join(shared)}",
            )


def _periods_meet(agreement: AgreementFile, start: date, end: date) -> bool:
    return agreement.valid_from <= end and start <= agreement.valid_to
