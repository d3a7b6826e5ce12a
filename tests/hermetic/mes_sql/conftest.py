"""One keeper with one world for the tests of the MES on PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from build_world import Build
from standing import keeping

START = "import sys; from hermetic.__main__ import main; sys.exit(main(sys.argv[1:], {'mes_sql': 'hermetic.mes_sql'}))"


@pytest.fixture(scope="session")
def keeper() -> Iterator[dict[str, Any]]:
    with keeping("-c", START, "up", "--backing=embedded") as answer:
        yield answer


@pytest.fixture(scope="session")
def build(keeper: dict[str, Any]) -> Iterator[Build]:
    """The world in the state `seeded`; a test that changes its state arranges it again."""
    with requests.Session() as session:
        session.trust_env = False
        yield Build(keeper["worlds"][0]["variables"], session)


@pytest.fixture
def arranged(build: Build) -> Iterator[Build]:
    """The world for a test that arranges another state."""
    yield build
    build.control("DELETE", "/faults")
    build.arrange("seeded")
