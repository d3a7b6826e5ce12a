"""The dual read: while both stores are in use, green compares them, and writes every difference into its log."""

import re

from gonogo.measurement import Measurement
from gonogo.probes.log import LogMark, LogProbe
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.waiting import read_until

DIFFERENCE = "Dual read discrepancy plan="
_COLLECTION = "mes-production-plans"


def read_altered(build: Build, made: Made) -> str:
    """Create a plan, change its quantity in the former store alone, read it, and return its id.

    Removing the plan at the end of the scenario removes the document too.
    """
    plan_id = str(made.create_plan(1)["id"])
    store = build.former_store
    path = store.path("document", collection=_COLLECTION, id=plan_id)
    document = store.http.get(path).require(200).json()
    found = document.get("document", document)
    store.http.put(path, json={**found, "quantity": float(found["quantity"]) + 1}).require(200, 201, 204)
    build.plan(plan_id)
    return plan_id


def awaited(log: LogProbe, plan_id: str, field: str, since: LogMark) -> Measurement:
    """Return how many lines name a difference of the plan in that field, once there is one or after a while."""
    pattern = rf"{DIFFERENCE}{re.escape(plan_id)} field={re.escape(field)}\b"
    return read_until(lambda: log.count(pattern, since), lambda found: bool(found.value))
