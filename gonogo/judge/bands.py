"""All quantiles of one arm at once, and one quantile of two arms: for pictures, and for arms far apart in time."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gonogo.judge.sequence import log_evidence


def band_width(n: int, alpha: float) -> float:
    """Return how far the empirical distribution of n samples is ever from the true one, but for a probability alpha.

    Source: Howard and Ramdas (2022), closed form: 0.85 sqrt((log log(e n) + 0.8 log(1612/alpha)) / n).
    """
    return 0.85 * math.sqrt((math.log(math.log(math.e * n)) + 0.8 * math.log(1612 / alpha)) / n) if n else math.inf


def quantile_band(
    ordered: Sequence[float], quantiles: Sequence[float], alpha: float
) -> list[tuple[float, float, float]]:
    """Return (quantile, low, high) for each, all valid together and at every look; an end may be infinite.

    `ordered` are ascending samples, shape (n,). An infinite end says: not yet.
    """
    n, width = len(ordered), band_width(len(ordered), alpha)
    band = []
    for q in quantiles:
        low = math.floor(n * (q - width)) + 1 if n else 0
        high = math.ceil(n * (q + width)) if n else 1
        ends = ordered[low - 1] if 1 <= low <= n else -math.inf, ordered[high - 1] if 1 <= high <= n else math.inf
        band.append((q, *ends))
    return band


def quantile_p_value(candidate: NDArray[np.float64], baseline: NDArray[np.float64], q: float, planned: int) -> float:
    """Return the p-value, valid at every look, that the q-quantiles of two arms are equal; shapes (n,) and (m,).

    At each value x the evidence against "both quantiles are x" is the product of that of each arm, and the least of all
    decides. An arm's share at x may be taken anywhere between what is below and what is at most x, as suits the null.

    Source: Howard and Ramdas (2022), section 5; confseq, QuantileABTest.
    """
    if not len(candidate) or not len(baseline):
        return 1.0
    values = np.unique(np.concatenate([candidate, baseline]))
    evidence = sum(_against(np.sort(arm), values, q, planned) for arm in (candidate, baseline))
    return min(1.0, math.exp(-float(np.min(evidence))))


def _against(ordered: NDArray[np.float64], values: NDArray[np.float64], q: float, planned: int) -> NDArray[np.float64]:
    n = len(ordered)
    below, at_most = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return log_evidence(np.clip(q * n, below, at_most), n, q, planned)
