"""Work on an assignment: starting reserves material, completing consumes it."""

from typing import Any

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.mes.domain.materials import Amounts, Reservation
from hermetic.mes.server import plans
from hermetic.mes.server.assignments import Row, load_locked, presented
from hermetic.mes.server.errors import Refused
from hermetic.mes.server.operation import Operation
from hermetic.mes.server.product import Product, product_of

CHOICES = ("proceed", "cancel")


async def start(request: Request) -> JSONResponse:
    """Start an assignment and reserve its material, in part when stock is short.

    The operator decides what happens then: `onPartial` = "proceed" keeps the partial reservation, "cancel" gives it
    back and leaves the assignment pending. Without `onPartial` the reservation stands, and the decision may follow in
    a second call.
    """
    product, name = product_of(request), request.path_params["id"]
    async with Operation(product, "start") as operation:
        choice = (await plans.body_of(request, optional=True)).get("onPartial")
        if choice not in (None, *CHOICES):
            raise Refused(400, "onPartial must be proceed or cancel", got=choice)
        operation.subject = name
        async with product.pool.connection() as connection, connection.transaction():
            row = await load_locked(connection, name)
            if row["status"] == "in_progress" and row["decision"] == "pending" and choice:
                operation.kind = "decision"
                warning: dict[str, Any] | None = _warning(Reservation(row["planned_amounts"], row["reserved_amounts"]))
                await _decide(connection, row, choice)
            else:
                warning = await _begin(connection, product, operation, row, choice)
            row = await load_locked(connection, name)
    return JSONResponse({"success": True, "assignment": presented(row), "warning": warning})


async def _begin(
    connection: AsyncConnection[Any], product: Product, operation: Operation, row: Row, choice: str | None
) -> dict[str, Any] | None:
    """Reserve what is free and start; return the warning when that is less than planned."""
    if row["status"] != "pending":
        raise Refused(409, "Assignment is already started", id=row["id"], now=row["status"])
    reservation = product.model.reserve(row["planned_amounts"], await _free(connection, row["planned_amounts"]))
    warning = None
    if reservation.partial:
        operation.outcome = "partial"
        warning = _warning(reservation)
        product.log.warn(f"Partial reservation: assignment {row['id']} lacks {reservation.missing}")
        await product.counters.count("reservation_mismatch_count")
    decision = (choice or "pending") if reservation.partial else None
    await _move(connection, row["id"], "reserve", reservation.reserved)
    await connection.execute(
        """
        update mes.assignments
        set status = 'in_progress', decision = %s, reserved_amounts = %s, started_at = now() where id = %s
        """,
        [decision, Jsonb(reservation.reserved), row["id"]],
    )
    if decision == "cancel":
        await _decide(connection, await load_locked(connection, row["id"]), "cancel")
    return warning


async def _decide(connection: AsyncConnection[Any], row: Row, choice: str) -> None:
    """Keep a partial reservation, or give it back."""
    if choice == "proceed":
        await connection.execute("update mes.assignments set decision = 'proceed' where id = %s", [row["id"]])
        return
    await _move(connection, row["id"], "release", row["reserved_amounts"])
    await connection.execute(
        """
        update mes.assignments
        set status = 'pending', decision = 'cancel', reserved_amounts = '{}', started_at = null where id = %s
        """,
        [row["id"]],
    )


def _warning(reservation: Reservation) -> dict[str, Any]:
    materials = [
        {"code": code, "planned": reservation.planned[code], "reserved": reservation.reserved[code], "missing": missing}
        for code, missing in reservation.missing.items()
    ]
    return {"message": "Partial reservation", "materials": materials, "choices": list(CHOICES)}


async def _free(connection: AsyncConnection[Any], wanted: Amounts) -> Amounts:
    """Return what is free of each wanted material, locking the rows in one order."""
    cursor = await connection.execute(
        "select code, stock - reserved from mes.materials where code = any(%s) order by code for update",
        [sorted(wanted)],
    )
    return dict(await cursor.fetchall())


async def _move(connection: AsyncConnection[Any], name: str, kind: str, amounts: Amounts) -> None:
    """Book amounts of material for an assignment: held on `reserve`, let go on `release`, gone on `consume`."""
    held = {"reserve": 1, "release": -1, "consume": 0}[kind]
    for code, amount in sorted(amounts.items()):
        if amount:
            await connection.execute(
                "update mes.materials set reserved = greatest(0, reserved + %s), stock = stock - %s where code = %s",
                [held * amount, amount if kind == "consume" else 0, code],
            )
            await connection.execute(
                "insert into mes.material_movements (material, assignment_id, kind, amount) values (%s, %s, %s, %s)",
                [code, name, kind, amount],
            )


async def complete(request: Request) -> JSONResponse:
    """Complete an assignment: consume material, at most what was reserved, and give the rest back."""
    product, name = product_of(request), request.path_params["id"]
    async with Operation(product, "completion") as operation:
        operation.subject = name
        wanted = (await plans.body_of(request, optional=True)).get("consumed")
        async with product.pool.connection() as connection, connection.transaction():
            row = await load_locked(connection, name)
            if row["status"] != "in_progress":
                raise Refused(409, "Assignment is not in progress", id=name, now=row["status"])
            consumption = product.model.cap(_amounts(wanted, row), row["reserved_amounts"])
            if consumption.capped:
                operation.outcome = "capped"
                product.log.warn(f"Consumption capped: assignment {name} wanted {consumption.wanted}")
                await product.counters.count("consumption_capped_count")
            await _move(connection, name, "release", row["reserved_amounts"])
            await _move(connection, name, "consume", consumption.consumed)
            await _finish(connection, row, consumption.consumed)
            row = await load_locked(connection, name)
        await product.counters.plans_changed()
    return JSONResponse({"success": True, "assignment": presented(row), "capped": consumption.capped})


def _amounts(wanted: Any, row: Row) -> Amounts:
    """Return what the operator says was used; by default what was planned.

    Raises:
        Refused: With 400, when it is not an object of non-negative numbers by material of this assignment.
    """
    if wanted is None:
        return dict(row["planned_amounts"])
    if not isinstance(wanted, dict) or any(
        not isinstance(amount, int | float) or amount < 0 for amount in wanted.values()
    ):
        raise Refused(400, "consumed must map material codes to amounts of at least 0")
    foreign = sorted(set(wanted) - set(row["planned_amounts"]))
    if foreign:
        raise Refused(400, "consumed names materials that the assignment does not use", materials=foreign)
    return {code: float(amount) for code, amount in wanted.items()}


async def _finish(connection: AsyncConnection[Any], row: Row, consumed: Amounts) -> None:
    """Close an assignment, and its plan with the last one."""
    await connection.execute(
        "update mes.assignments set status = 'completed', consumed_amounts = %s, completed_at = now() where id = %s",
        [Jsonb(consumed), row["id"]],
    )
    await connection.execute(
        """
        update mes.production_plans set status = 'completed', document = jsonb_set(document, '{status}', '"completed"')
        where id = %(plan)s and not exists (
            select 1 from mes.assignments where plan_id = %(plan)s and status <> 'completed')
        """,
        {"plan": row["plan_id"]},
    )
