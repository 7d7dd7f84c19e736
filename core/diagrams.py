"""State diagrams drawn from the transition tables, so that the documentation can't say something else than the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Diagram:
    """One table to draw. `owners` tells whose turn it is in a state; a state without transitions onwards is an end."""

    title: str
    first: Any
    transitions: Mapping[tuple[Any, Any], Any]
    owners: Mapping[Any, str]

    def page(self) -> str:
        """The diagram and its table as a Markdown page."""
        lines = [f"# {self.title}", "", "Drawn from the transition table by `./portal manage states`. Don't edit.", ""]
        lines += ["```mermaid", "stateDiagram-v2", *self._states(), *self._arrows(), "```", ""]
        lines += ["| state | code | whose turn it is | what can be done |", "|---|---|---|---|"]
        for state in type(self.first):
            dos = ", ".join(str(do.label) for (at, do) in self.transitions if at == state) or "–"
            lines.append(f"| {state.label} | `{state.value}` | {self.owners[state]} | {dos} |")
        return "\n".join(lines) + "\n"

    def _states(self) -> list[str]:
        return [f'    state "{state.label}" as {state.value}' for state in type(self.first)]

    def _arrows(self) -> list[str]:
        arrows: dict[tuple[Any, Any], list[str]] = {}
        for (before, do), after in self.transitions.items():
            if before != after:
                arrows.setdefault((before, after), []).append(str(do.label))
        lines = [f"    [*] --> {self.first.value}"]
        lines += [f"    {before.value} --> {after.value}: {', '.join(dos)}" for (before, after), dos in arrows.items()]
        onwards = {before for before, _ in arrows}
        return lines + [f"    {state.value} --> [*]" for state in type(self.first) if state not in onwards]
