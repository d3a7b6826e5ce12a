"""Arranging: putting a whole world, databases, old store, balancer, files and logs, into a named state."""

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hermetic.mes_sql import database, papers, repository, traffic
from hermetic.mes_sql.balancer import conf, place
from hermetic.mes_sql.broken.records import spoil_records, spoil_schema
from hermetic.mes_sql.old_store.content import content
from hermetic.mes_sql.seeding import load
from hermetic.mes_sql.seeding.master import SIZES
from hermetic.mes_sql.states import STATES, State
from hermetic.mes_sql.world import World


@dataclass(frozen=True)
class Arrangement:
    """A state, and the size of its seed: minimal, default or full."""

    state: State
    seed: str = "full"


def known(body: dict[str, Any]) -> Arrangement:
    """Return what a request to arrange asks for.

    Raises:
        ValueError: A name is not known; the message lists those that are.
    """
    name, seed = str(body.get("state", "")), str(body.get("seed", "full"))
    unknown = sorted(set(body) - {"state", "seed"})
    if unknown:
        raise ValueError(f"unknown parameters {unknown}; known are state and seed")
    if name not in STATES:
        raise ValueError(f"there is no state {name!r}; known are {', '.join(STATES)}")
    if seed not in SIZES:
        raise ValueError(f"there is no seed {seed!r}; known are {', '.join(SIZES)}")
    return Arrangement(STATES[name], seed)


def arrange(world: World, arrangement: Arrangement, faults: Collection[str]) -> dict[str, Any]:
    """Put databases, balancer and files into a state; return what the old store then holds.

    Whoever calls it restarts what serves, and hands the old store its content.
    """
    state, now = arrangement.state, datetime.now(UTC)
    with ThreadPoolExecutor(1) as pool:  # Git and Postgres keep us waiting, each its own time
        written = pool.submit(_write_texts, world, state, faults)
        _fill_databases(world, arrangement, now, faults)
        written.result()
    blue, green = weights(state, faults)
    place.put(world, conf.compose(conf.parameters_of(blue), conf.parameters_of(green)))
    world.state_file.write_text(json.dumps(state.as_json(arrangement.seed)), encoding="utf-8")
    return content(SIZES[arrangement.seed] if state.seeded else None, day=state.days, now=now)


def weights(state: State, faults: Collection[str]) -> tuple[int, int]:
    """Return the shares of blue and green, as a planted fault gives them."""
    blue, green = state.weights
    if "wrong-weight" in faults:
        return green, blue
    return (40, 60) if "uneven-halves" in faults and blue == green else (blue, green)


def _write_texts(world: World, state: State, faults: Collection[str]) -> None:
    repository.make(world, state.stage, faults)
    papers.write(world, state.stage, faults)


def _fill_databases(world: World, arrangement: Arrangement, now: datetime, faults: Collection[str]) -> None:
    state = arrangement.state
    database.keep_statistics(world, wanted="statements-unlisted" not in faults)
    for name in (world.main_database, world.test_database):
        database.reset(world, name, state.revision)
    if not state.seeded:
        return
    with world.connect(world.test_database) as connection:
        spoil_schema(connection, faults)
    with world.connect(world.main_database) as connection:
        load.seed(connection, SIZES[arrangement.seed])
        connection.execute("analyze")
        if state.day:
            traffic.record(connection, state.day, now, faults)
            traffic.write_log(world.log_of("green"), now)
        spoil_records(connection, faults)
        spoil_schema(connection, faults)
