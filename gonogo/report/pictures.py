"""The geometry of the pictures on the decision page: outcomes as stacked bars, a measurement against its limit."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.report.wording import OUTCOMES, Entry
from gonogo.units import show

BAR_WIDTH = 560.0
GAUGE_WIDTH = 260.0
_LEAST_WIDTH = 7.0
_DIGIT_WIDTH = 8.0


@dataclass(frozen=True)
class Segment:
    """One outcome in one bar: where it starts and how wide it is (user units), and how many criteria it stands for."""

    outcome: str
    count: int
    x: float
    width: float

    @property
    def labelled(self) -> bool:
        """Whether the number fits into the segment."""
        return self.width >= _DIGIT_WIDTH * len(str(self.count)) + 6


@dataclass(frozen=True)
class Bar:
    """One part of the plan, a phase or a section, and the outcomes of its criteria."""

    name: str
    total: int
    segments: Sequence[Segment]

    def count(self, outcome: str) -> int:
        """Return how many criteria of this bar have `outcome`."""
        return sum(segment.count for segment in self.segments if segment.outcome == outcome)


@dataclass(frozen=True)
class Gauge:
    """A measurement against its limit, as positions from 0 to GAUGE_WIDTH.

    Attributes:
        low, value, high: Ends of the interval and the value.
        limit: The limit.
        allowed: Start and width of what the limit allows.
        open_low, open_high: Whether the interval has no end on that side.
        limit_label: The limit as text.
    """

    low: float
    value: float
    high: float
    limit: float
    allowed: tuple[float, float] | None
    open_low: bool
    open_high: bool
    limit_label: str


def bars(criteria: Iterable[Entry], *, by_phase: bool) -> list[Bar]:
    """Return one bar for each part of the plan, in its order; the longest fills BAR_WIDTH."""
    outcomes = {name: [entry["outcome"] for entry in part] for name, part in parts(criteria, by_phase=by_phase).items()}
    longest = max(map(len, outcomes.values()), default=1)
    return [_bar(name, found, longest) for name, found in outcomes.items()]


def parts(criteria: Iterable[Entry], *, by_phase: bool) -> dict[str, list[Entry]]:
    """Return the criteria by heading: their section, or the first phase that needs them, in the plan's order.

    Where there are several rollouts, the heading of a phase begins with its rollout's name.
    """
    criteria = list(criteria)
    rollouts = list(dict.fromkeys(str(entry.get("rollout") or "") for entry in criteria))
    found: dict[tuple[int, str], list[Entry]] = {}
    for entry in criteria:
        rank = rollouts.index(str(entry.get("rollout") or "")) if by_phase else 0
        heading = _phase(entry) if by_phase else str(entry.get("section") or "Without a section")
        found.setdefault((rank, heading), []).append(entry)
    order = sorted(found, key=_in_order) if by_phase else list(found)
    named = by_phase and len(rollouts) > 1
    return {(f"{_title(rollouts[rank])}: {name}" if named else name): found[rank, name] for rank, name in order}


def _in_order(part: tuple[int, str]) -> tuple[int, bool, str]:
    """Sort the numbered phases of each rollout first, then the named parts of its plan."""
    rank, name = part
    return rank, not name.startswith("Phase "), name


def _phase(entry: Entry) -> str:
    phase = str(entry.get("phase") or "").split(" ")[0]
    return f"Phase {phase}" if phase.isdigit() else phase.capitalize() or "Without a phase"


def _title(rollout: str) -> str:
    return rollout.replace("_", " ").capitalize() or "Without a rollout"


def _bar(name: str, outcomes: Sequence[str], longest: int) -> Bar:
    x, segments = 0.0, []
    for outcome in reversed(OUTCOMES):
        count = outcomes.count(outcome)
        if count:
            width = max(_LEAST_WIDTH, count / longest * (BAR_WIDTH - _LEAST_WIDTH * len(OUTCOMES)))
            segments.append(Segment(outcome, count, round(x, 1), round(width, 1)))
            x += width
    return Bar(name, len(outcomes), segments)


def gauge(entry: Entry) -> Gauge | None:
    """Return the picture of a measurement against its limit, or None where one of the two is no number."""
    measured, limit = entry.get("measured") or {}, entry.get("limit") or {}
    value, bound = _finite(measured.get("value")), _finite(limit.get("value"))
    if value is None or bound is None or limit.get("op") not in ("<", "<=", ">", ">=", "=="):
        return None
    low, high = _finite(measured.get("low")), _finite(measured.get("high"))
    place = _scale([point for point in (value, bound, low, high) if point is not None])
    has_interval = low is not None or high is not None
    return Gauge(
        low=place(low) if low is not None else 0.0 if has_interval else place(value),
        value=place(value),
        high=place(high) if high is not None else GAUGE_WIDTH if has_interval else place(value),
        limit=place(bound),
        allowed=_allowed(str(limit["op"]), place(bound)),
        open_low=has_interval and low is None,
        open_high=has_interval and high is None,
        limit_label=f"{limit['op']} {show(bound, str(limit.get('unit', '')))}",
    )


@dataclass(frozen=True)
class _Scale:
    least: float
    extent: float

    def __call__(self, point: float) -> float:
        return round((point - self.least) / self.extent * GAUGE_WIDTH, 1)


def _scale(points: Sequence[float]) -> _Scale:
    """Return a scale that shows all points with a margin; it starts at zero where that costs no detail."""
    least, most = min(points), max(points)
    if 0 <= least <= 0.7 * most:
        least = 0.0
    extent = (most - least) or abs(most) or 1.0
    return _Scale(least - (0.08 * extent if least else 0.0), extent * (1.24 if least else 1.16))


def _allowed(op: str, limit: float) -> tuple[float, float] | None:
    if op in ("<", "<="):
        return 0.0, limit
    return (limit, round(GAUGE_WIDTH - limit, 1)) if op in (">", ">=") else None


def _finite(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None  # type: ignore[arg-type]


def totals(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return every outcome with its count, worst first, zeros too: a zero is worth reading."""
    return [(outcome, counts.get(outcome, 0)) for outcome in OUTCOMES]
