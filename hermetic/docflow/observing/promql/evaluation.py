"""Evaluating a query at one moment."""

import math
from collections.abc import Callable, Sequence
from typing import assert_never

from hermetic.docflow.observing.promql import operators, quantile
from hermetic.docflow.observing.promql.functions import EACH
from hermetic.docflow.observing.promql.labels import NAME, Labels, dropped, kept
from hermetic.docflow.observing.promql.nodes import (
    Aggregation,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    Parenthesis,
    Selector,
)
from hermetic.docflow.observing.promql.ranges import OVER_TIME, extreme
from hermetic.docflow.observing.promql.series import Sample, Source, Vector, distinct

AGGREGATED: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": lambda values: float(sum(values)),
    "avg": lambda values: float(sum(values)) / len(values),
    "count": lambda values: float(len(values)),
    "min": lambda values: extreme(values, lambda new, old: new < old),
    "max": lambda values: extreme(values, lambda new, old: new > old),
}


class Evaluation:
    """Evaluates queries on series as they were at a moment, in ms.

    Each of its methods raises Failed where the series do not allow it.
    """

    def __init__(self, source: Source, at: int) -> None:
        self._source = source
        self._at = at

    def value(self, node: Node) -> float | Vector:
        """Return a number, or the values of series; what is a range has none."""
        match node:
            case Number():
                return node.value
            case Parenthesis():
                return self.value(node.of)
            case Selector():
                return list(self._source.latest(node.matchers, self._at - node.offset_ms))
            case Negative():
                found = self.value(node.of)
                return -found if isinstance(found, float) else self._each(found, lambda value: -value)
            case Aggregation():
                return self._aggregated(node)
            case Binary():
                return self._operated(node)
            case Call():
                return self._called(node)
        assert_never(node)

    def vector(self, node: Node) -> Vector:
        """Return the values of series; a number is one without labels."""
        found = self.value(node)
        return [Sample((), found, self._at)] if isinstance(found, float) else found

    def _number(self, node: Node) -> float:
        found = self.value(node)
        assert isinstance(found, float), f"{node} was read as a scalar"
        return found

    def _each(self, vector: Vector, change: Callable[[float], float]) -> Vector:
        return distinct([Sample(dropped(one.labels), change(one.value), self._at) for one in vector])

    def _aggregated(self, node: Aggregation) -> Vector:
        groups: dict[Labels, list[float]] = {}
        for sample in self.vector(node.of):
            names = node.labels or ()
            left = dropped(sample.labels, (*names, NAME)) if node.without else kept(sample.labels, names)
            groups.setdefault(left, []).append(sample.value)
        return [Sample(labels, AGGREGATED[node.operator](values), self._at) for labels, values in groups.items()]

    def _operated(self, node: Binary) -> float | Vector:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(left, float):
            if isinstance(right, float):
                return operators.scalars(node, left, right)
            return operators.with_scalar(node, right, left, self._at, number_first=True)
        if isinstance(right, float):
            return operators.with_scalar(node, left, right, self._at, number_first=False)
        return operators.vectors(node, left, right, self._at)

    def _called(self, node: Call) -> float | Vector:
        name, arguments = node.function, node.arguments
        if name == "time":
            return self._at / 1000
        if name == "vector":
            return [Sample((), self._number(arguments[0]), self._at)]
        if name == "scalar":
            found = self.vector(arguments[0])
            return found[0].value if len(found) == 1 else math.nan
        if name == "timestamp":
            return distinct([Sample(dropped(one.labels), one.at / 1000, self._at) for one in self.vector(arguments[0])])
        if name == "histogram_quantile":
            return quantile.of_vector(self._number(arguments[0]), self.vector(arguments[1]), self._at)
        if name in EACH:
            return self._each(self.vector(arguments[0]), EACH[name])
        return self._over_time(name, arguments[0])

    def _over_time(self, name: str, of: Node) -> Vector:
        while isinstance(of, Parenthesis):
            of = of.of
        assert isinstance(of, Selector), f"{of} was read as a range"
        end = self._at - of.offset_ms
        found = self._source.windows(of.matchers, end - of.range_ms, end)
        results = ((labels, OVER_TIME[name](window)) for labels, window in found)
        return distinct([Sample(dropped(labels), value, self._at) for labels, value in results if value is not None])
