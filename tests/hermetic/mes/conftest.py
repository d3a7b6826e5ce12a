"""One keeper with one world for the tests of the MES stand-in."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from mes_world import Mes
from standing import keeping


@pytest.fixture(scope="session")
def keeper() -> Iterator[dict[str, Any]]:
    with keeping("-m", "hermetic", "up", "--backing=embedded") as answer:
        yield answer


@pytest.fixture(scope="session")
def running(keeper: dict[str, Any]) -> Iterator[Mes]:
    with requests.Session() as session:
        session.trust_env = False
        yield Mes(keeper["worlds"][0]["variables"], session)


@pytest.fixture
def mes(running: Mes) -> Mes:
    """The world without faults, in whatever state; a test arranges what it needs."""
    running.control("DELETE", "/faults")
    return running
