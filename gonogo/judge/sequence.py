"""One proportion, watched as long as one likes: beta-binomial evidence and the interval that follows from it.

Against a rate p, the likelihood is averaged over a beta prior around p: a test martingale when p is true, so that it
ever reaches 1/alpha has at most the probability alpha (Ville). The prior suits a decision at about `planned` trials.

Source: Howard and Ramdas (2022), "Sequential estimation of quantiles"; package confseq, beta-binomial mixture.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import betainc, betaln, xlog1py, xlogy

Side = Literal["both", "above", "below"]

_TUNED_AT = 0.05
_EDGE = 1e-12


def log_evidence(
    events: ArrayLike, total: float, p: ArrayLike, planned: int, side: Side = "both"
) -> NDArray[np.float64]:
    """Return the log evidence that the rate is not p ("both"), is above p, or is below p.

    Args:
        events, p: Events seen (fractions allowed), and the rate in (0, 1) that is doubted; shapes that broadcast.
        total: Trials seen.
        planned: Trials at which a decision is expected; the evidence is valid whatever it is, and sharpest about there.
        side: "above" is also valid against every rate below p, and "below" against every rate above.
    """
    k, rate = np.asarray(events, dtype=float), np.asarray(p, dtype=float)
    if side == "below":
        return log_evidence(total - k, total, 1 - rate, planned, "above")
    weight = prior_weight(planned, _TUNED_AT if side == "both" else 2 * _TUNED_AT)
    a, b = weight * rate, weight * (1 - rate)
    log_mixture = betaln(a + k, b + total - k) - betaln(a, b)
    if side == "above":
        log_mixture += _log_part(b + total - k, a + k, 1 - rate) - _log_part(b, a, 1 - rate)
    return np.asarray(log_mixture - xlogy(k, rate) - xlog1py(total - k, -rate))


def prior_weight(planned: int, alpha: float) -> float:
    """Return how many trials the prior weighs for an interval at level `alpha` that is narrow at `planned` trials."""
    bits = 2 * math.log(1 / alpha)
    return max(planned / (bits + math.log1p(bits)) - 1, 0.001)


def _log_part(a: NDArray[np.float64], b: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.maximum(betainc(a, b, x), 1e-300))


def rate_interval(events: int, total: int, alpha: float, planned: int, side: Side = "both") -> tuple[float, float]:
    """Return the interval of a rate, valid at every look: the rates against which evidence stays below 1/alpha.

    One-sided, "above" gives a lower end only (the upper is 1), "below" an upper end only (the lower is 0).

    Raises:
        ValueError: If not 0 <= events <= total, or total is 0.
    """
    if total <= 0 or not 0 <= events <= total:
        raise ValueError(f"{events} events of {total} is no proportion")

    def doubted(p: float) -> float:
        return float(log_evidence(events, total, p, planned, side)) + math.log(alpha)

    seen = min(max(events / total, _EDGE), 1 - _EDGE)
    low = 0.0 if side == "below" or events == 0 else _end(doubted, _EDGE, seen)
    high = 1.0 if side == "above" or events == total else _end(doubted, 1 - _EDGE, seen)
    return low, high


def _end(doubted: Callable[[float], float], edge: float, seen: float) -> float:
    return float(brentq(doubted, edge, seen, xtol=1e-12)) if doubted(edge) > 0 > doubted(seen) else edge


def quantile_bounds(ordered: Sequence[float], q: float, alpha: float, planned: int) -> tuple[float, float]:
    """Return an interval of the q-quantile, valid at every look, from ascending samples; an end may be infinite.

    At the true quantile a share q of values lies at or below: ends are the order statistics that this does not refute.
    """
    n = len(ordered)
    if n == 0:
        return -math.inf, math.inf
    kept = np.flatnonzero(log_evidence(np.arange(n + 1), n, q, planned) < -math.log(alpha))
    low, high = int(kept[0]), int(kept[-1])
    return (ordered[low - 1] if low >= 1 else -math.inf), (ordered[high] if high < n else math.inf)
