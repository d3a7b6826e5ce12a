"""Faults of the service times: all of them longer, or only the slowest."""

from collections.abc import Collection

from hermetic.docflow.world import Arm

SLOWER, TAIL, CRAWL, PUBLISH_CRAWL = 1.3, 1.8, 12.0, 10.0
BOTH_SLOWER = 1.5
TAIL_BEGINS = 0.875


def shared(faults: Collection[str]) -> float:
    """Return by which factor every service time is longer, of both arms, once the canary runs the release."""
    return BOTH_SLOWER if "release-slows-both-arms" in faults else 1.0


def stretched(place: float, arm: Arm, faults: Collection[str], *, publishing: bool) -> float:
    """Return by which factor a service time is longer.

    Args:
        place: Where it stands among all, in (0, 1).
    """
    if arm != "canary":
        return 1.0
    factor = SLOWER if "slow-canary" in faults else 1.0
    if "slow-canary-tail" in faults and place > TAIL_BEGINS:
        factor *= TAIL
    if "canary-slow-api" in faults and not publishing:
        factor *= CRAWL
    return factor * (PUBLISH_CRAWL if "slow-publish" in faults and publishing else 1.0)
