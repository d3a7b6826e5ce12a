"""The old store over HTTP: collections of documents, a feed of their changes, and counters of who read and wrote."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hermetic.kit.log import timestamp
from hermetic.kit.request_log import RequestLog

COLLECTIONS = (
    *("mes-production-plans", "mes-worker-assignments", "mes-workers"),
    *("mes-stations", "mes-operations", "mes-substations"),
)
Json = dict[str, Any]


class OldStore:
    """All collections in memory."""

    def __init__(self) -> None:
        self.load({})

    def load(self, content: Mapping[str, Any]) -> None:
        """Replace everything: documents by collection and id, and what the counters have come to."""
        self.collections: dict[str, dict[str, Json]] = {name: {} for name in COLLECTIONS}
        self.collections.update(content.get("collections", {}))
        self.by_client: dict[str, dict[str, int]] = content.get("byClient", {})
        self.last_read: str | None = content.get("lastReadAt")
        self.since: str = content.get("since") or timestamp()
        self.changes: list[Json] = []
        self.changed = asyncio.Event()

    def count(self, client: str, what: str) -> None:
        mine = self.by_client.setdefault(client, {"reads": 0, "writes": 0})
        mine[what] += 1
        if what == "reads":
            self.last_read = timestamp()

    def note(self, collection: str, operation: str, document: Json) -> None:
        """Add a change to the feed and wake who waits for it."""
        change = {
            "id": len(self.changes) + 1,
            "operation": operation,
            "key": document["id"],
            "planId": document.get("planId", document["id"] if collection == COLLECTIONS[0] else None),
            "status": document.get("status"),
            "at": timestamp(),
        }
        self.changes.append({"collection": collection, **change})
        self.changed.set()
        self.changed = asyncio.Event()

    def counters(self) -> Json:
        totals = {what: sum(one[what] for one in self.by_client.values()) for what in ("reads", "writes")}
        none = {"reads": 0, "writes": 0}
        known = {"blue": none, "green": none, **self.by_client}
        return {**totals, "byClient": known, "lastReadAt": self.last_read, "since": self.since}


def _store(request: Request) -> OldStore:
    store: OldStore = request.app.state.store
    return store


def _client(request: Request) -> str:
    return request.headers.get("x-client", "other")


def _missing(request: Request) -> Response:
    return JSONResponse({"error": f"There is no {request.url.path}", "details": []}, 404)


async def get_collection(request: Request) -> Response:
    store, name = _store(request), request.path_params["name"]
    if name not in store.collections:
        return _missing(request)
    store.count(_client(request), "reads")
    return JSONResponse({"documents": list(store.collections[name].values())})


async def get_document(request: Request) -> Response:
    store, path = _store(request), request.path_params
    store.count(_client(request), "reads")
    document = store.collections.get(path["name"], {}).get(path["id"])
    return _missing(request) if document is None else JSONResponse(document)


async def put_document(request: Request) -> Response:
    store, path = _store(request), request.path_params
    if path["name"] not in store.collections:
        return _missing(request)
    document = {**await request.json(), "id": path["id"]}
    operation = "UPDATE" if path["id"] in store.collections[path["name"]] else "INSERT"
    store.collections[path["name"]][path["id"]] = document
    store.count(_client(request), "writes")
    store.note(path["name"], operation, document)
    return JSONResponse(document)


async def delete_document(request: Request) -> Response:
    store, path = _store(request), request.path_params
    document = store.collections.get(path["name"], {}).pop(path["id"], None)
    if document is None:
        return _missing(request)
    store.count(_client(request), "writes")
    store.note(path["name"], "DELETE", document)
    return JSONResponse({"deleted": path["id"]})


async def get_changes(request: Request) -> Response:
    """Answer with the changes after one, or wait for the next; a first question (after=-1) learns where to begin."""
    store, name = _store(request), request.path_params["name"]
    after = int(request.query_params.get("after", -1))
    if after < 0:
        return JSONResponse({"changes": [{"id": len(store.changes)}]})
    found = _after(store, name, after)
    if not found:
        with suppress(TimeoutError):
            await asyncio.wait_for(store.changed.wait(), min(30.0, float(request.query_params.get("wait", 0))))
        found = _after(store, name, after)
    return JSONResponse({"changes": found})


def _after(store: OldStore, collection: str, number: int) -> list[Json]:
    return [
        {key: value for key, value in change.items() if key != "collection"}
        for change in store.changes[number:]
        if change["collection"] == collection
    ]


async def get_counters(request: Request) -> Response:
    return JSONResponse(_store(request).counters())


async def load(request: Request) -> Response:
    """Replace everything; for the control port."""
    _store(request).load(await request.json())
    return JSONResponse({})


ROUTES = [
    Route("/collections/{name}", get_collection),
    Route("/collections/{name}/{id}", get_document),
    Route("/collections/{name}/{id}", put_document, methods=["PUT"]),
    Route("/collections/{name}/{id}", delete_document, methods=["DELETE"]),
    Route("/changes/{name}", get_changes),
    Route("/counters", get_counters),
    Route("/load", load, methods=["PUT"]),
]


def make_app(request_log: Path) -> Starlette:
    """Return the application; it holds nothing yet."""
    log = Middleware(RequestLog, path=request_log, more=lambda: {"port": "old_store"})
    app = Starlette(routes=ROUTES, middleware=[log])
    app.state.store = OldStore()
    return app
