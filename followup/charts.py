"""Charts of our own, drawn on the server as SVG: numbers in, places on the drawing out. The table stands beside.

Colours are attributes, so that the same drawing works in a PDF; the page's style sheet overrides them in dark mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agreements.values import FigureUnit
from followup.figures import HIGHEST_SCORE, Figure, Panel

WIDTH, HEIGHT, ROW = 480, 190, 30
_LEFT, _TOP, _BOTTOM = 8, 26, 30
_TARGET = 84  # Room for the words of the target, beside its line.
_LABELS = 190  # The width of names beside the bars, also in the larger letters of a narrow screen.


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or the place of one that can't be shown."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    is_here: bool
    is_empty: bool
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its bars, and where the target lies."""

    width: int
    height: int
    title: str
    words: str
    bars: Sequence[Bar]
    target_at: float | None = None
    target: str = ""
    right: int = 0


def trend(panel: Panel) -> Drawing:
    """A column for each year, the latest last."""
    figures = list(panel.trend)[-8:]
    top = _top(panel, figures)
    room = HEIGHT - _TOP - _BOTTOM
    target = panel.definition.target
    right = WIDTH - _LEFT - (_TARGET if target is not None else 0)
    step = (right - _LEFT) / max(len(figures), 1)
    wide = min(56.0, step * 0.6)
    at = HEIGHT - _BOTTOM - room * target / top if target is not None else None
    bars = []
    for place, figure in enumerate(figures):
        x = _LEFT + step * place + (step - wide) / 2
        height = room * (figure.plain or 0) / top
        y = HEIGHT - _BOTTOM - height
        bars.append(_bar(figure, x, y, wide, height, x + wide / 2, _clear_of(at, y - 7)))
    title = f"{panel.title}, år för år"
    return Drawing(WIDTH, HEIGHT, title, in_words(figures), bars, at, _target_words(panel), right)


def _clear_of(line: float | None, y: float) -> float:
    """Where a column's words stand, lifted over the target's line when it would strike them through."""
    return line - 6 if line is not None and line - 4 <= y <= line + 15 else y


def places(panel: Panel) -> Drawing:
    """A bar for the county and each municipality."""
    figures = list(panel.places)
    top = _top(panel, figures)
    room = WIDTH - _LABELS - 92
    bars = []
    for place, figure in enumerate(figures):
        width = room * (figure.plain or 0) / top
        bars.append(
            _bar(figure, _LABELS, place * ROW + 6, width, ROW - 12, _LABELS + width + 8, place * ROW + ROW / 2 + 4)
        )
    return Drawing(WIDTH, ROW * len(figures) + 6, f"{panel.title}, kommun för kommun", in_words(figures), bars)


def in_words(figures: Sequence[Figure]) -> str:
    """Everything the chart shows, as a sentence for those who don't see it."""
    return "; ".join(f"{one.label}: {one.words}" for one in figures) + "."


def _bar(figure: Figure, x: float, y: float, width: float, height: float, text_x: float, text_y: float) -> Bar:
    empty = figure.plain is None
    at = {
        name: round(value, 1) for name, value in zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
    }
    return Bar(
        label=figure.label,
        words=figure.words,
        is_here=figure.is_here,
        is_empty=empty,
        text_x=round(text_x, 1),
        text_y=round(text_y, 1),
        **at,
    )


def _top(panel: Panel, figures: Sequence[Figure]) -> float:
    if panel.definition.unit == FigureUnit.PERCENT:
        return 100.0
    if panel.definition.unit == FigureUnit.SCORE:
        return float(HIGHEST_SCORE)
    most = max([figure.plain or 0 for figure in figures] + [panel.definition.target or 0])
    return most * 1.05 or 1.0


def _target_words(panel: Panel) -> str:
    target = panel.definition.target
    if target is None:
        return ""
    return f"Mål {target}{' %' if panel.definition.unit == FigureUnit.PERCENT else ''}"
