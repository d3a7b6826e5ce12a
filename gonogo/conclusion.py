"""From a run directory to its verdict: what was expected against what the event log says happened."""

from typing import Any

from gonogo.measurement import now
from gonogo.run import Run
from gonogo.verdict import Expected, Verdict, derive


def conclude(run: Run) -> Verdict:
    """Derive the verdict of a run from its directory alone, and write verdict.json."""
    request = run.read("request.json")
    expected = Expected.from_dict(run.read("expected.json"))
    problems: list[str] = []
    records: dict[str, list[dict[str, Any]]] = {}
    try:
        events = run.events()
    except ValueError as error:
        events, problems = [], [f"events.jsonl cannot be read: {error}"]
    for event in events:
        if event["kind"] == "problem":
            problems.append(event["text"])
        elif event["kind"] == "scenario.end":
            records.setdefault(event["record"]["nodeid"], []).append(event["record"])
    if not any(event["kind"] == "run.end" for event in events):
        problems.append("the run did not come to its end")
    verdict = derive(expected, records, run.read("waived.json"), list(dict.fromkeys(problems)))
    run.write("verdict.json", verdict.as_dict(request, request.get("started", ""), now()))
    return verdict


def records_of(run: Run) -> list[dict[str, Any]]:
    """Return the scenario records of a run, in the order in which they ended."""
    return [event["record"] for event in run.events() if event["kind"] == "scenario.end"]
