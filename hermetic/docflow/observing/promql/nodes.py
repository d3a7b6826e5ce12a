"""What a query is once it is read: a tree, whose texts are as Prometheus writes them."""

from dataclasses import dataclass
from typing import Literal

from hermetic.docflow.observing.promql.labels import Matcher
from hermetic.docflow.observing.promql.words import duration

Type = Literal["scalar", "vector", "matrix"]
SETS = ("and", "or", "unless")
COMPARISONS = ("==", "!=", "<=", "<", ">=", ">")


@dataclass(frozen=True)
class Number:
    value: float
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def type(self) -> Type:
        return "scalar"


@dataclass(frozen=True)
class Selector:
    """Series by name and matchers, as they were `offset_ms` ago, or over the `range_ms` before that."""

    matchers: tuple[Matcher, ...]
    name: str = ""
    range_ms: int = 0
    offset_ms: int = 0

    def __str__(self) -> str:
        shown = [str(one) for one in self.matchers if not (self.name and one.label == "__name__")]
        inside = ",".join(sorted(shown))
        braces = f"{{{inside}}}" if inside or not self.name else ""
        range_ = f"[{duration(self.range_ms)}]" if self.range_ms else ""
        return f"{self.name}{braces}{range_}{f' offset {duration(self.offset_ms)}' if self.offset_ms else ''}"

    @property
    def type(self) -> Type:
        return "matrix" if self.range_ms else "vector"


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple["Node", ...]
    type: Type

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True)
class Aggregation:
    """One value for each group of series; `without` tells whether labels are those that are left out."""

    operator: str
    of: "Node"
    labels: tuple[str, ...] | None
    without: bool = False

    def __str__(self) -> str:
        if self.labels is None or (self.without and not self.labels):
            return f"{self.operator}({self.of})"
        return f"{self.operator} {'without' if self.without else 'by'} ({', '.join(self.labels)}) ({self.of})"

    @property
    def type(self) -> Type:
        return "vector"


@dataclass(frozen=True)
class Matching:
    """Which labels of two sides must agree: those in `labels`, or with `on` false all others."""

    on: bool = False
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f" {'on' if self.on else 'ignoring'} ({', '.join(self.labels)})" if self.on or self.labels else ""


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"
    matching: Matching = Matching()
    bool_: bool = False

    def __str__(self) -> str:
        return f"{self.left} {self.operator}{' bool' if self.bool_ else ''}{self.matching} {self.right}"

    @property
    def type(self) -> Type:
        return "scalar" if self.left.type == self.right.type == "scalar" else "vector"


@dataclass(frozen=True)
class Negative:
    of: "Node"

    def __str__(self) -> str:
        return f"-{self.of}"

    @property
    def type(self) -> Type:
        return self.of.type


@dataclass(frozen=True)
class Parenthesis:
    of: "Node"

    def __str__(self) -> str:
        return f"({self.of})"

    @property
    def type(self) -> Type:
        return self.of.type


Node = Number | Selector | Call | Aggregation | Binary | Negative | Parenthesis
