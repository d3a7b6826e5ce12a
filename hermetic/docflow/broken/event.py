"""Faults of the audit event that ends the rollout."""

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from typing import Any

Event = dict[str, Any]
SHORT = 25
SAMPLE = {"api_p95_ms": 145, "publish_p95_ms": 12, "error_rate_percent": 0.02}
TOO_MANY = 2.5


def distorted(event: Event, faults: Collection[str]) -> Event:
    """Return the event as the planted faults have it."""
    written = deepcopy(event)
    for fault in sorted(set(CHANGES).intersection(faults)):
        CHANGES[fault](written)
    return written


def _local_time(event: Event) -> None:
    event["timestamp"] = event["timestamp"][:16].replace("T", " ")


def _short(event: Event) -> None:
    event["details"]["canary_duration_minutes"] = SHORT


def _seconds(event: Event) -> None:
    event["details"]["success_metrics"]["api_p95_ms"] /= 1000


def _without_publish(event: Event) -> None:
    del event["details"]["success_metrics"]["publish_p95_ms"]


def _ratio(event: Event) -> None:
    event["details"]["success_metrics"]["error_rate_percent"] = TOO_MANY


def _two_features(event: Event) -> None:
    event["details"]["features_deployed"].pop()


def _sample(event: Event) -> None:
    event["details"]["success_metrics"].update(SAMPLE)


CHANGES: Mapping[str, Callable[[Event], None]] = {
    "audit-local-time": _local_time,
    "audit-duration-wrong": _short,
    "audit-in-seconds": _seconds,
    "audit-publish-missing": _without_publish,
    "audit-error-ratio": _ratio,
    "audit-two-features": _two_features,
    "audit-sample-figures": _sample,
}
