"""Figures: counted anew by other means and equal on the page, in the files and through the API (FUP-5…7)."""

from __future__ import annotations

import csv
import io
import random
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from openpyxl import load_workbook

from core.acting import acting
from core.workdays import STOCKHOLM
from deadlines.models import Clock
from followup import figures
from followup.figures import Figure, Panel, round_half_up
from followup.making import refresh
from followup.models import Cell, Fact, UnitFact
from individuals.kinds import MatterKind
from individuals.models import Matter, Person
from organisations.models import Unit
from sip.models import SipCase
from tests import build_groups as build
from tests.conftest import NOW, actor, as_jobs, as_owner
from tests.test_followup_groups import sign_in

pytestmark = pytest.mark.django_db
YEARS = (2024, 2025, 2026)


def some_years(seed: int = 1) -> list[dict[str, object]]:
    """Cases of children over three years, drawn at random; some municipalities have few. Returns what was drawn."""
    draw = random.Random(seed)
    units = list(Unit.objects.filter(kind="social_children").select_related("authority__huvudman").order_by("key"))
    agreement = build.agreement()
    drawn, people, matters, cases, clocks = [], [], [], [], []
    with as_owner():
        user = actor(units[0].key).user_id
        for place, unit in enumerate(units):
            for year in YEARS:
                for _ in range(draw.randint(0, 3) if place < 2 else draw.randint(8, 16)):
                    sent = datetime(year, draw.randint(1, 2), draw.randint(1, 20), 9, tzinfo=STOCKHOLM)
                    days = draw.randint(0, 9)
                    made = draw.random() < 0.85
                    sex = draw.choice(["female", "male"])
                    born = date(year - draw.randint(4, 16), 6, 1)
                    person = Person(unit=unit, identity_kind="unidentified", first_name="A", last_name="B",
                                    sex=sex, born_on=born, created_at=sent)  # fmt: skip
                    matter = Matter(kind=MatterKind.SIP, person=person, initiator=unit, agreement=agreement,
                                    opened_at=sent)  # fmt: skip
                    contacted = sent + timedelta(days=days, hours=1) if made else None
                    due = sent + timedelta(days=5)
                    people.append(person)
                    matters.append(matter)
                    cases.append(
                        SipCase(
                            matter=matter, state="contacted" if made else "sent", changed_at=sent,
                            submission=uuid.uuid4(), target_groups=["children"], need_noticed_at=sent, sent_at=sent,
                            sent_by_id=user, contacted_at=contacted, contact_unit=unit if made else None,
                            contact_manner="phone" if made else "",
                        )
                    )  # fmt: skip
                    clocks.append(
                        Clock(
                            kind="sip.first_contact", label="x", matter=matter, subject=matter.pk, unit=unit,
                            term_value=3, term_unit="days", started_at=sent, due_at=due, stage_names=[],
                            stage_times=[], stopped_at=contacted,
                        )
                    )  # fmt: skip
                    drawn.append(
                        {
                            "place": unit.authority.huvudman.name, "year": year, "sex": sex, "unit": unit.pk,
                            "made": made, "in_time": made and contacted <= due, "due": made or due <= NOW,
                            "days": (contacted - sent).total_seconds() / 86400 if contacted else 0,
                        }
                    )  # fmt: skip
        for model, rows in ((Person, people), (Matter, matters), (SipCase, cases), (Clock, clocks)):
            model.objects.bulk_create(rows)  # type: ignore[attr-defined]
    with as_jobs():
        refresh(NOW)
    return drawn


def counted_anew(drawn: list[dict[str, object]], indicator: str, year: int, place: str | None) -> float | None:
    """The figure counted by hand from what was drawn."""
    rows = [one for one in drawn if one["year"] == year and place in (None, one["place"])]
    if indicator == "sip_started":
        return float(len(rows))
    if indicator == "first_contact_in_time":
        due = [one for one in rows if one["due"]]
        return 100 * sum(bool(one["in_time"]) for one in due) / len(due) if due else None
    made = [one for one in rows if one["made"]]
    return sum(float(one["days"]) for one in made) / len(made) if made else None  # type: ignore[arg-type]


