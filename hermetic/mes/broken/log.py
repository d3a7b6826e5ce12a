"""Faults that keep a line out of the backend's log, or put one in."""

from collections.abc import Callable, Collection

SILENCED = {
    "log-invalid-schema-missing": "Invalid plan schema",
    "log-partial-reservation-missing": "Partial reservation",
    "log-consumption-capped-missing": "Consumption capped",
    "log-deprecation-missing": "executionGraph is deprecated",
    "log-nodes-missing": "Using nodes (canonical model)",
    "log-graph-missing": "Using executionGraph (feature flag disabled)",
    "log-flags-missing": "FEATURE_USE_CANONICAL_NODES",
}


def audible(faults: Collection[str]) -> Callable[[str], bool]:
    """Return the test whether a message reaches the log."""
    return lambda message: not any(text in message for name, text in SILENCED.items() if name in faults)


def errors_at_start(faults: Collection[str]) -> list[str]:
    """Return the errors that a planted fault leaves in the log whenever the server starts."""
    planted = "log-has-errors" in faults
    return ["Unhandled TypeError: cannot read properties of undefined (reading 'nodes')"] if planted else []
