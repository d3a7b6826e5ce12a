"""Plan documents for commands and states (the server has its own, asynchronous ways in hermetic.mes.server)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hermetic.mes.domain.nodes import Document
from hermetic.mes.store.tables import Connection


def all_plans(connection: Connection, plan_id: str | None = None) -> list[Document]:
    """Return the stored plans in order of their ids, or the one asked for (an empty list when there is none)."""
    rows = connection.execute(
        "select document from mes.production_plans where %(id)s::text is null or id = %(id)s order by id",
        {"id": plan_id},
    )
    return [row[0] for row in rows]


def save_plans(connection: Connection, plans: Iterable[Document]) -> None:
    """Overwrite the documents of stored plans, together or not at all."""
    query = """
        update mes.production_plans
        set document = %(document)s, status = %(status)s, quantity = %(quantity)s, updated_at = now() where id = %(id)s
    """
    with connection.transaction():
        connection.cursor().executemany(query, [row_of(plan) for plan in plans])


def insert_plans(connection: Connection, plans: Iterable[Document]) -> None:
    """Add plans, dated by their own createdAt."""
    with connection.cursor().copy(
        "copy mes.production_plans (id, status, quantity, tag, document, created_at, updated_at) from stdin"
    ) as sink:
        for plan in plans:
            row = row_of(plan)
            sink.write_row(
                [*(row[name] for name in ("id", "status", "quantity", "tag", "document")), *[plan["createdAt"]] * 2]
            )


def row_of(plan: Document) -> Mapping[str, Any]:
    """Return the columns of a plan's row."""
    return {
        "id": plan["id"],
        "status": plan.get("status", "draft"),
        "quantity": plan.get("quantity"),
        "tag": plan.get("tag"),
        "document": json.dumps(plan),
    }