KEYS = ("sip_started", "first_contact_in_time", "days_to_first_contact")


def test_fup6_every_figure_is_as_counted_anew_and_the_same_on_every_path(client: Client) -> None:
    drawn = some_years()
    by = build.board()
    with acting(by, NOW):
        board = figures.board(build.agreement(), "children", this_year=2026, year=2025)
    shown = 0
    for key in KEYS:
        panel = board.panel(key)
        assert panel is not None
        for figure in [*panel.trend, *panel.places]:
            year = int(figure.label) if figure.label.isdigit() else 2025
            place = None if figure.label.isdigit() or figure.label == "Hela länet" else figure.label
            expected = counted_anew(drawn, key, year, place)
            if figure.is_hidden:
                assert figure.value is None
                continue
            shown += 1
            assert (figure.value is None) == (expected is None), (key, figure)
            if expected is not None:
                assert figure.value == pytest.approx(expected, abs=0.05 if key == "days_to_first_contact" else 1e-9)
    assert shown > 15
    sign_in(client, by)
    page = client.get("/uppfoljning/siffror/barn/?ar=2025").content.decode()
    sheet = list(
        load_workbook(io.BytesIO(client.get("/uppfoljning/siffror/barn/fil.xlsx?ar=2025").content)).active.values
    )
    text = client.get("/uppfoljning/siffror/barn/fil.csv?ar=2025").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    told = client.get("/api/v1/siffror/?grupp=children&ar=2025").json()
    assert len(told) == len(rows) == len(sheet) - 1
    for api, row, cells in zip(told, rows, sheet[1:], strict=True):
        assert (api["name"], api["year"], api["place"], api["value"]) == (cells[0], cells[1], cells[2], cells[5])
        assert row[5] == ("" if api["value"] is None else str(api["value"]).replace(".", ","))
    for panel in board.panels:
        # What has nothing to draw stands in a list of its own, by its name.
        assert (panel.title if panel.is_quiet else panel.sentence.split(".")[0]) in page
        for figure in panel.places:
            value = [one["value"] for one in told if one["indicator"] == panel.key and one["year"] == 2025
                     and one["place"] == figure.label and not one["part"]]  # fmt: skip
            assert value == [figure.plain]


def test_fup6_what_is_kept_back_is_not_in_the_table_at_all() -> None:
    some_years()
    with acting(build.board(), NOW):
        hidden = Cell.objects.filter(is_hidden=True)
        assert hidden.exists()
        assert not hidden.exclude(value=None, count=None).exists()
        small = Cell.objects.filter(indicator="sip_started", count__gt=0, count__lt=5)
        assert not small.exists()
        assert not Cell.objects.filter(indicator="first_contact_in_time", count__gt=0, count__lt=5).exists()


def test_fup6_a_reader_can_not_subtract_the_way_to_a_small_number() -> None:
    """Of everything shown in a year: solve for municipalities and sexes as a reader would."""
    drawn = some_years(seed=5)
    for year in YEARS:
        true: dict[tuple[str | None, str], int] = defaultdict(int)
        for one in (one for one in drawn if one["year"] == year):
            for place in (None, one["place"]):
                for sex in ("", one["sex"]):
                    true[place, sex] += 1  # type: ignore[index]
        with acting(build.board(), NOW):
            cells = {
                (place, part): count
                for place, part, count in Cell.objects.filter(
                    indicator="sip_started", year=year, coordination="children", split__in=["", "sex"]
                ).values_list("municipality__name", "part", "count")
            }
        known = {box: count for box, count in cells.items() if count is not None}
        names = sorted({place for place, _ in cells if place})
        sums = [((None, sex), [(n, sex) for n in names]) for sex in ("", "female", "male")]
        sums += [((n, ""), [(n, s) for s in ("female", "male") if (n, s) in cells]) for n in [None, *names]]
        grew = True
        while grew:
            grew = False
            for whole, parts in sums:
                missing = [box for box in [whole, *parts] if box not in known]
                if len(missing) == 1:
                    (box,) = missing
                    rest = sum(known[p] for p in parts if p != box)
                    known[box] = rest if box == whole else known[whole] - rest
                    grew = True
        assert not [box for box, count in known.items() if 0 < count < 5], year
        assert all(known[box] == true[box] for box in known)


