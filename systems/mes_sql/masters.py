"""Master data: workers, stations, operations and substations that the scenario makes, changes and finds again."""

from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed, Unverified
from systems.mes_sql import lists
from systems.mes_sql.build import LISTS, Build, Document
from systems.mes_sql.made import Made

NAME = "Sample, renamed"
FIELDS = {"worker": ("name", "stations", "operations"), "station": ("name", "operations")}


@dataclass(frozen=True)
class Master:
    """Something of master data: its kind, its id, and what it was created with."""

    kind: str
    identifier: str
    document: Document


def create(build: Build, made: Made, kind: str) -> Master:
    """Create a "worker", "station", "operation" or "substation" with a name and what else it needs."""
    stations, operations = _ids(build, "stations"), _ids(build, "operations")
    documents: dict[str, Document] = {
        "worker": {"name": "Sample worker", "stations": stations[:1], "operations": operations[:1]},
        "station": {"name": "Sample station", "operations": operations[:1]},
        "operation": {"name": "Sample operation"},
        "substation": {"name": "Sample substation", "stationId": stations[0]},
    }
    return Master(kind, str(made.create(kind, documents[kind])["id"]), documents[kind])


def give(build: Build, master: Master, kind: str, change: str) -> dict[str, object]:
    """Change it, and return what the database must then hold of it, as `held` does.

    Raises:
        Unverified: If it is of another kind, or the change is not known.
    """
    changes = _changes(build, change)
    if kind != master.kind or changes is None:
        raise Unverified(f"a {master.kind} cannot be given {change!r}; known are another name, and other or no lists")
    document = {**master.document, **changes}
    build.change(master.kind, master.identifier, document).require(200)
    return {field: _as_held(document[field]) for field in _fields(master.kind)}


def held(build: Build, master: Master) -> dict[str, object]:
    """Return what the database holds of it: its name, and the ids of what it is linked to.

    Raises:
        Missed: If it is not in the database.
    """
    for row in lists.stored(build, LISTS[master.kind]):
        if row["id"] == master.identifier:
            return {field: _as_held(row[field]) for field in _fields(master.kind)}
    raise Missed(f"the {master.kind} {master.identifier} was accepted and is not in the database; look at its log")


def task_of(build: Build, worker: str) -> tuple[str | None, str | None]:
    """Return the plan that a worker works at, as the API says it and as the database holds it."""
    said = next((one["current_task_plan_id"] for one in build.entries("workers") if one["id"] == worker), None)
    stored = next((row["task"] for row in build.green.query("workers") if row["id"] == worker), None)
    return said, stored


def _changes(build: Build, change: str) -> Document | None:
    stations, operations = _ids(build, "stations"), _ids(build, "operations")
    known: dict[str, Document] = {
        "another name": {"name": NAME},
        "other stations": {"stations": sorted(stations[1:3])},
        "no station": {"stations": []},
        "other operations": {"operations": sorted(operations[1:3])},
        "no operation": {"operations": []},
    }
    return known.get(change)


def _ids(build: Build, name: str) -> list[str]:
    found = sorted(str(entry["id"]) for entry in build.entries(name))
    if len(found) < 2:
        raise Unverified(f"there are {len(found)} {name}, at least 2 are needed; seed more")
    return found


def _fields(kind: str) -> tuple[str, ...]:
    return FIELDS.get(kind, ("name",))


def _as_held(value: Any) -> object:
    """Return a text as it is, and links (ids, or pairs of id and name) as sorted ids."""
    if isinstance(value, str):
        return value
    return sorted(str(one[0]) if isinstance(one, list | tuple) else str(one) for one in value)
