"""The form of the lists of the database build: their order, what each entry carries, what none may repeat."""

from typing import Any, TypeAlias

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import shapes
from systems.mes_sql.build import Build

Entries: TypeAlias = tuple[str, list[dict[str, Any]]]
FORM = "compare the answer in the evidence with the documentation of the API"


@then("it is sorted by name")
def sorted_by_name(entries: Entries, recorder: Recorder, build: Build) -> None:
    _none(recorder, entries, "out of order", shapes.out_of_order(entries[1], "name", shapes.collated(build.green)))


@then("it is sorted from the newest to the oldest")
def newest_first(entries: Entries, recorder: Recorder) -> None:
    _none(recorder, entries, "older than the one below it", shapes.newer_below(entries[1]))


@then(phrase("each entry carries its {what} by id and name"))
def carries(entries: Entries, recorder: Recorder, what: str) -> None:
    _none(recorder, entries, f"without proper {what}", shapes.without(entries[1], what, ("id", "name")))
    _some(recorder, entries, what)


@then("each of its nodes has an id, a name and a nominal time")
def carries_nodes(entries: Entries, recorder: Recorder) -> None:
    wrong = shapes.without(entries[1], "nodes", ("nodeId", "name", "nominalTime"))
    _none(recorder, entries, "with another node", wrong)
    _some(recorder, entries, "nodes")


@then("one without operations has an empty list")
def empty_list(entries: Entries, recorder: Recorder, build: Build) -> None:
    bare = shapes.bare_stations(build.green)
    if not bare:
        raise Inconclusive(
            "every station has an operation, so that this list says nothing of one without; add a station"
        )
    wrong = [entry["id"] for entry in entries[1] if entry["id"] in bare and entry.get("operations") != []]
    _none(recorder, entries, "without operations and without an empty list", wrong)


@then("no entry repeats an operation")
def no_repetition(entries: Entries, recorder: Recorder) -> None:
    _none(recorder, entries, "that repeat an operation", shapes.repeating(entries[1], "operations"))


@then("each entry names its station")
def names_station(entries: Entries, recorder: Recorder) -> None:
    _none(recorder, entries, "without a station", [one["id"] for one in entries[1] if not one.get("stationId")])


@then("each entry names its plan, its worker and its state")
def names_parts(entries: Entries, recorder: Recorder) -> None:
    wrong = [
        one.get("id", "?")
        for one in entries[1]
        if not (one.get("planId") and one.get("workerId") and one.get("status"))
    ]
    _none(recorder, entries, "without plan, worker or state", wrong)


@then("each entry counts its nodes, and counts them rightly")
def counts_nodes(entries: Entries, recorder: Recorder) -> None:
    wrong = [one["id"] for one in entries[1] if str(one.get("node_count")) != str(len(one.get("nodes") or []))]
    _none(recorder, entries, "with another count than nodes", wrong)


@then("the nodes of each entry follow their sequence")
def nodes_in_order(entries: Entries, recorder: Recorder, build: Build) -> None:
    _none(recorder, entries, "whose nodes are out of order", shapes.nodes_out_of_order(build.green, entries[1]))


def _none(recorder: Recorder, entries: Entries, what: str, wrong: list[str]) -> None:
    """Require that no entry is wrong, of at least one."""
    name, found = entries
    shown = ", ".join(map(str, wrong[:5]))
    measured = Measurement(f"{name} {what}", len(wrong), "count", samples=len(found), source="http", query=shown)
    recorder.expect(bool(found) and not wrong, measured, "0 of at least one", FORM)


def _some(recorder: Recorder, entries: Entries, what: str) -> None:
    """Require that at least one entry has any: where all lists are empty, the join was lost."""
    having = sum(bool(entry.get(what)) for entry in entries[1])
    measured = Measurement(f"{entries[0]} with {what}", having, "count", samples=len(entries[1]), source="http")
    recorder.check(measured, Limit(">=", 1, "count"), FORM)
