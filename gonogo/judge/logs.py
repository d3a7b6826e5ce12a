"""Sums and means of numbers that are kept as logarithms."""

import math

import numpy as np
from numpy.typing import NDArray


def log_sum(logs: NDArray[np.float64]) -> float:
    """Return log(sum of exp(logs)) of an array of any shape, all entries finite."""
    greatest = float(logs.max())
    return greatest + math.log(float(np.exp(logs - greatest).sum()))


def log_mean(logs: NDArray[np.float64]) -> float:
    """Return log(mean of exp(logs)) of an array of any shape, all entries finite."""
    return log_sum(logs) - math.log(logs.size)


def growth_needed(logs: NDArray[np.float64], log_weights: NDArray[np.float64] | float, threshold: float) -> float:
    """Return by what factor logs must grow until one, with its weight, reaches `threshold`; infinite if none will.

    Logs that grow in proportion to the data make this the factor by which the data must grow.
    """
    factors = np.where(logs > 0, (threshold - log_weights) / np.maximum(logs, 1e-12), np.inf)
    return float(factors.min())
