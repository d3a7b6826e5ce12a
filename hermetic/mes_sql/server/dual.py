"""Two stores at once: green writes every plan to the old store too, and may compare what both say of a plan."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hermetic.kit.http_client import Client
from hermetic.kit.log import ServiceLog
from hermetic.mes_sql.server.documents.client import delete_document, get_collection, put_document
from hermetic.mes_sql.server.store import Json, Store

PLANS, ASSIGNMENTS = "mes-production-plans", "mes-worker-assignments"
COMPARED = ("work_order_code", "status", "quantity")
NODE_FIELDS = ("nodeId", "name", "operationId", "nominalTime", "stations", "materialInputs", "predecessors")


class Dual:
    """What green does with the old store beside its own; blue, which has no other, does nothing here."""

    def __init__(
        self, old_store: Client, faults: Collection[str], log: ServiceLog, *, reads: bool, writes: bool, of: str
    ) -> None:
        green = of == "green"
        self._client = old_store
        self._faults = faults
        self._log = log
        self._reads = green and reads
        self._writes = green and writes and "no-dual-write" not in faults
        self._still_reads = green and "old-store-still-read" in faults

    async def read(self, plans: list[Json], store: str) -> None:
        """Compare plans that were answered with the old store's documents; each difference is a line in the log."""
        if self._still_reads:
            await get_collection(self._client, "mes-operations", "green")
        if not self._reads:
            return
        documents = {document["id"]: document for document in await get_collection(self._client, PLANS, "green")}
        for plan in plans:
            for field in differences(plan, documents.get(plan["id"])):
                if "dual-read-silent" not in self._faults:
                    self._log.warn(f"Dual read discrepancy plan={plan['id']} field={field} store={store}")

    async def write(self, store: Store, plan: Json) -> None:
        """Put a plan and its assignments into the old store."""
        if not self._writes:
            return
        await put_document(self._client, PLANS, plan["id"], as_document(plan), "green")
        for assignment in await store.assignments(plan["id"]):
            await put_document(self._client, ASSIGNMENTS, assignment["id"], assignment, "green")

    async def delete(self, plan_id: str, assignments: list[Json]) -> None:
        """Delete a plan and its assignments from the old store."""
        if not self._writes:
            return
        await delete_document(self._client, PLANS, plan_id, "green")
        for assignment in assignments:
            await delete_document(self._client, ASSIGNMENTS, assignment["id"], "green")


def as_document(plan: Json) -> Json:
    """Return a plan as the old store keeps it: what can be computed is left out."""
    return {name: value for name, value in plan.items() if name not in ("materialSummary", "node_count")}


def differences(plan: Json, document: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the fields in which an answer (of the list or of the detail) differs from the old store's document."""
    if document is None:
        yield "id"
        return
    for field in COMPARED:
        if plan[field] != document.get(field):
            yield field
    known = document.get("nodes", [])
    if len(known) != len(plan["nodes"]):
        yield "nodes"
        return
    for mine, theirs in zip(plan["nodes"], known, strict=True):
        for field in NODE_FIELDS:
            if field in mine and _plain(mine[field]) != _plain(theirs.get(field)):
                yield f"nodes.{mine['nodeId']}.{field}"


def _plain(value: Any) -> str:
    """Return a value in one form: numbers as floats, lists in order."""
    return json.dumps(_floats(value), sort_keys=True)


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((_floats(one) for one in value), key=str)
    if isinstance(value, dict):
        return {name: _floats(one) for name, one in value.items()}
    return float(value) if isinstance(value, int) else value
