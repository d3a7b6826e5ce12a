"""Faults of what was recorded: figures that would not let the rollout go on."""

from collections.abc import Collection

SLOWER, SLOWER_TAIL = 1.1, 1.2
TAIL_BEGINS = 1.19  # times the usual: an eighth takes longer
FEWER_ADMINS, FEWER_SCHEDULED, MANUAL_STAYS = 8, 0.2, 0.95
DIM_EACH = 10
DIM_OF_TEN = 4
DIMMED = 0.7


def dimmed(confidence: float | None, number: int, faults: Collection[str]) -> float | None:
    """Return the confidence of a document: with the fault four of ten are not sure."""
    if confidence is not None and "low-confidence" in faults and number % DIM_EACH < DIM_OF_TEN:
        return min(confidence, DIMMED)
    return confidence


def slowed(times: float, faults: Collection[str]) -> float:
    """Return by which factor a recorded request of the release took longer.

    Args:
        times: How many times the usual time of its kind it took.
    """
    factor = SLOWER if "recorded-slower" in faults else 1.0
    return factor * (SLOWER_TAIL if "recorded-slower-tail" in faults and times > TAIL_BEGINS else 1.0)


def adopting(number: int, faults: Collection[str]) -> int:
    """Return how many admins have tried a feature."""
    return FEWER_ADMINS if "low-adoption" in faults else number


def scheduled_share(share: float, faults: Collection[str]) -> float:
    """Return which part of the exports was scheduled."""
    return FEWER_SCHEDULED if "few-scheduled" in faults else share


def manual_factor(factor: float, faults: Collection[str]) -> float:
    """Return what is left of the manual work, as a part of what it was."""
    return MANUAL_STAYS if "manual-work-stays" in faults else factor


def has_critical_errors(faults: Collection[str]) -> bool:
    return "critical-errors" in faults
