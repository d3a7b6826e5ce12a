"""One keeper with one world for the tests of DocFlow."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from docflow_world import Docflow
from standing import keeping

START = "import sys; from hermetic.__main__ import main; sys.exit(main(sys.argv[1:], {'docflow': 'hermetic.docflow'}))"


@pytest.fixture(scope="session")
def docflow_keeper() -> Iterator[dict[str, Any]]:
    with keeping("-c", START, "up", "--backing=embedded") as answer:
        yield answer


@pytest.fixture(scope="session")
def docflow(docflow_keeper: dict[str, Any]) -> Iterator[Docflow]:
    """The world in the state `staging`; a test that changes its state arranges it again."""
    with requests.Session() as session:
        session.trust_env = False
        yield Docflow(docflow_keeper["worlds"][0]["variables"], session)


@pytest.fixture
def arranged(docflow: Docflow) -> Iterator[Docflow]:
    """The world for a test that arranges another state."""
    yield docflow
    docflow.control("DELETE", "/faults")
    docflow.arrange("staging")
