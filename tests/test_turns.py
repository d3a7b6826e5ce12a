"""Turns, between real processes: who measures is alone, and nobody overtakes."""

import fcntl
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from gonogo.turns import Turns

processes = multiprocessing.get_context("spawn")
PATIENCE_S = 20.0


def hold(folder: Path, alone: bool, inside: Event, leave: Event) -> None:
    with Turns(folder).taken(alone=alone):
        inside.set()
        leave.wait(PATIENCE_S)


Enter = Callable[[bool], "tuple[Event, Event]"]


@pytest.fixture
def enter(tmp_path: Path):
    """Start a process that takes a turn; gives the events "it is in" and "let it go"."""
    started = []

    def start(alone: bool) -> tuple[Event, Event]:
        inside, leave = processes.Event(), processes.Event()
        process = processes.Process(target=hold, args=(tmp_path, alone, inside, leave))
        process.start()
        started.append((process, leave))
        return inside, leave

    yield start
    for process, leave in started:
        leave.set()
        process.join(PATIENCE_S)


def wait_for_somebody_in_the_door(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    with (folder / ".door").open("a") as door:
        while True:
            try:
                fcntl.flock(door, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(door, fcntl.LOCK_UN)
            assert time.monotonic() < deadline, "nobody waits for the room"
            time.sleep(0.05)


def test_several_share_the_room(enter: Enter) -> None:
    first, _ = enter(False)
    second, _ = enter(False)
    assert first.wait(PATIENCE_S)
    assert second.wait(PATIENCE_S)


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True), (True, True)])
def test_one_who_measures_is_alone(enter: Enter, before: bool, after: bool) -> None:
    first, leave = enter(before)
    assert first.wait(PATIENCE_S)
    second, _ = enter(after)
    assert not second.wait(1.0)
    leave.set()
    assert second.wait(PATIENCE_S)


def test_a_newcomer_does_not_overtake_who_waits_to_be_alone(enter: Enter, tmp_path: Path) -> None:
    first, leave = enter(False)
    assert first.wait(PATIENCE_S)
    alone, done = enter(True)
    wait_for_somebody_in_the_door(tmp_path)
    newcomer, _ = enter(False)
    assert not newcomer.wait(1.5)
    leave.set()
    assert alone.wait(PATIENCE_S)
    assert not newcomer.is_set()
    done.set()
    assert newcomer.wait(PATIENCE_S)


def test_who_dies_gives_its_turn_back(tmp_path: Path) -> None:
    inside, leave = processes.Event(), processes.Event()
    holder = processes.Process(target=hold, args=(tmp_path, True, inside, leave))
    holder.start()
    assert inside.wait(PATIENCE_S)
    holder.kill()
    holder.join(PATIENCE_S)
    with Turns(tmp_path).taken(alone=True):
        assert not holder.is_alive()
