"""The table of a canary, [targets.NAME.canary]: which two targets are compared, and where their requests come from."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gonogo.promql import Query, parse
from gonogo.tables import Model, Positive, Seconds, StreamPath

SOURCES = ("probes", "prometheus", "access_log")
_GROUPS = frozenset({"at", "arm", "status", "latency"})
Metric = Annotated[str, Field(pattern=r"^[A-Za-z_:][A-Za-z0-9_:]*$")]


class ProbeOperationSettings(Model):
    """One GET that both arms are asked; `weight` says how often, beside the other operations."""

    path: StreamPath
    weight: Positive = 1.0


class ProbesSettings(Model):
    """The suite's own paired traffic: the same GET to both arms, back to back, in random order.

    Attributes:
        pairs_per_s: How many pairs are sent a second, so also how many requests each arm gets.
        lanes: How many pairs may be under way at once; each lane has a connection to each arm.
        told_by: A response header that tells the arms apart; where both arms give the same value, they are one.
        told: The value that each arm must give, such as { candidate = "canary", baseline = "stable" }.
        operations: The requests, by the names that steps use.
    """

    pairs_per_s: float = Field(default=20.0, gt=0, le=1000)
    lanes: int = Field(default=32, ge=1, le=256)
    told_by: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]+$")
    told: dict[Literal["candidate", "baseline"], str] = {}
    operations: dict[str, ProbeOperationSettings] = Field(min_length=1)

    @model_validator(mode="after")
    def _told_by_a_header(self) -> Self:
        if self.told and self.told_by is None:
            raise ValueError("told: give told_by as well, the response header that holds these values")
        return self


class HistogramSettings(Model):
    """One operation as Prometheus counts it.

    Attributes:
        histogram: The histogram's name, without _bucket.
        labels: Matchers beside those of the arm, such as 'route="/api/plans"'.
        scale: Factor from the histogram's unit to seconds.
        requests, failed: A counter of requests, and the matchers of those that failed; without, no errors are known.
        times_failures: Whether the histogram also times requests that failed.
    """

    histogram: Metric
    labels: str = ""
    scale: Positive = 1.0
    requests: Metric | None = None
    failed: str | None = None
    times_failures: bool = True

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.requests is None) != (self.failed is None):
            raise ValueError("give requests and failed, or neither: a share of errors needs both")
        for place, text in {"labels": self.labels, "failed": self.failed or ""}.items():
            try:
                parse(f"{self.histogram}{{{text}}}")
            except ValueError as error:
                raise ValueError(f"{place}: {error}; write matchers, such as 'status=~\"5..\"'") from None
        return self

    def buckets(self, arm: dict[str, str]) -> Query:
        """Return the selector of the buckets of an arm."""
        return self._query(f"{self.histogram}_bucket", arm)

    def counters(self, arm: dict[str, str]) -> tuple[Query, Query] | None:
        """Return the selectors of all requests of an arm, and of those that failed; None where no counter is named."""
        if self.requests is None or self.failed is None:
            return None
        return self._query(self.requests, arm), self._query(self.requests, arm, self.failed)

    def _query(self, name: str, arm: dict[str, str], more: str = "") -> Query:
        matchers = ",".join(part for part in (self.labels.strip(", "), more.strip(", ")) if part)
        return parse(parse(f"{name}{{{matchers}}}").with_labels(arm))


class HistogramsSettings(Model):
    """Users' own traffic, as the Prometheus of the same target counts it.

    Attributes:
        baseline, candidate: Labels that tell the arms apart.
        operations: What is counted, by the names that steps use.
        whole: The operation that counts every request once; may be left out where there is only one.
    """

    baseline: dict[str, str] = Field(min_length=1)
    candidate: dict[str, str] = Field(min_length=1)
    operations: dict[str, HistogramSettings] = Field(min_length=1)
    whole: str = ""

    @model_validator(mode="after")
    def _two_arms(self) -> Self:
        if self.baseline == self.candidate:
            raise ValueError("baseline and candidate have the same labels: both arms would be one")
        if self.whole not in self.operations and (self.whole or len(self.operations) > 1):
            known = ", ".join(self.operations)
            raise ValueError(f"whole: name the operation that counts every request; valid: {known}")
        return self

    @property
    def all_of_them(self) -> str:
        """The operation that counts every request once."""
        return self.whole or next(iter(self.operations))


class AccessLogSettings(Model):
    """Users' own traffic, as a log of the same target tells it, a line a request.

    Attributes:
        log: Its name in [targets.NAME.logs].
        pattern: A regular expression with the groups at, arm, status and latency.
        baseline, candidate: Values of the group arm.
        scale: Factor from the log's latency to seconds.
        failing: Which statuses are failures, as an expression for the whole status.
        longest_s: How long after it began a request may still be missing from the log.
    """

    log: str
    pattern: str
    baseline: str
    candidate: str
    scale: Positive = 1.0
    failing: str = "5.."
    longest_s: Seconds = 10.0

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for place in ("pattern", "failing"):
            try:
                re.compile(getattr(self, place))
            except re.error as error:
                raise ValueError(f"{place}: {getattr(self, place)!r} is no regular expression: {error}") from None
        missing = sorted(_GROUPS - set(re.compile(self.pattern).groupindex))
        if missing:
            raise ValueError(f"pattern: has no group {', '.join(missing)}")
        if self.baseline == self.candidate:
            raise ValueError(f"baseline and candidate are both {self.baseline!r}: both arms would be one")
        return self


class WatchSettings(Model):
    """A canary: two targets side by side, and one source of their requests.

    Attributes:
        baseline, candidate: Names of two targets of this file.
        source: Which of the tables below is used.
        share: The planned share of traffic that the candidate gets.
        seed: Makes order and spacing of probes repeatable.
    """

    baseline: str
    candidate: str
    source: Literal["probes", "prometheus", "access_log"]
    share: float | None = Field(default=None, gt=0, lt=1)
    seed: int = 1
    probes: ProbesSettings | None = None
    prometheus: HistogramsSettings | None = None
    access_log: AccessLogSettings | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.baseline == self.candidate:
            raise ValueError(f"baseline and candidate are both {self.baseline!r}: both arms would be one")
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if self.source not in given:
            raise ValueError(f'source = "{self.source}" needs its table (given: {", ".join(given) or "none"})')
        return self
