"""Queries asked at the plan's address, as they are written there: what Prometheus answers, and nothing read into it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed
from gonogo.probes.metrics.figures import Rate
from gonogo.probes.reply import Reply
from gonogo.promql import parse
from systems.docflow.service import DocFlow
from systems.waiting import read_until


@dataclass(frozen=True)
class Figure:
    """One series of an answer: its labels and its present value, which may be NaN."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Asked:
    """A query, and the answer to it, whatever it is."""

    query: str
    reply: Reply

    @property
    def said(self) -> str:
        """The answer in words: its status, and what kind of data came with it."""
        document = self.reply.json()
        kind = document.get("data", {}).get("resultType", "none") if isinstance(document, dict) else "none"
        word = document.get("status", "no status") if isinstance(document, dict) else "no document"
        return f"{self.reply.status} {word} {kind}"

    def figures(self) -> list[Figure]:
        """Return every series of the answer; none where it was refused.

        Raises:
            Missed: If it is no JSON document.
        """
        document = self.reply.json()
        data: Any = document.get("data") if isinstance(document, dict) else None
        if not isinstance(data, dict) or document.get("status") != "success":
            return []
        if data.get("resultType") == "scalar":
            return [Figure({}, float(data["result"][1]))]
        return [Figure(one.get("metric", {}), float(one["value"][1])) for one in data.get("result", [])]

    def finite(self) -> list[Figure]:
        """Return the series that have a figure."""
        return [one for one in self.figures() if math.isfinite(one.value)]


def ask(docflow: DocFlow, query: str) -> Asked:
    """Ask `query` exactly as it is written."""
    reply = docflow.grafana.http.get(docflow.grafana.path("query"), params={"query": query})
    return Asked(query, reply)


def printed(docflow: DocFlow, name: str) -> Asked:
    """Ask the query that the plan prints, kept under `name` in the environment file."""
    return ask(docflow, docflow.grafana.text(name))


def figure(docflow: DocFlow, name: str) -> Asked:
    """Ask the query of the named metric, again where nothing has been scraped yet."""
    return ask_again(docflow, _own(docflow, docflow.grafana.metric_settings(name).promql or ""), 1)


def counter(docflow: DocFlow, name: str) -> Asked:
    """Ask for the present series of a counter, again where none has been scraped yet."""
    return ask_again(docflow, _own(docflow, name), 1)


def ask_again(docflow: DocFlow, query: str, n: int) -> Asked:
    """Ask until there are `n` figures, at most 10 s; return the last answer."""
    return ask_until(docflow, query, lambda found: len(found) >= n)


def ask_until(docflow: DocFlow, query: str, good: Callable[[Sequence[Figure]], bool]) -> Asked:
    """Ask until the figures are good, at most 10 s, in which there are new scrapes; return the last answer."""
    return read_until(lambda: ask(docflow, query), lambda asked: good(asked.finite()))


def share_of_server_errors(docflow: DocFlow) -> Rate:
    """Return how many of the canary's requests were server errors, counted by their status.

    Raises:
        Missed: If requests are not counted at all, or not by their status: then no error could be seen.
    """
    asked = ask_again(docflow, _own(docflow, docflow.grafana.text("requests of the canary by status")), 1)
    found = asked.finite()
    if not found or any(not one.labels.get("status") for one in found):
        raise Missed(f"{asked.query}: requests are not counted by their status; an error would not be seen")
    total = round(sum(one.value for one in found))
    errors = round(sum(one.value for one in found if one.labels["status"].startswith("5")))
    return Rate("server errors of the canary", errors, total, source="prometheus", query=asked.query)


def value(docflow: DocFlow, name: str) -> float:
    """Return the one figure of the named metric, in the base unit.

    Raises:
        Missed: If there is not exactly one.
    """
    found = figure(docflow, name).finite()
    if len(found) != 1:
        raise Missed(f"{name}: {len(found)} figures, required one; look at its query in the environment file")
    return found[0].value * docflow.grafana.metric_settings(name).scale


def _own(docflow: DocFlow, text: str) -> str:
    """Return the query in which every selector demands the labels of this environment."""
    prometheus = docflow.grafana.settings.prometheus
    return parse(text).with_labels(prometheus.labels if prometheus else {})
