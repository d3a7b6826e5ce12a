"""Two arms, shared by all tests of a process and told anew for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from watching_kit import ArmProcess, HandClock, opened

from gonogo.workbench import Workbench

USUAL = {"factor": 1.0, "fail": 0.0, "status": 503, "stall": 0.0, "close": 0}


@pytest.fixture(scope="session")
def two_arms() -> Iterator[tuple[ArmProcess, ArmProcess]]:
    arms = ArmProcess(), ArmProcess()
    yield arms
    for arm in arms:
        arm.end()


@pytest.fixture
def arms(two_arms: tuple[ArmProcess, ArmProcess]) -> tuple[ArmProcess, ArmProcess]:
    """Candidate and baseline, both sound."""
    for arm, name in zip(two_arms, ("canary", "stable"), strict=True):
        arm.tell(**USUAL, name=name)
    return two_arms


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """An environment whose arms nobody asks, with watches of a minute."""
    return opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60)
