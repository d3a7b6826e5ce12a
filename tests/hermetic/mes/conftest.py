"""One keeper with one world for the tests of the MES stand-in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from mes_world import ROOT, Mes


@pytest.fixture(scope="session")
def keeper() -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "hermetic", "up", "--backing=embedded"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        answer = json.loads(process.stdout.readline() or b'{"ready": false, "error": "the keeper ended"}')
        assert answer["ready"], answer
        yield answer
        process.stdin.close()
        process.wait(20)


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
