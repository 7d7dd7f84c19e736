"""`./portal bench`: fills a database of its own with years of cases and measures the portal on it."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path

import django


def main() -> int:
    """Load, measure, print the table and the JSON. Returns 1 when a ratio misses its target."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halland.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import override_settings
    from django.utils import timezone

    logging.getLogger("web").setLevel(logging.WARNING)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    files = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=files):
        return run(options, timezone.now())


def run(options: argparse.Namespace, now: datetime) -> int:
    """Measure at `now`."""
    from bench import dashboards, lists, load, pages, papers, rights, saving, server_times, sweeping
    from bench.console import say, step
    from bench.desk import Desk
    from bench.results import Results
    from organisations.demo import staff_everything

    say(f"Fyller databasen med {options.cases:,} ärenden".replace(",", "\N{NO-BREAK SPACE}"))
    staff_everything()
    try:
        loaded = load.load(options.cases, now)
    except load.NotEmpty:
        say("Databasen innehåller ärenden som inte är gjorda av bench. Ange en egen, tom databas med DATABASE_URL.")
        return 2
    say("Mäter")
    results = Results(loaded.cases)
    desk = Desk(now)
    with step("P1, P3, P4"):
        found, facts = lists.measure(desk, now)
        results.ratios += found
        results.facts |= facts
    with step("P2"):
        results.ratios += rights.measure(desk, now)
    with step("P5"):
        results.ratios += pages.measure(desk, now)
    with step("P8"):
        results.ratios += saving.measure(now)
    with step("P6"):
        found, facts = sweeping.measure(loaded.at)
        results.ratios += found
        results.facts |= facts
    with step("P9"):
        results.ratios += papers.measure(now)
    with step("P7"):
        found, facts = dashboards.measure(loaded.at)
        results.ratios += found
        results.facts |= facts
    with step("sidor"):  # Last: the dashboard's figures are made by then.
        results.server_times = server_times.measure(desk, now)
    results.ratios.sort(key=lambda ratio: ratio.key)
    text = json.dumps(results.as_json(), ensure_ascii=False, indent=1)
    print(results.table(), results.times_table(), sep="\n\n")
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    if not options.keep:
        load.empty()
    return 0 if all(ratio.reached for ratio in results.ratios) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal bench", description="Mäter portalen mot en egen databas.")
    parser.add_argument("--cases", type=int, default=1_000_000, metavar="ANTAL", help="ärenden (förval: 1 000 000)")
    parser.add_argument("--json", type=Path, metavar="FIL", help="skriv JSON dit i stället för på skärmen")
    parser.add_argument("--keep", action="store_true", help="behåll ärendena till nästa gång")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
