"""Waiting for an observer's scrapes, asked at its address: a rise is one from what was seen to what is seen."""

import time
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from hermetic.errors import HermeticError
from hermetic.kit.command import request

PATIENCE_S = 30.0  # a real Prometheus takes six seconds to its first scrape, more on a busy machine
DOWN_S = 5.0  # for a target that has been scraped and did not answer
PAUSE_S = 0.1


def await_scrapes(url: str, since: float = 0.0) -> None:
    """Wait until an observer has scraped all its targets successfully, by scrapes that began at a moment or later.

    It waits at most 30 s; once all have been scraped, and some of them in vain, at most 5 s more. Where the observer
    does not answer, as with some faults, nothing is waited for.

    Args:
        url: Where the observer answers.
        since: The moment, in Unix time (s); 0 takes every scrape that it has not forgotten.
    """
    scraped, ends = f"timestamp(up) >= {since:.3f}", time.monotonic() + PATIENCE_S
    with suppress(HermeticError):
        while not _holds_for_all(url, f"{scraped} and up == 1") and time.monotonic() < ends:
            if _holds_for_all(url, scraped):
                ends = min(ends, time.monotonic() + DOWN_S)
            time.sleep(PAUSE_S)


def _holds_for_all(url: str, condition: str) -> bool:
    """Tell whether a condition holds for every target, of which there must be one."""
    targets = len(_data(url, "targets?state=active")["activeTargets"])
    result = _data(url, f"query?query={quote(f'count({condition})')}")["result"]
    return bool(result) and 0 < targets <= float(result[0]["value"][1])


def _data(url: str, path: str) -> Any:
    status, body = request("GET", f"{url}/api/v1/{path}")
    if status != 200 or body is None:
        raise HermeticError(f"{url} answers {path} with {status}", "is it a Prometheus?")
    return body["data"]
