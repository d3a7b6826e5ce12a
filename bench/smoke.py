"""A smoke run: 60 scenarios with two requests each, beside a loop that only makes the requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

SCENARIOS = 60

_SERVER = '''
"""Answers every request with a short JSON text, over connections that stay open."""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        body = b'{"status": "ok"}'
        head = f"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
'''

_LOOP = """
import os

import requests

session = requests.Session()
session.trust_env = False
for number in range(60):
    for path in ("health", "plans"):
        answer = session.get(f"{os.environ['BENCH_URL']}/{path}/{number}", timeout=5)
        assert answer.status_code == 200
print("120 requests")
"""

_TESTS = """
import os

import pytest
import requests


@pytest.fixture(scope="session")
def session():
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.mark.parametrize("number", range(60))
def test_service_is_up(session, number):
    for path in ("health", "plans"):
        answer = session.get(f"{os.environ['BENCH_URL']}/{path}/{number}", timeout=5)
        assert answer.status_code == 200
"""

_STEPS = """
import os
from pathlib import Path

import pytest
import requests
from pytest_bdd import given, parsers, then, when

from gonogo.report.allure import DIRECTORY_KEY


def pytest_configure(config):
    config.stash[DIRECTORY_KEY] = Path("results")


@pytest.fixture(scope="session")
def session():
    session = requests.Session()
    session.trust_env = False
    return session


@given("the service is reached", target_fixture="url")
def url():
    return os.environ["BENCH_URL"]


@when(parsers.parse("{what} {number:d} is asked for"), target_fixture="status")
def ask(session, url, what, number):
    return session.get(f"{url}/{what}/{number}", timeout=5).status_code


@then("it answers")
def answers(status):
    assert status == 200
"""


def write(folder: Path) -> Path:
    """Write server, loop, plain tests, feature and steps, and return the folder; the plain tests have one of theirs."""
    plain = folder / "plain"
    plain.mkdir(parents=True)
    (plain / "test_smoke.py").write_text(_TESTS.lstrip("\n"), "utf-8")
    (plain / "pytest.ini").write_text("[pytest]\n", "utf-8")
    lines = ["Feature: Smoke"]
    for number in range(SCENARIOS):
        lines += [
            f"  Scenario: Service {number} is up",
            "    Given the service is reached",
            f"    When health {number} is asked for",
            "    Then it answers",
            f"    When plans {number} is asked for",
            "    Then it answers",
        ]
    texts = {"server.py": _SERVER, "loop.py": _LOOP, "conftest.py": _STEPS, "pytest.ini": "[pytest]\n"}
    texts |= {"smoke.feature": "\n".join(lines)}
    for name, text in texts.items():
        (folder / name).write_text(text.lstrip("\n"), "utf-8")
    return folder


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run the server in a process of its own and yield its URL."""
    with Popen([executable, folder / "server.py"], stdout=PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
