"""From a run directory to its verdict: what was expected against what the event log says happened."""

from collections.abc import Iterable, Mapping
from typing import Any

from gonogo.measurement import now
from gonogo.outcome import Outcome
from gonogo.run import Run
from gonogo.verdict import Expected, Verdict, derive


def conclude(run: Run) -> Verdict:
    """Derive the verdict of a run from its directory alone, and write verdict.json."""
    request = run.read("request.json")
    expected = Expected.from_dict(run.read("expected.json"))
    problems: list[str] = []
    try:
        events = run.events()
    except ValueError as error:
        events, problems = [], [f"events.jsonl cannot be read: {error}"]
    for event in events:
        if event["kind"] == "problem":
            problems.append(event["text"])
    if not any(event["kind"] == "run.end" for event in events):
        problems.append("the run did not come to its end")
    verdict = derive(expected, _by_node(events), run.read("waived.json"), list(dict.fromkeys(problems)))
    run.write("verdict.json", verdict.as_dict(request, request.get("started", ""), now()))
    return verdict


def missed_so_far(run: Run) -> frozenset[str]:
    """Return the criteria that are missed by what has been recorded yet; nothing that follows can change it."""
    verdict = derive(Expected.from_dict(run.read("expected.json")), _by_node(run.events()), {}, [])
    return frozenset(criterion["id"] for criterion in verdict.criteria if criterion["outcome"] == Outcome.MISSED)


def _by_node(events: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    records: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        if event["kind"] == "scenario.end":
            records.setdefault(event["record"]["nodeid"], []).append(event["record"])
    return records


def records_of(run: Run) -> list[dict[str, Any]]:
    """Return the scenario records of a run, in the order in which they ended."""
    return [event["record"] for event in run.events() if event["kind"] == "scenario.end"]
