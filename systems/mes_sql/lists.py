"""The lists of the build: what the API says of each entry, and what the database says of it, in one form."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gonogo import judge
from gonogo.outcome import Unverified
from gonogo.target import Target
from systems.mes_sql.build import Build, Document
from systems.mes_sql.canonical import named

Rows = list[dict[str, Any]]


def served(name: str, entries: Sequence[Document]) -> Rows:
    """Return the entries of a list as the API gives them, with nothing but what the database must also know."""
    return [{"id": entry["id"], **_SERVED[name](entry)} for entry in entries]


def keyed(subject: str, rows: Iterable[Mapping[str, Any]], key: str = "id") -> dict[str, str]:
    """Return the canonical text of each row by its key; one that stands twice is a row more, not a doubt."""
    times: Counter[str] = Counter()
    told: list[dict[str, Any]] = []
    for row in rows:
        times[str(row[key])] += 1
        again = times[str(row[key])]
        told.append({**row, key: row[key] if again == 1 else f"{row[key]} (number {again})"})
    return judge.by_key(subject, told, key)


def stored(build: Build, name: str) -> Rows:
    """Return the entries of a list as the database has them.

    Raises:
        Unverified: If nothing is known of a list of that name.
    """
    if name not in _STORED:
        raise Unverified(f"nothing is known of a list of {name}; known are {', '.join(_STORED)}")
    return _STORED[name](build.green)


def linked(target: Target, query: str, to: str) -> dict[str, list[list[str]]]:
    """Return what each owner is linked to by a junction table, as sorted pairs of id and name."""
    names = {row["id"]: row["name"] for row in target.query(to)}
    found: dict[str, list[list[str]]] = defaultdict(list)
    for row in target.query(query):
        found[row["owner"]].append([row["id"], names.get(row["id"], "")])
    return {owner: sorted(pairs) for owner, pairs in found.items()}


def _operations(target: Target) -> Rows:
    return [{"id": row["id"], "name": row["name"]} for row in target.query("operations")]


def _stations(target: Target) -> Rows:
    operations = linked(target, "operations of stations", "operations")
    return [{**row, "operations": operations.get(row["id"], [])} for row in target.query("stations")]


def _workers(target: Target) -> Rows:
    stations = linked(target, "stations of workers", "stations")
    operations = linked(target, "operations of workers", "operations")
    return [
        {**row, "stations": stations.get(row["id"], []), "operations": operations.get(row["id"], [])}
        for row in target.query("workers")
    ]


_STORED: dict[str, Callable[[Target], Rows]] = {
    "operations": _operations,
    "stations": _stations,
    "substations": lambda target: target.query("substations"),
    "workers": _workers,
    "worker assignments": lambda target: target.query("assignments", plan=None),
}
_SERVED: dict[str, Callable[[Document], dict[str, Any]]] = {
    "operations": lambda entry: {"name": entry["name"]},
    "stations": lambda entry: {"name": entry["name"], "operations": named(entry["operations"])},
    "substations": lambda entry: {"name": entry["name"], "station": entry["stationId"]},
    "workers": lambda entry: {
        "name": entry["name"],
        "status": entry["status"],
        "task": entry["current_task_plan_id"],
        "stations": named(entry["stations"]),
        "operations": named(entry["operations"]),
    },
    "worker assignments": lambda entry: {
        "plan": entry["planId"],
        "node": entry["nodeId"],
        "worker": entry["workerId"],
        "station": entry["stationId"],
        "status": entry["status"],
    },
}
