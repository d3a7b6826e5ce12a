"""What the API answers: https://prometheus.io/docs/prometheus/latest/querying/api/."""

from typing import Any

from hermetic.docflow.observing.own import writing
from hermetic.docflow.observing.own.asking import Parameters, wrong
from hermetic.docflow.observing.own.scraping import now
from hermetic.docflow.observing.own.work import Work
from hermetic.docflow.observing.promql.evaluation import Evaluation
from hermetic.docflow.observing.promql.labels import Labels
from hermetic.docflow.observing.promql.nodes import Node, Parenthesis, Selector
from hermetic.docflow.observing.promql.series import distinct
from hermetic.docflow.observing.promql.words import Refused

MOST_STEPS = 11_000
EVERYTHING = '{__name__=~".+"}'


def instant(work: Work, asked: Parameters) -> Any:
    """Evaluate a query at one moment; a range gives its samples."""
    at, node = asked.moment("time", now()), asked.query()
    if node.type == "matrix":
        selector = _selector(node)
        end = at - selector.offset_ms
        found = work.store.windows(selector.matchers, end - selector.range_ms, end)
        return writing.matrix((labels, list(zip(one.times, one.values, strict=True))) for labels, one in found)
    value = Evaluation(work.store, at).value(node)
    return writing.scalar(at, value) if isinstance(value, float) else writing.vector(at, distinct(value))


def range_(work: Work, asked: Parameters) -> Any:
    """Evaluate a query at each step from `start` to `end`."""
    node, start, end, step = asked.query(), asked.moment("start"), asked.moment("end"), asked.step()
    if node.type == "matrix":
        raise wrong("query", 'invalid expression type "range vector" for range query, must be Scalar or instant Vector')
    if end < start:
        raise wrong("end", "end timestamp must not be before start time")
    if (end - start) // step > MOST_STEPS:
        raise Refused(f"exceeded maximum resolution of {MOST_STEPS} points per timeseries")
    courses: dict[Labels, list[tuple[int, float]]] = {}
    for at in range(start, end + 1, step):
        for sample in distinct(Evaluation(work.store, at).vector(node)):
            courses.setdefault(sample.labels, []).append((at, sample.value))
    return writing.matrix(courses.items())


def series(work: Work, asked: Parameters) -> Any:
    """Return the labels of the series that have samples between `start` and `end`."""
    selectors = [one for one in asked.selectors() if isinstance(one, Selector) and one.type == "vector"]
    if not selectors or len(selectors) < len(asked.selectors()):
        raise wrong("match[]", "no selector, or something else than selectors of an instant")
    begin, end = asked.moment("start", 0), asked.moment("end", now())
    found = {labels for one in selectors for labels, _ in work.store.windows(one.matchers, begin - 1, end)}
    return [dict(labels) for labels in sorted(found)]


def rules(work: Work, asked: Parameters) -> Any:
    """Return groups of rules; there are none but alerts."""
    wanted = asked.get("type", "alert")
    if wanted not in ("alert", "record"):
        raise wrong("type", f"not supported value {wanted!r}")
    return {"groups": [writing.group(one) for one in work.evaluators] if wanted == "alert" else []}


def alerts(work: Work, _: Parameters) -> Any:
    """Return what is pending or firing."""
    return {"alerts": [alert for one in work.evaluators for watch in one.watches for alert in writing.alerts(watch)]}


def targets(work: Work, _: Parameters) -> Any:
    """Return whom it scrapes, whatever `state` is asked for: none is ever dropped."""
    return {"activeTargets": [writing.target(one) for one in work.targets], "droppedTargets": []}


def build(_: Work, __: Parameters) -> Any:
    """Say what this is: no version of Prometheus."""
    return {"version": "own", "revision": "", "branch": "", "buildUser": "", "buildDate": "", "goVersion": ""}


def delete(work: Work, asked: Parameters) -> None:
    """Forget every series; no choice of them is supported."""
    if asked.all("match[]") != [EVERYTHING]:
        raise wrong("match[]", f"not supported but for {EVERYTHING}")
    work.store.clear()


def _selector(node: Node) -> Selector:
    while isinstance(node, Parenthesis):
        node = node.of
    assert isinstance(node, Selector), f"{node} was read as a range"
    return node
