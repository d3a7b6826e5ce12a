"""The keeper: starts the backing and the worlds, says so in one line, and takes everything down when it ends."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hermetic import control, faults
from hermetic.backing import Choice, open_backing
from hermetic.database import Databases, world_databases
from hermetic.errors import HermeticError, explained
from hermetic.process import Child
from hermetic.services import Backing
from hermetic.signals import Asked, StopSignals
from hermetic.stand_in import StandIn, await_stand_in, dismiss, spawn_stand_in, tell
from hermetic.sweep import sweep_workspaces
from hermetic.watch import Watch
from hermetic.workspace import Workspace, create_workspace
from hermetic.world import STAND_INS, Profile, World, describe_world

STDIN = 0
DEFAULT_RELEASE = "2.3.0"


@dataclass(frozen=True)
class Order:
    """What is to be started.

    Args:
        backing: Where Postgres and Redis come from.
        worlds: How many independent worlds.
        profile: Whether the stand-ins behave as in staging or as in production.
        release: The release that the stand-ins say they are.
        faults: Faults to plant at the start, in every world.
        state: The state to arrange at the start; None leaves it to the stand-in, by its profile.
    """

    backing: Choice = "auto"
    worlds: int = 1
    profile: Profile = "staging"
    release: str = DEFAULT_RELEASE
    faults: tuple[str, ...] = ()
    state: str | None = None


@dataclass(frozen=True)
class Station:
    """Everything that runs: the backing and the worlds on it."""

    backing: Backing
    worlds: tuple[World, ...]

    @property
    def stand_ins(self) -> list[StandIn]:
        return [stand_in for world in self.worlds for stand_in in world.stand_ins]

    def to_dict(self) -> dict[str, Any]:
        return {
            "ready": True,
            "backing": self.backing.describe(),
            "worlds": [world.to_dict() for world in self.worlds],
        }


@contextmanager
def running(order: Order, signals: StopSignals, stand_ins: Mapping[str, str] = STAND_INS) -> Iterator[Station]:
    """Start what was ordered, and take it all down at the end, whatever that end is.

    Raises:
        UnknownNameError: A fault is misspelt; nothing was started.
        HermeticError: Something needed is missing or broke.
    """
    planted = faults.select(order.faults, faults.catalogue(stand_ins) if order.faults else ())
    with ExitStack() as stack:
        try:
            sweep_workspaces()
            workspace = create_workspace()
            stack.callback(workspace.close)
            children: list[Child] = []
            stack.callback(_dismiss_all, children)
            waiting = _spawn_worlds(workspace, order.worlds, stand_ins, children)
            backing = open_backing(order.backing, workspace)
            stack.callback(backing.stop)
            databases = stack.enter_context(world_databases(backing, workspace, order.worlds))
            stack.callback(_dismiss_all, children)  # once they serve they end first
            station = Station(backing, _open_worlds(waiting, backing, databases, order))
            _prepare(station, order.state, planted)
            yield station
        finally:
            signals.taking_down = True


@dataclass(frozen=True)
class Waiting:
    """A world whose stand-ins have been started, and wait to be told where their backing is."""

    home: Path
    children: Mapping[str, Child]


def _dismiss_all(children: list[Child]) -> None:
    """End all stand-ins; a second time there is nobody left."""
    dismiss(children)
    children.clear()


def _spawn_worlds(
    workspace: Workspace, worlds: int, stand_ins: Mapping[str, str], children: list[Child]
) -> tuple[Waiting, ...]:
    """Start the stand-ins of all worlds, which import what they need while the backing is made ready.

    Each is added to `children` as soon as it is there.
    """
    waiting = []
    for index in range(worlds):
        home = workspace.folder(f"world-{index}")
        mine: dict[str, Child] = {}
        for name, package in stand_ins.items():
            mine[name] = spawn_stand_in(workspace, f"world-{index}-{name}", package, home)
            children.append(mine[name])
        waiting.append(Waiting(home, mine))
    return tuple(waiting)


def _open_worlds(
    waiting: Sequence[Waiting], backing: Backing, databases: Sequence[Databases], order: Order
) -> tuple[World, ...]:
    """Tell the stand-ins of all worlds what is theirs, then hear from each that it is ready."""
    described = [
        describe_world(index, world.home, backing, share, order.profile, order.release)
        for index, (world, share) in enumerate(zip(waiting, databases, strict=True))
    ]
    for world, told in zip(waiting, described, strict=True):
        for child in world.children.values():
            tell(child, told.to_json())
    return tuple(
        World(told, tuple(await_stand_in(name, child) for name, child in world.children.items()))
        for world, told in zip(waiting, described, strict=True)
    )


def _prepare(station: Station, state: str | None, planted: Sequence[faults.Fault]) -> None:
    """Arrange the state that was asked for, then plant the faults, in every world."""
    for stand_in in station.stand_ins:
        if state is not None:
            control.post(stand_in.control, "/arrange", {"state": state})
        for fault in planted:
            if fault.stand_in == stand_in.name:
                control.post(stand_in.control, "/faults", {"name": fault.name})


def keep(order: Order, stand_ins: Mapping[str, str] = STAND_INS) -> int:
    """Run `up`: one JSON line on stdout when everything is ready, then live until stdin ends or a signal asks.

    Returns:
        The exit code: 0 after an end that was asked for, 3 when something is missing or broke, 4 for an unknown name.
    """
    signals = StopSignals()
    signals.install()
    try:
        with running(order, signals, stand_ins) as station:
            _say(station.to_dict())
            watch = Watch(station.stand_ins)
            while watch.listen(stdin=STDIN):
                pass
    except Asked:
        pass
    except (HermeticError, OSError) as error:
        failure = explained(error)
        with suppress(BrokenPipeError):
            _say({"ready": False, "error": failure.problem, "remedy": failure.remedy})
        return failure.exit_code
    return 0


def _say(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer), flush=True)
