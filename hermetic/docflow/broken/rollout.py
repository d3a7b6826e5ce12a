"""Faults of the rollout itself: what runs where, and how much of the traffic it gets."""

from collections.abc import Collection, Mapping

from hermetic.docflow.world import OLD_RELEASE, Arm

WRONG_SHARE = 20


def arranged_releases(releases: Mapping[Arm, str], state: str, faults: Collection[str]) -> dict[Arm, str]:
    """Return which release each instance really runs."""
    arranged = dict(releases)
    if "old-version-serving" in faults and state in ("full", "reviewed"):
        arranged["stable"] = OLD_RELEASE
    if "canary-old-release" in faults:
        arranged["canary"] = OLD_RELEASE
    return arranged


def configured_share(share: int, faults: Collection[str]) -> int:
    """Return the share that the router is given, in percent."""
    return WRONG_SHARE if "share-configured-wrong" in faults and share else share
