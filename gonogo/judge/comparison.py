"""A candidate against a captured baseline: how many times as large, with an interval."""

import math
from collections.abc import Sequence
from dataclasses import replace

from gonogo.judge.limits import interval
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome

MIN_SAMPLES = 20


def ratio_to_baseline(
    subject: str,
    candidate: Sequence[float],
    baseline: Sequence[float],
    limit: Limit,
    *,
    confidence: float = 0.99,
    source: str = "",
    query: str = "",
    remedy: str = "",
) -> Judgement:
    """Judge candidate / baseline (positive samples of one unit, shapes (n,) and (m,)) against a limit on the ratio.

    The ratio is the Hodges-Lehmann shift of the logarithms, with the interval of the Mann-Whitney test: free of a
    distribution, and unmoved by a few outliers. A limit of 1.10 is "within 10 % of the baseline".

    Fewer than 20 samples an arm, samples that are not positive numbers, and two identical arms (one source wired twice)
    are inconclusive.

    Source: Hodges and Lehmann (1963); Moses (1965) for the interval, normal approximation.
    """
    measured = Measurement(subject, None, "times", samples=len(candidate) + len(baseline), source=source, query=query)
    doubt = _doubt(candidate, baseline)
    if doubt:
        return Judgement(Outcome.INCONCLUSIVE, f"{subject}: {doubt}, required {limit}", measured, limit, remedy)
    value, low, high = hodges_lehmann_ratio(candidate, baseline, confidence)
    judgement = interval(replace(measured, value=value, low=low, high=high), limit, remedy)
    sizes = f"({len(candidate)} against {len(baseline)} samples)"
    return replace(judgement, reason=f"{judgement.reason} {sizes}")


def hodges_lehmann_ratio(
    candidate: Sequence[float], baseline: Sequence[float], confidence: float
) -> tuple[float, float, float]:
    """Return ratio, low and high of candidate to baseline from positive samples."""
    import numpy as np  # heavy, and only needed where arms are compared
    from scipy.special import ndtri

    differences = np.sort(np.subtract.outer(np.log(candidate), np.log(baseline)).ravel())
    n, m = len(candidate), len(baseline)
    spread = float(ndtri((1 + confidence) / 2)) * math.sqrt(n * m * (n + m + 1) / 12)
    rank = max(0, math.floor(n * m / 2 - spread))
    ends = differences[rank], differences[n * m - 1 - rank]
    return float(np.exp(np.median(differences))), float(np.exp(ends[0])), float(np.exp(ends[1]))


def _doubt(candidate: Sequence[float], baseline: Sequence[float]) -> str | None:
    if min(len(candidate), len(baseline)) < MIN_SAMPLES:
        return f"{len(candidate)} against {len(baseline)} samples, at least {MIN_SAMPLES} of each are needed"
    if any(not math.isfinite(sample) or sample <= 0 for sample in (*candidate, *baseline)):
        return "a sample is not a positive number"
    if sorted(candidate) == sorted(baseline):
        return "both arms hold the same samples, so both come from one source"
    return None
