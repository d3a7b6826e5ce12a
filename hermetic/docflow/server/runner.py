"""Making the exports that are due: a look at the schedules every other second, by whichever instance comes first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import psycopg
from psycopg_pool import PoolTimeout

from hermetic.docflow.features import SCHEDULING
from hermetic.docflow.server.schedules import next_run
from hermetic.docflow.server.service import Service

PERIOD_S = 2.0
TROUBLE = (psycopg.Error, PoolTimeout)


@asynccontextmanager
async def exporting(service: Service) -> AsyncIterator[None]:
    """Make exports while this lasts, as far as the feature is on."""
    task = asyncio.ensure_future(_go_on(service))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _go_on(service: Service) -> None:
    while True:
        await asyncio.sleep(PERIOD_S)
        if service.features.has(SCHEDULING):
            with suppress(*TROUBLE):  # the next look makes up for it
                await export_due(service)


async def export_due(service: Service) -> None:
    """Make what is due, and say when it is due again; what another instance is at is left to it."""
    async with service.store.transaction() as connection:
        due = await connection.execute(
            "select id, format, frequency from docflow.schedules where next_run <= now() for update skip locked"
        )
        for row in await due.fetchall():
            await connection.execute(
                "insert into docflow.exports (mode, format) values ('scheduled', %s)", [row["format"]]
            )
            await connection.execute(
                "update docflow.schedules set next_run = %s where id = %s",
                [next_run(row["frequency"], datetime.now(UTC)), row["id"]],
            )
            service.metrics.count("exports_total", mode="scheduled")
