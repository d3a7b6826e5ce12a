"""What the routes share: the release's rules, the stores, the log."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import redis.asyncio
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request

from hermetic.kit.log import ServiceLog
from hermetic.kit.planted import Planted
from hermetic.mes.broken.log import audible
from hermetic.mes.broken.model import broken_flags, broken_model
from hermetic.mes.domain.model import Model
from hermetic.mes.domain.validation import compile_schema
from hermetic.mes.server.counters import Counters
from hermetic.mes.world import World

DEFAULT_FLOOR_MS = 15.0


@dataclass(frozen=True)
class Product:
    """One server process of one release."""

    world: World
    model: Model
    faults: Planted
    pool: AsyncConnectionPool
    counters: Counters
    log: ServiceLog
    floor_s: float
    started_at: datetime

    @property
    def build(self) -> str:
        return "canonical-only" if self.model.fallback_removed else "with-fallback"


def make_product(world: World, environment: Mapping[str, str]) -> Product:
    """Read flags and schema once, and prepare (not yet open) the stores.

    Raises:
        jsonschema.SchemaError: ProductionPlanSchema.json is not a JSON Schema.
    """
    faults = Planted(world.faults_file)
    validator = compile_schema(json.loads(world.schema_file.read_text(encoding="utf-8")))
    flags = broken_flags(environment, faults)
    return Product(
        world=world,
        model=broken_model(flags, bool(world.state()["fallback_removed"]), validator, faults),
        faults=faults,
        pool=AsyncConnectionPool(world.conninfo, min_size=2, max_size=8, open=False, kwargs={"autocommit": True}),
        counters=Counters(redis.asyncio.Redis(**world.redis_options)),
        log=ServiceLog(world.log_file, audible(faults)),
        floor_s=float(os.environ.get("MES_SERVICE_FLOOR_MS", DEFAULT_FLOOR_MS)) / 1000,
        started_at=datetime.now(UTC),
    )


def product_of(request: Request) -> Product:
    product: Product = request.app.state.product
    return product
