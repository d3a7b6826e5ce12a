"""Operations between two sides: numbers, a vector and a number, two vectors whose labels match one to one."""

import math
import operator
from collections.abc import Callable

from hermetic.docflow.observing.promql.labels import NAME, Labels, dropped, kept, shown
from hermetic.docflow.observing.promql.nodes import COMPARISONS, SETS, Binary, Matching
from hermetic.docflow.observing.promql.series import Sample, Vector, distinct
from hermetic.docflow.observing.promql.words import Failed


def _quotient(left: float, right: float) -> float:
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left: float, right: float) -> float:
    return math.nan if not right or math.isinf(left) else math.fmod(left, right)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "%": _remainder,
}
COMPARING: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def scalars(node: Binary, left: float, right: float) -> float:
    if node.operator in COMPARISONS:
        return float(COMPARING[node.operator](left, right))
    return ARITHMETIC[node.operator](left, right)


def with_scalar(node: Binary, vector: Vector, number: float, at: int, *, number_first: bool) -> Vector:
    """Return what becomes of each value; a comparison without `bool` keeps those for which it holds, as they are."""
    found = []
    for sample in vector:
        left, right = (number, sample.value) if number_first else (sample.value, number)
        result = _result(node, left, right, kept_value=sample.value)
        if result is not None:
            found.append(Sample(_named(node, sample.labels), result, at))
    return distinct(found)


def _result(node: Binary, left: float, right: float, kept_value: float) -> float | None:
    if node.operator not in COMPARISONS or node.bool_:
        return scalars(node, left, right)
    return kept_value if COMPARING[node.operator](left, right) else None


def _named(node: Binary, labels: Labels) -> Labels:
    """Return labels without the metric name, which only a comparison that keeps values leaves."""
    return labels if node.operator in COMPARISONS and not node.bool_ else dropped(labels)


def vectors(node: Binary, left: Vector, right: Vector, at: int) -> Vector:
    """Return what becomes of pairs of series whose labels match, or of series that have a match or none (sets).

    Raises:
        Failed: Two series of a side have the same labels to match by.
    """
    if node.operator in SETS:
        return _set(node, left, right, at)
    partners: dict[Labels, Sample] = {}
    for sample in right:
        if partners.setdefault(_signature(node.matching, sample), sample) is not sample:
            raise _many(sample)
    found: dict[Labels, Sample] = {}
    for sample in left:
        signature = _signature(node.matching, sample)
        if signature not in partners:
            continue
        result = _result(node, sample.value, partners[signature].value, kept_value=sample.value)
        if result is None:
            continue
        if signature in found:
            raise _many(sample)
        found[signature] = Sample(_joined(node, sample.labels), result, at)
    return distinct(list(found.values()))


def _many(sample: Sample) -> Failed:
    return Failed(
        f"found duplicate series such as {shown(sample.labels)}: many-to-many matching not allowed: matching labels "
        "must be unique on both sides"
    )


def _signature(matching: Matching, sample: Sample) -> Labels:
    if matching.on:
        return kept(sample.labels, matching.labels)
    return dropped(sample.labels, (*matching.labels, NAME))


def _joined(node: Binary, labels: Labels) -> Labels:
    """Return the labels of a pair: those that were matched by, and the name where it is left."""
    named = _named(node, labels)
    return kept(named, node.matching.labels) if node.matching.on else dropped(named, node.matching.labels)


def _set(node: Binary, left: Vector, right: Vector, at: int) -> Vector:
    ours = {_signature(node.matching, sample) for sample in left}
    theirs = {_signature(node.matching, sample) for sample in right}
    if node.operator == "or":
        found = left + [sample for sample in right if _signature(node.matching, sample) not in ours]
    else:
        wanted = node.operator == "and"
        found = [sample for sample in left if (_signature(node.matching, sample) in theirs) is wanted]
    return distinct([Sample(sample.labels, sample.value, at) for sample in found])
