"""The backend's log as a state finds it: the last start, and what the weeks before left in it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from hermetic.kit.log import timestamp
from hermetic.mes.broken.log import audible, errors_at_start
from hermetic.mes.domain.calendar import Calendar
from hermetic.mes.flags import CANONICAL, read_env
from hermetic.mes.history import PILOT_WEEK, STABLE_WEEK, Batch
from hermetic.mes.states import State
from hermetic.mes.world import SERVICE_NAME, World

WORDS = {
    "creation": "Invalid plan schema: nodes[0].nominalTime must be > 0",
    "start": "Partial reservation: assignment recorded lacks {'MAT-SEAL': 12.0}",
    "completion": "Consumption capped: assignment recorded wanted {'MAT-WIRE': 9.0}",
}
Line = tuple[datetime, str, str]


def write_history(world: World, state: State, calendar: Calendar, faults: Collection[str]) -> None:
    """Begin the log anew with what a state's past left in it, in order of time."""
    lines = list(past(state, calendar)) + _spoiled(state, calendar, faults)
    flags = read_env(world.env_file)
    first = (lines[0][0] if lines else datetime.now(calendar.window_start.tzinfo)) - timedelta(minutes=1)
    lines.append((first, "INFO", _start(world, state, flags)))
    if state.stage:
        deployed = {**flags, CANONICAL: "true" if "env-starts-canonical" in faults else "false"}
        lines.append((calendar.pilot_start - timedelta(hours=2), "INFO", _start(world, state, deployed)))
    wanted = audible(faults)
    text = [f"{timestamp(at)} {level} {message}\n" for at, level, message in sorted(lines) if wanted(message)]
    world.log_file.write_text("".join(text), encoding="utf-8")
    world.request_log.touch()


def _start(world: World, state: State, flags: Mapping[str, str]) -> str:
    """Return the line of a start; a rollout starts with the canonical flag off, and again when it goes on."""
    build = "canonical-only" if state.fallback_removed else "with-fallback"
    shown = " ".join(f"{name}={value}" for name, value in flags.items())
    return f"{SERVICE_NAME} {world.release} started ({build}) {shown}"


def past(state: State, calendar: Calendar) -> list[Line]:
    """Return the lines of the week a state looks back on."""
    if state.stage == 0:
        return []
    week, begin, end = (
        (PILOT_WEEK, calendar.pilot_start, calendar.pilot_end)
        if state.stage == 1
        else (STABLE_WEEK, calendar.window_end, calendar.week_end)
    )
    lines: list[Line] = [(begin, "INFO", "Using nodes (canonical model): plan PLAN-1224-004")]
    for batch in week:
        lines += _of_batch(batch, begin, end)
    return sorted(lines)


def _of_batch(batch: Batch, begin: datetime, end: datetime) -> list[Line]:
    step = (end - begin) / (batch.bad + 1)
    return [(begin + step * number, "WARN", WORDS[batch.kind]) for number in range(1, batch.bad + 1)]


def _spoiled(state: State, calendar: Calendar, faults: Collection[str]) -> list[Line]:
    """Return lines that only a fault leaves."""
    at = (
        calendar.pilot_start
        if state.stage == 1
        else calendar.window_end
        if state.stage
        else datetime.now(calendar.window_start.tzinfo)
    )
    lines: list[Line] = [(at, "ERROR", message) for message in errors_at_start(faults)]
    if "log-deprecation-after-migration" in faults and state.stage >= 1:
        lines.append((at, "WARN", "executionGraph is deprecated: plan PLAN-1224-017"))
    return lines
