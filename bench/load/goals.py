"""The figures beside their goals, and the table that says whether they were reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Op = Literal["<=", ">=", "within"]
_HEAD = ("", "", "measured", "goal", "", "beside it")


@dataclass(frozen=True)
class Goal:
    """A bound of a figure, in the figure's unit; "within" bounds its distance from zero."""

    op: Op
    value: float

    def holds(self, figure: float) -> bool:
        """Return whether a figure keeps the bound; not a number keeps none."""
        if self.op == ">=":
            return figure >= self.value
        return (abs(figure) if self.op == "within" else figure) <= self.value


@dataclass(frozen=True)
class Line:
    """One figure.

    Attributes:
        part: Letter of the part of the benchmark.
        what: What was measured.
        figure: Ours.
        unit: "%", "ms", or "" for counts and ratios.
        goal: Its bound; None where the figure is only shown.
        beside: What others came to, in words.
        digits: Shown after the point.
        settled: Whether the machine let it be measured; if not, it is neither reached nor missed.
    """

    part: str
    what: str
    figure: float
    unit: str = ""
    goal: Goal | None = None
    beside: str = ""
    digits: int = 2
    settled: bool = True

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none, or where it could not be measured."""
        return None if self.goal is None or not self.settled else self.goal.holds(self.figure)

    def cells(self) -> tuple[str, ...]:
        """Return the texts of a row."""
        said = {True: "reached", False: "MISSED", None: "" if self.settled else "UNSETTLED"}[self.reached]
        sign = "+" if self.goal and self.goal.op == "within" else ""
        goal = f"{self.goal.op} {self.goal.value:g} {self.unit}".rstrip() if self.goal else ""
        return (
            self.part,
            self.what,
            f"{self.figure:{sign}.{self.digits}f} {self.unit}".rstrip(),
            goal,
            said,
            self.beside,
        )


def table(lines: Sequence[Line]) -> str:
    """Return all figures as a table."""
    rows = [_HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    aligned = (
        "  ".join(
            f"{cell:{'>' if column == 2 else '<'}{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(row.rstrip() for row in aligned)


def all_reached(lines: Sequence[Line]) -> bool:
    """Return whether every goal was reached; of none it is not."""
    judged = [line.reached for line in lines if line.goal]
    return bool(judged) and all(judged)
