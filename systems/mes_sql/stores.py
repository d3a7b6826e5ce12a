"""The former store beside the database: both read into rows, part by part, under one key each."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gonogo.outcome import Unverified
from systems.mes_sql import canonical
from systems.mes_sql.build import Build, Document

Rows = list[dict[str, Any]]


def documents(build: Build, collection: str) -> list[Document]:
    """Return all documents of a collection of the former store."""
    store = build.former_store
    found: list[Document] = (
        store.http.get(store.path("collection", collection=collection)).require(200).json_at("/documents")
    )
    return found


def former(build: Build, part: str) -> Rows:
    """Return the rows of a part as the former store has them, each with its `key`.

    Raises:
        Unverified: If the part is not one of PARTS.
    """
    collection, split = _known(part)
    return [row for document in documents(build, collection) for row in split(document)]


def stored(build: Build, part: str) -> Rows:
    """Return the rows of a part as the database has them, each with its `key`; raises as `former` does."""
    _known(part)
    parameters = {"plan": None} if part in OF_PLANS else {}
    return [_COLUMNS[part](row) for row in build.green.query(part, **parameters)]


def counters(build: Build) -> Document:
    """Return how often the former store was read and written: {"reads", "writes", "byClient", ...}."""
    store = build.former_store
    found: Document = store.http.get(store.path("counters")).require(200).json()
    return found


def _known(part: str) -> tuple[str, Callable[[Document], Iterable[dict[str, Any]]]]:
    if part not in PARTS:
        raise Unverified(f"the stores have no part {part!r}; known are {', '.join(PARTS)}")
    return PARTS[part]


def _row(*key: object, **values: object) -> dict[str, Any]:
    return {"key": " ".join(map(str, key)), **values}


def _plans(document: Document) -> Iterator[dict[str, Any]]:
    yield _plan({key: document[key] for key in ("id", "work_order_code", "status", "quantity")})


def _nodes(document: Document) -> Iterator[dict[str, Any]]:
    for number, node in enumerate(document["nodes"], 1):
        yield _node({**node, "plan": document["id"], "sequence_order": number})


def _stations(document: Document) -> Iterator[dict[str, Any]]:
    for node in canonical.plan(document)["nodes"]:
        for station, priority in node["stations"]:
            yield _row(document["id"], node["nodeId"], station, priority=priority)


def _materials(document: Document) -> Iterator[dict[str, Any]]:
    for node in canonical.plan(document)["nodes"]:
        for code, quantity in node["materialInputs"]:
            yield _row(document["id"], node["nodeId"], code, quantity=quantity)


def _predecessors(document: Document) -> Iterator[dict[str, Any]]:
    for node in canonical.plan(document)["nodes"]:
        for predecessor in node["predecessors"]:
            yield _row(document["id"], node["nodeId"], predecessor)


def _linked(field: str) -> Callable[[Document], Iterator[dict[str, Any]]]:
    def split(document: Document) -> Iterator[dict[str, Any]]:
        for other in document[field]:
            yield _row(document["id"], other["id"] if isinstance(other, dict) else other)

    return split


def _plan(row: dict[str, Any]) -> dict[str, Any]:
    return _row(row["id"], order=row["work_order_code"], status=row["status"], quantity=float(row["quantity"]))


def _node(row: dict[str, Any]) -> dict[str, Any]:
    node, operation, time = (row.get(a, row.get(b)) for a, b in _NAMES)
    values = {"name": row["name"], "operation": operation, "time": float(str(time)), "place": row["sequence_order"]}
    return _row(row["plan"], node, **values)


def _assignment(row: dict[str, Any]) -> dict[str, Any]:
    plan, node, worker, station = (row.get(a, row.get(b)) for a, b in _ASSIGNED)
    return _row(row["id"], plan=plan, node=node, worker=worker, station=station, status=row["status"])


_NAMES = (("node", "nodeId"), ("operation", "operationId"), ("nominal_time", "nominalTime"))
_ASSIGNED = (("plan", "planId"), ("node", "nodeId"), ("worker", "workerId"), ("station", "stationId"))
_PLANS, _WORKERS, _PLACES = "mes-production-plans", "mes-workers", "mes-stations"
OF_PLANS = (
    "plans",
    "nodes",
    "stations of nodes",
    "material needs of nodes",
    "predecessors of nodes",
    "assignments",
)
PARTS: dict[str, tuple[str, Callable[[Document], Iterable[dict[str, Any]]]]] = {
    "plans": (_PLANS, _plans),
    "nodes": (_PLANS, _nodes),
    "stations of nodes": (_PLANS, _stations),
    "material needs of nodes": (_PLANS, _materials),
    "predecessors of nodes": (_PLANS, _predecessors),
    "assignments": ("mes-worker-assignments", lambda document: [_assignment(document)]),
    "stations of workers": (_WORKERS, _linked("stations")),
    "operations of workers": (_WORKERS, _linked("operations")),
    "operations of stations": (_PLACES, _linked("operations")),
}
_COLUMNS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "plans": _plan,
    "nodes": _node,
    "stations of nodes": lambda row: _row(row["plan"], row["node"], row["station"], priority=int(row["priority"])),
    "material needs of nodes": lambda row: _row(
        row["plan"], row["node"], row["material"], quantity=float(row["quantity"])
    ),
    "predecessors of nodes": lambda row: _row(row["plan"], row["node"], row["predecessor"]),
    "assignments": _assignment,
    "stations of workers": lambda row: _row(row["owner"], row["id"]),
    "operations of workers": lambda row: _row(row["owner"], row["id"]),
    "operations of stations": lambda row: _row(row["owner"], row["id"]),
}
