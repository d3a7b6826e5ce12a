"""The functions of an instant: what they take and give, and how they are calculated."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from hermetic.docflow.observing.promql.nodes import Type
from hermetic.docflow.observing.promql.ranges import OVER_TIME

FLOAT_ONE = Callable[[float], float]


@dataclass(frozen=True)
class Signature:
    takes: tuple[Type, ...]
    gives: Type


def _rounded_up(value: float) -> float:
    return float(math.ceil(value)) if math.isfinite(value) else value


def _rounded_down(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


EACH: dict[str, FLOAT_ONE] = {"abs": abs, "ceil": _rounded_up, "floor": _rounded_down}
"""Functions of each value of a vector; the result has no metric name."""

SIGNATURES: dict[str, Signature] = {
    "time": Signature((), "scalar"),
    "vector": Signature(("scalar",), "vector"),
    "scalar": Signature(("vector",), "scalar"),
    "timestamp": Signature(("vector",), "vector"),
    "histogram_quantile": Signature(("scalar", "vector"), "vector"),
    **{name: Signature(("vector",), "vector") for name in EACH},
    **{name: Signature(("matrix",), "vector") for name in OVER_TIME},
}
