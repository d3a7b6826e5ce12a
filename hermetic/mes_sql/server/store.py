"""What both stores can do; the routes know no more of them than this."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Json = dict[str, Any]
Channel = Literal["mes_plan_updates", "mes_assignment_updates", "mes_worker_updates"]
Kind = Literal["operation", "station", "substation", "worker"]
# The fields of each kind of master data beside its id and its tag, and what each must be: see `check_master`.
FIELDS: Mapping[Kind, Mapping[str, str]] = {
    "operation": {"name": "text"},
    "station": {"name": "text", "operations": "ids"},
    "substation": {"name": "text", "stationId": "text"},
    "worker": {"name": "text", "status": "status", "stations": "ids", "operations": "ids"},
}


@dataclass(frozen=True)
class Event:
    """Something that has happened: its number, after which a client may go on, and its payload, a line of JSON."""

    number: int
    payload: str


Hearing = AbstractAsyncContextManager[AsyncIterator[Event | None]]


class Store(Protocol):
    """Plans, master data and what happens to them. Whatever cannot be done raises `errors.Refused`."""

    name: str

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Hold the store's connections while it is used."""

    async def check(self) -> None:
        """Ask the store for a sign of life; raises what its connection raises."""

    def pool(self) -> Json:
        """Return min, max, size and available connections."""

    async def listed(self, kind: Kind) -> list[Json]:
        """Return all operations, stations, substations or workers, by name."""

    async def assignments(self, plan_id: str | None) -> list[Json]:
        """Return the assignments of a plan, or all, by id."""

    async def plans(self, limit: int | None) -> list[Json]:
        """Return plans, newest first."""

    async def plan(self, plan_id: str) -> Json | None:
        """Return a plan with all that belongs to it."""

    async def create_plan(self, plan: Json) -> Json:
        """Store a plan; return it."""

    async def change_plan(self, plan_id: str, changes: Json) -> Json:
        """Change a plan, its status too; return it."""

    async def delete_plan(self, plan_id: str) -> None:
        """Delete a plan that has a tag, and give its material back."""

    async def save(self, kind: Kind, identifier: str | None, body: Json) -> Json:
        """Create (without an id) or change master data; return it as it is listed."""

    async def delete(self, kind: Kind, identifier: str) -> None:
        """Delete master data that has a tag."""

    def listening(self, channel: Channel, after: int | None) -> Hearing:
        """Hear what happens, in its order, from now on or after an event; None now and then, so that silence shows."""
