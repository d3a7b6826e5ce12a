"""One budget of false alarms for a whole gate."""

import math
from collections.abc import Mapping


def allocate(alpha: float, weights: Mapping[str, float]) -> dict[str, float]:
    """Return the part of `alpha` that each question may spend, in proportion to its weight; they add up to alpha.

    By the union bound the probability that any question ever raises a false alarm is then at most alpha.

    Raises:
        ValueError: If alpha is not between 0 and 1, there is no question, or a weight is not positive and finite.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"a budget of false alarms lies between 0 and 1, not at {alpha}")
    if not weights or any(not math.isfinite(weight) or weight <= 0 for weight in weights.values()):
        raise ValueError(f"every question needs a positive weight, not {dict(weights)}")
    total = math.fsum(weights.values())
    return {question: alpha * weight / total for question, weight in weights.items()}
