"""Blue's store: whole documents, joined in memory, as the code before the rollout does it. It knows no stock."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from hermetic.kit.http_client import Client
from hermetic.kit.log import timestamp
from hermetic.mes_sql.server.bodies import check_step
from hermetic.mes_sql.server.documents import client as documents
from hermetic.mes_sql.server.documents.joins import assign, listed_plan, summary, with_names
from hermetic.mes_sql.server.documents.listening import listening
from hermetic.mes_sql.server.errors import Refused, unknown
from hermetic.mes_sql.server.store import Channel, Hearing, Json, Kind

PLANS, ASSIGNMENTS = "mes-production-plans", "mes-worker-assignments"
PREFIXES = {"operation": "OP", "station": "ST", "substation": "SUB", "worker": "W"}
BLUE = "blue"
BLANK: Mapping[Kind, Json] = {
    "worker": {"status": "idle", "currentTask": None, "stations": [], "operations": []},
    "station": {"operations": []},
}


def collection_of(kind: Kind) -> str:
    return f"mes-{kind}s"


class DocumentStore:
    """The store of `server.store.Store` on the old store."""

    name = "firebase"

    def __init__(self, client: Client) -> None:
        self.client = client
        self._writing = asyncio.Lock()  # one instance is the only one to number plans

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        yield

    async def check(self) -> None:
        await (await self.client.send("GET", "/counters")).read()

    def pool(self) -> Json:
        return {"min": 0, "max": 0, "size": 0, "available": 0}

    async def all(self, collection: str) -> list[Json]:
        return await documents.get_collection(self.client, collection, BLUE)

    async def put(self, collection: str, document: Json) -> None:
        await documents.put_document(self.client, collection, document["id"], document, BLUE)

    async def listed(self, kind: Kind) -> list[Json]:
        mine = await self.all(collection_of(kind))
        others = {
            field: await self.all(f"mes-{field}")
            for field in ("stations", "operations")
            if kind in ("worker", "station")
        }
        return sorted(
            (with_names(kind, document, others) for document in mine), key=lambda one: (one["name"], one["id"])
        )

    async def assignments(self, plan_id: str | None) -> list[Json]:
        found = await self.all(ASSIGNMENTS)
        wanted = [one for one in found if plan_id is None or one["planId"] == plan_id]
        return sorted(wanted, key=lambda one: str(one["id"]))

    async def plans(self, limit: int | None) -> list[Json]:
        found = sorted(await self.all(PLANS), key=lambda one: (one["created_at"], one["id"]), reverse=True)
        return [listed_plan(document) for document in found[:limit]]

    async def plan(self, plan_id: str) -> Json | None:
        document = await documents.get_document(self.client, PLANS, plan_id, BLUE)
        return None if document is None else {**document, "materialSummary": summary(document)}

    async def create_plan(self, plan: Json) -> Json:
        async with self._writing:
            document = await self._numbered(plan)
            given = {one["nodeId"]: one["workerId"] for one in plan["assignments"]}
            made = assign(document, await self.all("mes-workers"), given)
            await self.put(PLANS, document)
            for assignment in made:
                await self.put(ASSIGNMENTS, assignment)
        return {**document, "materialSummary": summary(document)}

    async def _numbered(self, plan: Json) -> Json:
        """Return a new plan's document; F keeps blue's codes apart from green's, which have another counter."""
        month = f"PPL-{datetime.now(UTC):%m%y}-F"
        taken = [int(one["id"].removeprefix(month)) for one in await self.all(PLANS) if one["id"].startswith(month)]
        nodes = [
            {
                **{name: node[name] for name in ("nodeId", "name", "operationId", "nominalTime", "predecessors")},
                "sequenceOrder": position,
                "stations": [{"priority": 1, **station} for station in node["assignedStations"]],
                "materialInputs": node["materialInputs"],
            }
            for position, node in enumerate(plan["nodes"], 1)
        ]
        return {
            "id": f"{month}{max(taken, default=0) + 1:03d}",
            "work_order_code": plan["orderCode"],
            "status": "draft",
            "quantity": plan["quantity"],
            "created_at": timestamp(),
            "tag": plan.get("tag"),
            "nodes": nodes,
        }

    async def change_plan(self, plan_id: str, changes: Json) -> Json:
        async with self._writing:
            plan = await documents.get_document(self.client, PLANS, plan_id, BLUE)
            if plan is None:
                raise unknown("plan", plan_id)
            if changes.get("status", plan["status"]) != plan["status"]:
                check_step(plan["status"], changes["status"])
            names = {"orderCode": "work_order_code", "quantity": "quantity", "status": "status"}
            plan |= {names[field]: value for field, value in changes.items()}
            await self.put(PLANS, plan)
            if changes.get("status") == "released":
                have = {one["nodeId"] for one in await self.assignments(plan_id)}
                for one in assign(plan, await self.all("mes-workers"), {}):
                    if one["nodeId"] not in have:
                        await self.put(ASSIGNMENTS, one)
            if changes.get("status") == "production":
                await self._begin(plan)
        return {**plan, "materialSummary": summary(plan)}

    async def _begin(self, plan: Json) -> None:
        """Make a plan the current task of its idle workers."""
        tasks: dict[str, str] = {}
        for assignment in await self.assignments(plan["id"]):
            tasks.setdefault(assignment["workerId"], assignment["nodeId"])
            await self.put(ASSIGNMENTS, {**assignment, "status": "active"})
        for worker in await self.all("mes-workers"):
            if worker["id"] in tasks and worker["currentTask"] is None:
                task = {"planId": plan["id"], "nodeId": tasks[worker["id"]]}
                await self.put("mes-workers", {**worker, "status": "busy", "currentTask": task})

    async def delete_plan(self, plan_id: str) -> None:
        await self._delete_tagged(PLANS, "plan", plan_id)
        for assignment in await self.assignments(plan_id):
            await documents.delete_document(self.client, ASSIGNMENTS, assignment["id"], BLUE)
        for worker in await self.all("mes-workers"):
            if (worker["currentTask"] or {}).get("planId") == plan_id:
                await self.put("mes-workers", {**worker, "status": "idle", "currentTask": None})

    async def save(self, kind: Kind, identifier: str | None, body: Json) -> Json:
        collection = collection_of(kind)
        async with self._writing:
            document = await self._new(kind, body) if identifier is None else await self._known(kind, identifier)
            fields: dict[str, Any] = {name: value for name, value in body.items() if name not in ("id", "tag")}
            await self.put(collection, {**document, **fields})
        return next(one for one in await self.listed(kind) if one["id"] == document["id"])

    async def _new(self, kind: Kind, body: Json) -> Json:
        numbers: Collection[Json] = await self.all(collection_of(kind))
        identifier = body.get("id") or f"{PREFIXES[kind]}-F{len(numbers) + 1:04d}"
        return {"id": identifier, "tag": body.get("tag"), **BLANK.get(kind, {})}

    async def _known(self, kind: Kind, identifier: str) -> Json:
        document = await documents.get_document(self.client, collection_of(kind), identifier, BLUE)
        if document is None:
            raise unknown(kind, identifier)
        return document

    async def delete(self, kind: Kind, identifier: str) -> None:
        await self._delete_tagged(collection_of(kind), kind, identifier)

    async def _delete_tagged(self, collection: str, what: str, identifier: str) -> None:
        document = await documents.get_document(self.client, collection, identifier, BLUE)
        if document is None:
            raise unknown(what, identifier)
        if not document.get("tag"):
            raise Refused(403, "Only what has a tag can be deleted")
        await documents.delete_document(self.client, collection, identifier, BLUE)

    def listening(self, channel: Channel, after: int | None) -> Hearing:
        return listening(self.client, channel, after)
