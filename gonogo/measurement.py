"""Measurements and limits: what was found, and what the criterion demands."""

import math
import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from gonogo.outcome import Inconclusive, Missed, Outcome, Unverified
from gonogo.units import show

Scalar = float | int | str | bool | None


def now() -> str:
    """Return the present instant as RFC 3339 in UTC, e.g. '2026-11-22T10:30:00.123Z'."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One fact about a target.

    Attributes:
        subject: What was measured, as a reader would say it ("p95 response time of the plan list").
        value: The value in base units, or a text or truth value; None when there is nothing.
        unit: Base unit: "s", "ratio", "1/s", "B", "count" or "" for texts.
        low, high: Interval around `value`, same unit, when it comes from samples.
        samples: How many samples the value rests on.
        window_s: Over how long it was observed, in seconds.
        source: Where it comes from ("http", "sql", "log", "command" ...).
        query: What was asked there (request line, named query, command).
        at: When, RFC 3339 in UTC.
        rehearsal: How the load it rests on was scaled down ("10 % of the users"); empty for anything in full.
    """

    subject: str
    value: Scalar
    unit: str = ""
    low: float | None = None
    high: float | None = None
    samples: int | None = None
    window_s: float | None = None
    source: str = ""
    query: str = ""
    at: str = field(default_factory=now)
    rehearsal: str = ""

    def __str__(self) -> str:
        parts = [f"{self.subject}: {show(self.value, self.unit)}"]
        if self.low is not None and self.high is not None:
            parts.append(f"({show(self.low, self.unit)} to {show(self.high, self.unit)})")
        if self.samples is not None:
            parts.append(f"from {self.samples} samples")
        if self.window_s is not None:
            parts.append(f"over {show(self.window_s, 's')}")
        if self.source:
            parts.append(f"[{self.source}{': ' + self.query if self.query else ''}]")
        if self.rehearsal:
            parts.append(f"(rehearsal: {self.rehearsal})")
        return " ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as JSON types, without what is not set; an end that is not finite is left out."""
        facts = {key: value for key, value in asdict(self).items() if value not in (None, "") and _finite(value)}
        return facts | {"value": self.value if _finite(self.value) else str(self.value)}


def _finite(value: Scalar) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "contains": lambda measured, wanted: str(wanted) in str(measured),
}


def _sort(value: Scalar) -> type:
    """Return float for all numbers; a truth value is none."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a criterion demands of a value: an operator, a value in base units, a unit.

    Raises:
        ValueError: If the operator is unknown, or the value is not finite.
    """

    op: str
    value: Scalar
    unit: str = ""

    def __post_init__(self) -> None:
        if self.op not in _HOLDS:
            raise ValueError(f"unknown operator {self.op!r}; valid: {', '.join(_HOLDS)}")
        if isinstance(self.value, float) and not math.isfinite(self.value):
            raise ValueError(f"a limit must be finite, not {self.value}")

    def holds(self, value: Scalar) -> bool:
        """Return whether `value` (base unit) satisfies the limit.

        NaN, infinity and nothing never do, nor does a value of another sort (a text where a number is demanded).
        """
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return False
        ordered = self.op in ("<", "<=", ">", ">=")
        if _sort(value) != _sort(self.value) or (ordered and _sort(value) is not float):
            return False
        return _HOLDS[self.op](value, self.value)

    def __str__(self) -> str:
        return f"{self.op} {show(self.value, self.unit)}"

    def as_dict(self) -> dict[str, Any]:
        """Return the limit as JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one measurement against one limit.

    `reason` is one sentence with measured, required, window, samples and source; `remedy` says what to do when it is
    not met.
    """

    outcome: Outcome
    reason: str
    measurement: Measurement
    limit: Limit | None = None
    remedy: str = ""

    @property
    def met(self) -> bool:
        return self.outcome is Outcome.MET

    def require(self) -> None:
        """Return when met; else raise Missed, Inconclusive or Unverified with the reason."""
        errors = {Outcome.MISSED: Missed, Outcome.INCONCLUSIVE: Inconclusive, Outcome.UNVERIFIED: Unverified}
        if self.outcome in errors:
            raise errors[self.outcome](self.reason + (f"; {self.remedy}" if self.remedy else ""))

    def as_dict(self) -> dict[str, Any]:
        """Return the judgement as JSON types."""
        return {
            "outcome": str(self.outcome),
            "reason": self.reason,
            "measured": self.measurement.as_dict(),
            "limit": self.limit.as_dict() if self.limit else None,
            "remedy": self.remedy,
        }
