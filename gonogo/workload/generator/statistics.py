"""Keeps locust's own statistics right: adds what our recorder took, once a tick, instead of an event for each request.

Failures are fired as events, which locust counts by itself.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from time import time

from locust.stats import RequestStats, StatsEntry, bucket_response_time

from gonogo.workload.buckets import bounds
from gonogo.workload.recording import Recording


def flush(stats: RequestStats, difference: Recording, counted: AbstractSet[str]) -> None:
    """Add the successful requests of `difference` to locust's statistics, without the names it has `counted` itself."""
    for (_, key), figures in difference.figures.items():
        if figures.intended and key not in counted:
            method, _, name = key.partition(" ")
            entry = _entry(stats, name, method, figures.intended)
            stats.entries[name, method].extend(entry)
            stats.total.extend(entry)


def _entry(stats: RequestStats, name: str, method: str, intended: Mapping[int, int]) -> StatsEntry:
    entry = StatsEntry(stats, name, method)
    for bucket, count in intended.items():
        milliseconds = sum(bounds(bucket)) * 500
        entry.response_times[bucket_response_time(milliseconds)] += count
        entry.total_response_time += milliseconds * count  # type: ignore[assignment]  # locust adds floats, too
    entry.num_requests = sum(intended.values())
    entry.min_response_time = bounds(min(intended))[0] * 1000  # type: ignore[assignment]
    entry.max_response_time = bounds(max(intended))[1] * 1000  # type: ignore[assignment]
    entry.last_request_timestamp = now = time()
    entry.num_reqs_per_sec[int(now)] = entry.num_requests
    return entry