def test_fup6_only_the_job_reads_the_true_sums() -> None:
    some_years()
    with acting(build.board(), NOW), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Fact.objects.all())
    with (
        acting(build.board(), NOW),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM portal_sip_facts(now())")


def test_fup6_a_units_figures_are_its_managers_only(client: Client) -> None:
    drawn = some_years()
    unit = "hylte-socialtjanst-barn"
    mine, other = actor(f"chef.{unit}"), actor("chef.laholm-socialtjanst-barn")
    own = sum(1 for one in drawn if one["unit"] == mine.unit_id and one["year"] == 2025)
    with acting(mine, NOW):
        assert UnitFact.objects.get(measure="sip_sent", year=2025).count == own
    with acting(other, NOW):
        assert not UnitFact.objects.filter(unit_id=mine.unit_id).exists()
    assert client.get("/uppfoljning/siffror/verksamheten/").status_code == 302
    assert sign_in(client, mine).get("/uppfoljning/siffror/verksamheten/").status_code == 200


def test_fup6_nothing_to_divide_by_gives_no_figure_and_says_so() -> None:
    with as_jobs():
        refresh(NOW)
    with acting(build.board(), NOW):
        board = figures.board(build.agreement(), "adults", this_year=2026)
    panel = board.panel("first_contact_in_time")
    assert panel is not None
    assert (panel.figure.value, panel.figure.words) == (None, "–")
    assert "inget att räkna på 2026" in panel.sentence


def test_fup6_a_round_that_changes_nothing_writes_nothing() -> None:
    some_years()
    with as_jobs():
        assert refresh(NOW + timedelta(seconds=45)) == 0


@pytest.mark.parametrize(("value", "decimals", "rounded"), [(0.5, 0, 1), (2.5, 0, 3), (84.49, 0, 84), (3.25, 1, 3.3)])
def test_figures_round_as_people_do(value: float, decimals: int, rounded: float) -> None:
    assert round_half_up(value, decimals) == rounded


def test_a_sentence_says_the_change_and_whether_it_is_better() -> None:
    from followup.definitions import Definition

    one = Definition("k", "Första kontakten i tid", "figure", unit="percent", aim="higher", target=90)
    trend = [Figure("2024", "percent", 78.0, 100), Figure("2025", "percent", 84.0, 100)]
    panel = Panel(one, 2025, trend[-1], trend)
    assert panel.sentence == (
        "Första kontakten i tid 2025: 84 % av 100, 6 procentenheter bättre än 2024. Målet 90 % är inte nått."
    )


def test_every_measure_that_a_pack_names_is_counted() -> None:
    from agreements.models import Indicator
    from followup.measures import MEASURES

    named = {m for pair in Indicator.objects.values_list("numerator", "denominator") for m in pair if m}
    assert named <= set(MEASURES)


def test_a_dashboard_costs_few_queries(client: Client) -> None:
    from django.test.utils import CaptureQueriesContext

    some_years()
    sign_in(client, build.board()).get("/uppfoljning/siffror/barn/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/uppfoljning/siffror/barn/")
    own = [q for q in queries.captured_queries if "followup_" in q["sql"] or "agreements_" in q["sql"]]
    assert len(own) <= 12
