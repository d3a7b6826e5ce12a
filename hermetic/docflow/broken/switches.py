"""Faults of the switches: a feature that stays on, or goes with another."""

from collections.abc import Collection, Mapping

from hermetic.docflow.platforms.builds import Build
from hermetic.docflow.world import OLD_RELEASE

IGNORED = {
    "ai-flag-ignored": "queue_ai_enrichment",
    "forecast-flag-ignored": "analytics_forecasting",
    "export-flag-ignored": "export_scheduling",
}
"""Fault -> the feature whose variable of the build does nothing."""
STAYS = "analytics_forecasting"


def switched(released: Mapping[str, bool], enabled: bool, build: Build, faults: Collection[str]) -> dict[str, bool]:
    """Return which features are on.

    Args:
        released: Whether the instance's release has each.
        enabled: The remote switch.
        build: The current build of the front end.
    """
    allowed = {feature: build.allows(feature) for feature in released}
    if "partial-rollback-takes-all" in faults:
        allowed = dict.fromkeys(allowed, all(allowed.values()))
    for fault, feature in IGNORED.items():
        if fault in faults and build.release != OLD_RELEASE:
            allowed[feature] = True
    stays = {STAYS} if "flag-does-not-switch-off" in faults else set()
    return {name: there and allowed[name] and (enabled or name in stays) for name, there in released.items()}
