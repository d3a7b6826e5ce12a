"""What may be asked of an observed canary: each question is a value, so that it can be kept and asked again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from gonogo.outcome import UsageError
from gonogo.units import show


def _within(of: str) -> str:
    return f" ({of})" if of else ""


@dataclass(frozen=True, slots=True)
class Slower:
    """Is the candidate's latency less than `limit` (a ratio) above the baseline's, in its body and in its tail?

    Attributes:
        limit: Met needs it shown slower by less than this.
        of: The operation; "" is all of them together.
        tolerance: Missed when shown slower by more than this; by default the limit.
    """

    kind: ClassVar[str] = "slower"
    needs_both: ClassVar[bool] = True
    limit: float
    of: str = ""
    tolerance: float | None = None

    def __str__(self) -> str:
        return f"no more than {show(self.limit, 'ratio')} slower than the baseline{_within(self.of)}"


@dataclass(frozen=True, slots=True)
class Failing:
    """Does the candidate fail less than `times` as often as the baseline, or in less than `floor` of its requests?"""

    kind: ClassVar[str] = "failing"
    needs_both: ClassVar[bool] = True
    times: float = 2.0
    of: str = ""
    floor: float = 0.005

    def __str__(self) -> str:
        return f"fails no more than {self.times:g} times as often as the baseline{_within(self.of)}"


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Is the candidate's share of failed requests below `limit` (a ratio)?"""

    kind: ClassVar[str] = "error rate"
    needs_both: ClassVar[bool] = False
    limit: float
    of: str = ""

    def __str__(self) -> str:
        return f"share of errors below {show(self.limit, 'ratio')}{_within(self.of)}"


@dataclass(frozen=True, slots=True)
class Quantile:
    """Is the `q`-quantile of the candidate's latency below `limit` (s)?"""

    kind: ClassVar[str] = "quantile"
    needs_both: ClassVar[bool] = False
    q: float
    limit: float
    of: str = ""

    def __str__(self) -> str:
        return f"p{self.q * 100:g} below {show(self.limit, 's')}{_within(self.of)}"


@dataclass(frozen=True, slots=True)
class Split:
    """Does the candidate get its planned share of the traffic, within `tolerance` (a ratio: 0.02 is two points)?"""

    kind: ClassVar[str] = "split"
    needs_both: ClassVar[bool] = True
    tolerance: float = 0.02
    of: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"traffic split as planned, within {show(self.tolerance, 'ratio')}"


@dataclass(frozen=True, slots=True)
class SlowerThanCaptured:
    """Is the candidate's `q`-quantile less than `limit` (a ratio) above that of the captured baseline?"""

    kind: ClassVar[str] = "slower than captured"
    needs_both: ClassVar[bool] = False
    limit: float
    q: float = 0.95
    of: str = ""

    def __str__(self) -> str:
        more = show(self.limit, "ratio")
        return f"p{self.q * 100:g} no more than {more} above the captured baseline{_within(self.of)}"


Question = Slower | Failing | ErrorRate | Quantile | Split | SlowerThanCaptured
KINDS: Mapping[str, type[Question]] = {
    one.kind: one for one in (Slower, Failing, ErrorRate, Quantile, Split, SlowerThanCaptured)
}


def as_dict(question: Question) -> dict[str, Any]:
    """Return a question as JSON types."""
    return {"kind": question.kind, **asdict(question)}


def from_dict(content: Mapping[str, Any]) -> Question:
    """Read a question back.

    Raises:
        UsageError: If there is no such question.
    """
    values = {key: value for key, value in content.items() if key != "kind"}
    try:
        return KINDS[content["kind"]](**values)
    except (KeyError, TypeError) as error:
        raise UsageError(f"a question {dict(content)} is unknown ({error}); valid kinds: {', '.join(KINDS)}") from None
