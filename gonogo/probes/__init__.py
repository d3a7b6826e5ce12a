"""Probes: code that goes and gets a fact, one module a source.

A probe asks the guard before it sends, keeps what it saw as evidence, and returns a measurement or a typed reply. It
never decides: what could not be had is raised as `Unverified`, what is too weak as `Inconclusive`, and an answer that
a working release would not give (cut off, malformed, endless) as `Missed`.
"""

from typing import Protocol

from gonogo import __version__

USER_AGENT = f"gonogo/{__version__} (release verification)"
RUN_HEADER = "X-Gonogo-Run"
"""Carries the run id on every request, so that the target's people can tell and filter our traffic."""


class Probe(Protocol):
    """One source of facts inside a target."""

    source: str
    """What measurements of this probe name as their source, e.g. "http"."""

    def close(self) -> None:
        """Give back connections and files; safe to call twice."""
