"""How many people live in a municipality, from a data file that names its source (FUP-6)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "population.toml").read_text(encoding="utf-8"))


def inhabitants(municipality_code: str, year: int) -> int | None:
    """The population at the end of the latest year on file before `year` has ended, or of the first on file."""
    found = year_used(year)
    count = _file()["year"][str(found)].get(municipality_code)
    return None if count is None else int(count)


def year_used(year: int) -> int:
    years = sorted(int(one) for one in _file()["year"])
    return max((one for one in years if one <= year), default=years[0])


def source_words(year: int) -> str:
    """Where the figure comes from, for the page beside it."""
    return f"{_file()['source']} {year_used(year)}"
