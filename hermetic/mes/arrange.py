"""Arranging: putting a whole world, rows, counters, flags, files and log, into a named state."""

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hermetic.kit.log import timestamp
from hermetic.mes import papers, repository
from hermetic.mes.broken.records import spoil_records
from hermetic.mes.flags import CANONICAL, VALIDATION
from hermetic.mes.keys import COUNTERS, FALLBACK_PLANS, SINCE, VERSION, counter_key
from hermetic.mes.logbook import write_history
from hermetic.mes.server.app import FALLBACK_PLANS as FALLBACK_QUERY
from hermetic.mes.states import STATES, Parameters, State, load_rows
from hermetic.mes.store.tables import Connection
from hermetic.mes.world import World

ENV_TEXT = """\
# Feature flags, read once when the server starts.
{canonical_name}={canonical}
{validation_name}=true
"""
BAD_OUTCOMES = {"start": COUNTERS[0], "completion": COUNTERS[1], "creation": COUNTERS[2]}


@dataclass(frozen=True)
class Arrangement:
    """What was arranged, as `state.json` keeps it."""

    state: State
    parameters: Parameters

    def as_json(self) -> dict[str, Any]:
        parameters = {**vars(self.parameters), "problems": dict(self.parameters.problems)}
        return {"state": self.state.name, "fallback_removed": self.state.fallback_removed, "parameters": parameters}


def arrange(world: World, connection: Connection, arrangement: Arrangement, faults: Collection[str]) -> None:
    """Put the world into a state; whoever calls it restarts the server if its flags or its release changed."""
    state, now = arrangement.state, datetime.now(UTC)
    calendar = world.calendar
    repository.place(world, cleaned=state.fallback_removed, faults=faults)
    validator = repository.pristine_validator()
    backups = load_rows(connection, validator, world.templates, state, arrangement.parameters, calendar)
    _replace_folder(backups, world.backups)
    spoiled = spoil_records(connection, world, faults)
    papers.place(world, connection, state, calendar, faults, template=None if spoiled else backups.name)
    _write_env(world, canonical=state.canonical, faults=faults)
    world.state_file.write_text(json.dumps(arrangement.as_json()), encoding="utf-8")
    write_history(world, state, calendar, faults)
    since = (now, calendar.pilot_start, calendar.window_end, calendar.window_end)[state.stage]
    _set_counters(world, connection, since)
    for name in ("last-migration.json", "last-smoke.json"):
        (world.directory / name).unlink(missing_ok=True)


def _replace_folder(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


def _write_env(world: World, *, canonical: bool, faults: Collection[str]) -> None:
    if "env-starts-canonical" in faults:
        canonical = not canonical
    text = ENV_TEXT.format(
        canonical_name=CANONICAL, validation_name=VALIDATION, canonical="true" if canonical else "false"
    )
    if "env-without-validation" in faults:
        text = text.replace(f"{VALIDATION}=true", f"{VALIDATION}=false")
    world.env_file.write_text(text, encoding="utf-8")


def _set_counters(world: World, connection: Connection, since: datetime) -> None:
    """Set the counters to what the week's events say, since the moment they count from."""
    fallback = [row[0] for row in connection.execute(FALLBACK_QUERY)]
    bad: dict[str, int] = dict(
        connection.execute(
            """
            select kind, count(*) from mes.events
            where at >= %s and outcome in ('partial', 'capped', 'invalid') group by kind
            """,
            [since],
        ).fetchall()
    )
    with world.redis() as client:
        version = client.get(VERSION)
        client.flushdb()
        client.mset({counter_key(name): bad.get(kind, 0) for kind, name in BAD_OUTCOMES.items()})
        client.set(VERSION, int(str(version or 0)) + 1)
        client.set(SINCE, timestamp(since))
        if fallback:
            client.sadd(FALLBACK_PLANS, *fallback)


def known_state(name: str) -> State:
    """Return a state by its name.

    Raises:
        ValueError: There is none of that name; the message lists them.
    """
    if name not in STATES:
        raise ValueError(f"there is no state {name!r}; known are {', '.join(STATES)}")
    return STATES[name]
