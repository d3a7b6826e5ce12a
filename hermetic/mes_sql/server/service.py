"""What the routes of one instance share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from starlette.requests import Request

from hermetic.kit.http_client import Client
from hermetic.kit.log import ServiceLog
from hermetic.kit.planted import Planted
from hermetic.mes_sql.server.dual import Dual
from hermetic.mes_sql.server.store import Store
from hermetic.mes_sql.server.streams import Streams
from hermetic.mes_sql.world import World

Colour = Literal["blue", "green"]


@dataclass
class Service:
    """One instance: blue on the old store, or green on PostgreSQL."""

    world: World
    colour: Colour
    store: Store
    faults: Planted
    log: ServiceLog
    dual: Dual
    streams: Streams
    sessions: set[str] = field(default_factory=set)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    requests: int = 0


def make_service(world: World, colour: Colour) -> Service:
    """Put an instance together; nothing is connected yet."""
    from hermetic.mes_sql.server.documents.store import DocumentStore
    from hermetic.mes_sql.server.sql.store import SqlStore

    faults = Planted(world.faults_file)
    log = ServiceLog(world.log_of(colour))
    state = world.state()
    old_store = Client(world.old_store_url)
    store: Store = SqlStore(world, faults) if colour == "green" else DocumentStore(old_store)
    dual = Dual(old_store, faults, log, reads=state["dual_read"], writes=not state["retired"], of=colour)
    return Service(world, colour, store, faults, log, dual, Streams(faults))


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
