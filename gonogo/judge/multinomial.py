"""Counts of several arms: evidence against planned shares, and intervals, both valid at every look.

Source: Lindon and Malek (2022), "Anytime-valid inference for multinomial count data": a Dirichlet mixture against the
plan is a test martingale, so that it ever reaches 1/alpha has at most the probability alpha (Ville).
"""

import math
from collections.abc import Callable, Sequence

_PRIOR = 100.0
"""How many observations the prior around the plan weighs: made for deviations of a few points."""
_STEPS = 60
_EDGE = 1e-12


def log_e_value(counts: Sequence[int], shares: Sequence[float], tolerance: float = 0.0) -> float:
    """Return the natural logarithm of the evidence against every split within `tolerance` of the planned `shares`.

    Both have the shape (arms,). A share of 0 allows no tolerance; infinity says that the counts are impossible.
    """
    return _log_mixture(counts, _priors(shares)) - _log_likelihood(counts, _nearest(counts, shares, tolerance))


def share_interval(count: int, total: int, share: float, alpha: float) -> tuple[float, float]:
    """Return the interval of an arm's true share, valid at every look: the shares that are not refuted at `alpha`.

    The prior weighs as 100 observations at the planned `share`.
    """
    ahead, behind = _priors([share, 1 - share])
    kept = _log_mixture([count, total - count], [ahead, behind])

    def refuted(theta: float) -> bool:
        return kept - _log_likelihood([count, total - count], [theta, 1 - theta]) >= -math.log(alpha)

    centre = count / total
    low = 0.0 if count == 0 else _boundary(refuted, _EDGE, centre)
    high = 1.0 if count == total else _boundary(refuted, 1 - _EDGE, centre)
    return low, high


def _priors(shares: Sequence[float]) -> list[float]:
    """Return the weights of a Dirichlet prior around the plan; none below 1, so that an arm may also get nothing."""
    return [max(_PRIOR * share, 1.0) for share in shares]


def _log_mixture(counts: Sequence[int], prior: Sequence[float]) -> float:
    """Return log of the likelihood of the sequence, averaged over the prior."""
    parts = sum(math.lgamma(weight + count) - math.lgamma(weight) for weight, count in zip(prior, counts, strict=True))
    return math.lgamma(sum(prior)) - math.lgamma(sum(prior) + sum(counts)) + parts


def _log_likelihood(counts: Sequence[int], shares: Sequence[float]) -> float:
    pairs = [(count, share) for count, share in zip(counts, shares, strict=True) if count]
    return sum(count * math.log(share) for count, share in pairs) if all(share for _, share in pairs) else -math.inf


def _nearest(counts: Sequence[int], shares: Sequence[float], tolerance: float) -> list[float]:
    """Return the split within the tolerance under which the counts are likeliest."""
    allowed = [(max(0.0, share - tolerance), min(1.0, share + tolerance if share else 0.0)) for share in shares]

    def at(level: float) -> list[float]:
        return [min(max(count / level, low), high) for count, (low, high) in zip(counts, allowed, strict=True)]

    least, most = 0.5, 1e12 * (1 + sum(counts))  # at 0.5 each arm with a count has all that it may have
    if sum(at(least)) <= 1:
        return at(least)
    for _ in range(2 * _STEPS):
        middle = math.sqrt(least * most)
        least, most = (middle, most) if sum(at(middle)) > 1 else (least, middle)
    return at(most)


def _boundary(refuted: Callable[[float], bool], outside: float, inside: float) -> float:
    """Return where between a share that is refuted and one that is not the change lies."""
    if not refuted(outside):
        return outside
    for _ in range(_STEPS):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if refuted(middle) else (outside, middle)
    return outside
