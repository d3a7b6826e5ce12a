"""Readers of the database build's API: its list and its details of plans, its stations and its workers.

    MES_SQL_TOKEN=... locust -f load/mes_sql.py -H http://127.0.0.1:3001 -u 50 -r 50 -t 60

A user asks for the list of plans, for one of them, for stations and for workers, in proportions 4 : 3 : 2 : 1. The
token comes from the environment variable that the parameter `token_variable` names (MES_SQL_TOKEN).
"""

import json
import os
import random
import threading

from gonogo.workload.generator.locustfile import Answer, LeanUser, current, succeeds, task

PLANS = "/api/mes/production-plans"
_ids: list[str] = []
_lock = threading.Lock()


def token() -> dict[str, str]:
    """Return the header with the token; nothing where the variable is not set, for an API that asks for none."""
    variable = current().order.parameters.get("token_variable", "MES_SQL_TOKEN")
    value = os.environ.get(variable)
    return {"Authorization": f"Bearer {value}"} if value else {}


def ids_of(answer: Answer) -> list[str]:
    """Return the ids in a list of plans."""
    plans = json.loads(answer.body).get("plans", []) if succeeds(answer) == "" else []
    return [str(plan["id"]) for plan in plans if plan.get("id")]


class Reader(LeanUser):
    """Somebody with the plan list open."""

    def headers(self) -> dict[str, str]:
        return token()

    def prepare(self) -> None:
        """Find out which plans there are, once a process and outside what is recorded."""
        with _lock:
            if not _ids:
                client = current().unrecorded_client(token())
                _ids.extend(ids_of(client.get(PLANS)) or ["no-plan-was-listed"])
                client.close()

    @task(4)
    def plans(self) -> None:
        """Read the list."""
        self.client.get(PLANS)

    @task(3)
    def plan(self) -> None:
        """Read one plan with its nodes."""
        self.client.get(f"{PLANS}/{random.choice(_ids)}", name=f"{PLANS}/:id")

    @task(2)
    def stations(self) -> None:
        """Read the stations."""
        self.client.get("/api/mes/stations")

    @task(1)
    def workers(self) -> None:
        """Read the workers."""
        self.client.get("/api/mes/workers")
