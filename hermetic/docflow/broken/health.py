"""Faults of an instance's health."""

from collections.abc import Collection

from hermetic.docflow.world import Arm


def is_well(arm: Arm, faults: Collection[str]) -> bool:
    """Tell whether an instance says that it is well."""
    return not (arm == "canary" and "canary-health-down" in faults)
