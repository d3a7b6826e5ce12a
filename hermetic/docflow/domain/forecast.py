"""What revenue will be: a line through the closed months, bent by the season, with the range that it may miss by.

Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), sections 5.5, 7.5 and 3.4 (classical
multiplicative decomposition, here on a least-squares line).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

SEASON = 12
Z95 = 1.96


@dataclass(frozen=True)
class Forecast:
    """What is expected of a month, and the 95 % range of it, in the unit of what was given."""

    month: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class _Line:
    intercept: float
    slope: float

    def at(self, position: float) -> float:
        return self.intercept + self.slope * position


def forecast(months: Sequence[tuple[str, float]], ahead: int) -> list[Forecast]:
    """Return what is expected of the months that follow.

    Args:
        months: Month such as 2025-10 and its figure, consecutive, oldest first, shape (n,) with n >= 3.
        ahead: How many months are wanted.

    Raises:
        ValueError: There are fewer than three months.
    """
    values = [value for _, value in months]
    if len(values) < 3:
        raise ValueError(f"a forecast needs at least 3 closed months, and there are {len(values)}")
    line = _fit(values)
    seasons = _seasons(values, line)
    spread = _spread([value - line.at(n) * seasons[n % SEASON] for n, value in enumerate(values)])
    return [_expected(months[-1][0], step, len(values), line, seasons, spread) for step in range(1, ahead + 1)]


def _fit(values: Sequence[float]) -> _Line:
    """Return the line of least squares through values at 0, 1, 2 ..."""
    middle, mean = (len(values) - 1) / 2, fmean(values)
    square = sum((n - middle) ** 2 for n in range(len(values)))
    slope = sum((n - middle) * (value - mean) for n, value in enumerate(values)) / square
    return _Line(mean - slope * middle, slope)


def _seasons(values: Sequence[float], line: _Line) -> list[float]:
    """Return the factor of each month of the year, counted from the first value; 1 without two whole years."""
    if len(values) < 2 * SEASON:
        return [1.0] * SEASON
    ratios = [value / line.at(n) for n, value in enumerate(values)]
    return [fmean(ratios[month::SEASON]) for month in range(SEASON)]


def _spread(residuals: Sequence[float]) -> float:
    """Return the standard error of the residuals; two of their freedoms are the line's."""
    return math.sqrt(sum(one * one for one in residuals) / (len(residuals) - 2))


def _expected(last: str, step: int, count: int, line: _Line, seasons: Sequence[float], spread: float) -> Forecast:
    position = count - 1 + step
    value = max(0.0, line.at(position) * seasons[position % SEASON])
    middle = (count - 1) / 2
    square = count * (count * count - 1) / 12
    margin = Z95 * spread * math.sqrt(1 + 1 / count + (position - middle) ** 2 / square)
    return Forecast(month_after(last, step), value, max(0.0, value - margin), value + margin)


def month_after(month: str, step: int) -> str:
    """Return the month so many after one, such as 2025-02 for ("2024-12", 2); before it when `step` is negative."""
    year, number = map(int, month.split("-"))
    years, index = divmod(year * 12 + number - 1 + step, 12)
    return f"{years}-{index + 1:02}"


def deviation(pairs: Sequence[tuple[float, float]]) -> float:
    """Return by which part of the actual figures predictions missed them on average; 0 without any."""
    return fmean(abs(predicted - actual) / actual for predicted, actual in pairs) if pairs else 0.0
