"""Ranks of two arms within one stratum of traffic: scores, their exact law when the arms are alike, and the evidence.

If the arms are exchangeable within a stratum, the candidate's ranks are a uniform draw without replacement from all
ranks, whatever load or incident both arms share. So exp(l S - psi(l)) has mean 1, S being the sum of its scores.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri

Floats = NDArray[np.float64]

MAX_STRATUM = 600
"""A larger stratum is dealt into parts: it loses next to nothing, and keeps the law cheap and within floating point."""
_STEP = 32


@dataclass(frozen=True, slots=True)
class Score:
    """What a rank counts for.

    Attributes:
        name: What reports call it.
        top: 1 for normal scores of all ranks, else the share of the slowest, which count one and all others zero.
        weight: Its part in a mixture of scores.
        grid: The bets l > 0 that are averaged; large ones are quick for a large change, small ones for a small change.
    """

    name: str
    top: float
    weight: float
    grid: tuple[float, ...]


SCORES = (
    Score("body", 1.0, 0.55, (0.06, 0.1, 0.2, 0.4)),
    Score("tail", 0.05, 0.35, (0.15, 0.3, 0.55, 1.1)),
    Score("extreme", 0.01, 0.1, (0.4, 0.8)),
)
BETS: Floats = np.array([bet for score in SCORES for bet in score.grid])
SCORE_OF = np.array([index for index, score in enumerate(SCORES) for _ in score.grid])
LOG_WEIGHTS: Floats = np.log([score.weight / len(score.grid) for score in SCORES for _ in score.grid])


def rank_evidence(candidate: Floats, baseline: Floats, sign: int) -> Floats:
    """Return l S - psi(l) for each bet of `BETS`, shape (10,); zeros where an arm is empty.

    Args:
        candidate, baseline: Values of one stratum, shapes (m,) and (M,), already divided by what is tolerated.
        sign: 1 for evidence that the candidate is slower, -1 for evidence that it is faster.

    Tied values share the mean of their scores; the law is then that of the shared scores, and still exact.
    """
    parts = max(1, math.ceil((len(candidate) + len(baseline)) / MAX_STRATUM))
    dealt = ((candidate[part::parts], baseline[part::parts]) for part in range(parts))
    whole = np.zeros(len(BETS))
    for one, other in dealt:
        if len(one) and len(other):
            whole += _evidence(one, other, sign)
    return whole


def _evidence(candidate: Floats, baseline: Floats, sign: int) -> Floats:
    values = np.concatenate([candidate, baseline])
    order = np.argsort(values, kind="stable")
    chosen = np.empty(len(values), dtype=np.intp)
    chosen[order] = np.arange(len(values))
    chosen = chosen[: len(candidate)]
    scores = rank_scores(len(values))
    new = np.diff(values[order]) > 0
    if new.all():
        law = _law(len(values), -(-len(candidate) // _STEP) * _STEP, sign)[:, len(candidate)]
    else:
        scores = _shared(scores, new)
        law = log_moments(sign * BETS[:, None] * scores[SCORE_OF], len(candidate))[:, -1]
    sums: Floats = scores[:, chosen].sum(axis=1)
    return np.asarray(sign * BETS * sums[SCORE_OF] - law)


@lru_cache(maxsize=256)
def rank_scores(size: int) -> Floats:
    """Return the scores of ranks 1 to `size`, shape (3, size); an indicator counts at least one rank."""
    ranks = np.arange(1, size + 1)
    normal = ndtri(ranks / (size + 1))
    tops = [size - max(1, round(score.top * size)) for score in SCORES]
    rows = [normal if score.top == 1 else (ranks > least) * 1.0 for score, least in zip(SCORES, tops, strict=True)]
    return np.stack(rows)


def _shared(scores: Floats, new: NDArray[np.bool_]) -> Floats:
    """Return scores whose ties hold their mean; `new`, shape (N - 1,), says where a value differs from the last."""
    starts = np.concatenate([[0], np.flatnonzero(new) + 1])
    sizes = np.diff(np.append(starts, scores.shape[1]))
    return np.asarray(np.repeat(np.add.reduceat(scores, starts, axis=1) / sizes, sizes, axis=1))


@lru_cache(maxsize=1024)
def _law(size: int, most: int, sign: int) -> Floats:
    return log_moments(sign * BETS[:, None] * rank_scores(size)[SCORE_OF], min(most, size))


def log_moments(tilts: Floats, most: int) -> Floats:
    """Return log E exp(sum of `tilts` over a uniform draw of j of N), for j = 0 to `most`, shape (L, most + 1).

    The sum over all draws is the elementary symmetric polynomial e_j(exp t_1 ... exp t_N), by the recurrence
    e_j <- e_j + e_{j-1} exp(t_i): every term is positive, so nothing cancels. Valid while N <= `MAX_STRATUM`
    and tilts are moderate (|t| summed below some 300), which keeps e_j within floating point without logarithms.
    """
    count, size = tilts.shape
    factors = np.ascontiguousarray(np.exp(tilts).T[:, :, None])
    sums = np.zeros((count, most + 1))
    sums[:, 0] = 1.0
    for factor in factors:
        sums[:, 1:] += factor * sums[:, :-1]
    drawn = np.arange(most + 1)
    ways = gammaln(size + 1) - gammaln(drawn + 1) - gammaln(size - drawn + 1)
    return np.asarray(np.log(sums) - ways)
