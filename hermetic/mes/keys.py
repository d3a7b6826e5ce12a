"""The names of what the stand-in keeps in Redis, for the server and for the commands that touch it."""

COUNTERS = ("reservation_mismatch_count", "consumption_capped_count", "validation_error_count")
FALLBACK_PLANS = "mes:fallback_plans"
SINCE = "mes:metrics_since"
VERSION = "mes:plans_version"


def counter_key(name: str) -> str:
    """Return the key of a counter."""
    return f"mes:{name}"
