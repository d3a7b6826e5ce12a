"""The named states of a world: which plans, which flags, which events, which stage of the rollout.

A state's rows are built once, by the same code that the commands use, and kept as a template schema; arranging copies
them.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hermetic.mes import history
from hermetic.mes.backups import export
from hermetic.mes.domain.calendar import Calendar
from hermetic.mes.domain.validation import Validator
from hermetic.mes.store import tables
from hermetic.mes.store.tables import Connection


@dataclass(frozen=True)
class Parameters:
    """What /arrange may override.

    Args:
        plans: How many plans are seeded.
        pilots: How many of them become pilots.
        problems: Plans to spoil, by kind: validation, mapping, missing_operation, self_loop, long_cycle, no_steps.
    """

    plans: int = 150
    pilots: int = 8
    problems: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Build:
    """What the steps of a state work on."""

    connection: Connection
    validator: Validator
    backups: Path
    calendar: Calendar
    parameters: Parameters


Step = Callable[[Build], None]


@dataclass(frozen=True)
class State:
    """A named state. `stage` says how far the papers are: 0 planned, 1 pilot, 2 migrated, 3 cleaned."""

    name: str
    meaning: str
    steps: tuple[Step, ...]
    canonical: bool
    stage: int
    fallback_removed: bool = False


def seed(build: Build) -> None:
    history.seed_plans(build.connection, build.parameters.plans, build.parameters.problems, build.calendar)


def back_up_before(build: Build) -> None:
    at = build.calendar.pilot_backup_at
    export(build.connection, build.backups, f"before-deployment-{at:%Y%m%d_%H%M%S}", at)


def run_pilot(build: Build) -> None:
    history.record_flags(build.connection, build.calendar.pilot_start, canonical=True)
    history.run_pilot(build.connection, build.validator, build.parameters.pilots, build.calendar)


def pilot_week(build: Build) -> None:
    history.record_week(build.connection, history.PILOT_WEEK, build.calendar.pilot_start, build.calendar.pilot_end)


def back_up_migration(build: Build) -> None:
    at = build.calendar.backup_at
    export(build.connection, build.backups, f"pre-migration-{at:%Y%m%d_%H%M%S}", at)


def migrate_all(build: Build) -> None:
    history.migrate_all(build.connection, build.validator, build.calendar)


def stable_week(build: Build) -> None:
    history.record_week(build.connection, history.STABLE_WEEK, build.calendar.window_end, build.calendar.week_end)


def strip_graphs(build: Build) -> None:
    build.connection.execute("update mes.production_plans set document = document - 'executionGraph'")


LEGACY: tuple[Step, ...] = (seed, back_up_before)
PILOT: tuple[Step, ...] = (*LEGACY, run_pilot, pilot_week)
MIGRATED: tuple[Step, ...] = (*PILOT, back_up_migration, migrate_all, stable_week)
STATES = {
    state.name: state
    for state in (
        State("empty", "no plans, no events; flags as at first", (), canonical=False, stage=0),
        State("legacy", "plans with an executionGraph only; canonical flag off", LEGACY, canonical=False, stage=0),
        State("legacy_canonical_on", "as legacy, with the canonical flag on", LEGACY, canonical=True, stage=0),
        State("pilot", "pilot plans migrated and completed, the rest legacy", PILOT, canonical=True, stage=1),
        State("migrated", "all plans migrated, executionGraph kept", MIGRATED, canonical=True, stage=2),
        State(
            "cleaned", "executionGraph stripped, fallback code removed, scripts archived",
            (*MIGRATED, strip_graphs), canonical=True, stage=3, fallback_removed=True,
        ),
    )
}  # fmt: skip


def default_state(profile: str) -> str:
    return "migrated" if profile == "production" else "legacy"


def template_name(state: State, parameters: Parameters) -> str:
    """Return the schema that keeps a state's rows; states with the same steps share one."""
    steps = [step.__name__ for step in state.steps]
    text = json.dumps([steps, parameters.plans, parameters.pilots, parameters.problems])
    return f"template_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def load_rows(
    connection: Connection, validator: Validator, folder: Path, state: State, parameters: Parameters, calendar: Calendar
) -> Path:
    """Put a state's rows into the tables, building them first if need be, and return the directory of its backups.

    Args:
        connection: As the owner of the database.
        validator: Of a pristine schema file: a state is made without faults.
        folder: Where templates keep their backups.
        state, parameters: What to load.
        calendar: The dates that the world plays.
    """
    name = template_name(state, parameters)
    backups = folder / name
    if tables.has_template(connection, name):
        tables.load_template(connection, name)
        return backups
    tables.empty_tables(connection)
    build = Build(connection, validator, backups, calendar, parameters)
    for step in state.steps:
        step(build)
    tables.set_plan_number(connection)
    backups.mkdir(parents=True, exist_ok=True)
    tables.save_template(connection, name)
    return backups


def parse_parameters(body: dict[str, Any]) -> Parameters:
    """Read the parameters of an /arrange request.

    Raises:
        ValueError: A parameter is unknown or out of range, in words.
    """
    known = {"plans": (0, 5000), "pilots": (0, 50)}
    unknown = sorted(set(body) - set(known) - {"state", "problems"})
    if unknown:
        raise ValueError(f"unknown parameters {unknown}; known are plans, pilots, problems")
    values = {name: body[name] for name in known if name in body}
    for name, value in values.items():
        low, high = known[name]
        if not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    problems = body.get("problems") or {}
    strange = sorted(set(problems) - set(history.PROBLEMS))
    if strange:
        raise ValueError(f"unknown problems {strange}; known are {sorted(history.PROBLEMS)}")
    return Parameters(**values, problems=tuple(sorted(problems.items())))
