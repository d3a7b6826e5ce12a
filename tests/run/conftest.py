"""A tiny project with a rollout of four criteria, and the shop it is about: a real server on 127.0.0.1."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SUITE = Path(__file__).resolve().parents[2]
RELEASE = "2.3.0"

CRITERIA = """\
id,gates,section,criterion,kind,verified_by,threshold,mutates,applies_to,note
R9-P1-01,1,Health,The shop answers,api,scenario,,no,any,
R9-P1-02,1,Figures,Fewer than 5 orders are lost,metric,scenario,< 5,no,any,
R9-P2-01,2,Figures,Orders are counted,metric,scenario,,no,any,
R9-P2-02,2,Orders,An order can be placed,api,scenario,,yes,staging,
"""

FIRST_PHASE = """\
Feature: Shop, phase 1

  @R9-P1-01 @smoke
  Scenario: The shop answers
    If this fails: look at the shop's log.

    When the shop is asked for its health
    Then it says "ok"

  @R9-P1-02 @smoke
  Scenario: Few orders are lost
    When the shop is asked for its figures
    Then fewer than 5 orders are lost
"""

SECOND_PHASE = """\
Feature: Shop, phase 2

  Scenario Outline: The figures hold <what>
    When the shop is asked for its figures
    Then they hold "<what>"

    Examples:
      | criterion | what   |
      | R9-P2-01  | orders |

  @R9-P2-02 @mutates
  Scenario: An order can be placed
    When an order is placed
    Then it says "placed"
"""

STEPS = '''\
"""The shop."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from pytest_bdd import parsers


@when("the shop is asked for its health", target_fixture="answer")
def health(bench: Workbench) -> dict:
    return bench.target("shop").http.get("/health").json()


@when("the shop is asked for its figures", target_fixture="answer")
def figures(bench: Workbench) -> dict:
    return bench.target("shop").http.get("/figures").json()


@when("an order is placed", target_fixture="answer")
def order(bench: Workbench) -> dict:
    return bench.target("shop").http.post("/orders", json={}).json()


@then(parsers.parse('it says "{word}"'))
def says(answer: dict, recorder: Recorder, word: str) -> None:
    recorder.check(Measurement("answer of the shop", answer["status"]), Limit("==", word))


@then(parsers.parse("fewer than {n:d} orders are lost"))
def lost(answer: dict, recorder: Recorder, n: int) -> None:
    recorder.check(Measurement("lost orders", answer["lost"], "count"), Limit("<", n, "count"), "count the orders")


@then(parsers.parse('they hold "{what}"'))
def hold(answer: dict, recorder: Recorder, what: str) -> None:
    recorder.expect(what in answer, Measurement("figures", ", ".join(answer)), f"{what} among them")
'''

ENVIRONMENT = """\
description = "The shop's staging"

[guard]
kind = "staging"
allowed_hosts = ["127.0.0.1"]
mutations = "allow"

[targets.shop]
base_url = { env = "SHOP_URL" }
token = { env = "SHOP_TOKEN" }

[targets.shop.version]
json = "/health#/release"
probes = 2
"""

SETTINGS = """\
[tool.pytest.ini_options]
testpaths = ["features"]
addopts = ["-p", "gonogo.plugin", "-p", "no:locust", "-p", "no:cacheprovider", "--strict-markers", "--strict-config"]
xfail_strict = true
markers = ["smoke: quick", "mutates: changes something", "manual: signed for"]
"""


@dataclass
class Shop:
    """The shop: what it answers can be changed, and it remembers what it was asked."""

    url: str
    release: str = RELEASE
    status: str = "ok"
    lost: int = 1
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def answer(self, method: str, path: str) -> dict[str, Any]:
        if path == "/health":
            return {"status": self.status, "release": self.release}
        if path == "/orders" and method == "POST":
            return {"status": "placed"}
        return {"orders": 100, "lost": self.lost}


@pytest.fixture
def shop() -> Iterator[Shop]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.asked.append((self.command, self.path, dict(self.headers)))
            body = json.dumps(state.answer(self.command, self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Shop(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


@dataclass
class Project:
    """The project on disk, and how it is run."""

    root: Path
    shop: Shop
    variables: dict[str, str]

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def start(
        self, *arguments: str, deaf: Collection[signal.Signals] = (), **variables: str
    ) -> "subprocess.Popen[str]":
        """Start `python -m ARGUMENTS`, deaf to the given signals alone, whatever these tests were started with."""

        def hear() -> None:
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN if number in deaf else signal.SIG_DFL)

        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=hear,
        )

    def run(self, *arguments: str, **variables: str) -> "Done":
        process = self.start(*arguments, **variables)
        output, _ = process.communicate(timeout=90)
        return Done(process.returncode, output, self.verdicts())

    def pytest(self, *arguments: str, **variables: str) -> "Done":
        return self.run("pytest", "--env=staging", f"--release={RELEASE}", *arguments, **variables)

    def gate(self, *arguments: str, **variables: str) -> "Done":
        return self.run("gonogo", "gate", *arguments, "--env=staging", f"--release={RELEASE}", **variables)

    def verdicts(self) -> list[dict[str, Any]]:
        """Return the verdicts of all runs, oldest first."""
        paths = sorted((self.root / "runs").glob("*/verdict.json"), key=lambda path: path.parent.stat().st_ctime_ns)
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


@dataclass
class Done:
    """A finished run."""

    code: int
    output: str
    verdicts: list[dict[str, Any]]

    @property
    def verdict(self) -> dict[str, Any]:
        return self.verdicts[-1]

    @property
    def decision(self) -> str:
        return str(self.verdict["decision"])

    def outcome(self, criterion: str) -> str:
        return next(str(c["outcome"]) for c in self.verdict["criteria"] if c["id"] == criterion)


@pytest.fixture
def project(tmp_path: Path, shop: Shop) -> Project:
    for name, text in {
        "pyproject.toml": SETTINGS,
        "conftest.py": 'pytest_plugins = ["steps.shop"]\n',
        "steps/__init__.py": "",
        "steps/shop.py": STEPS,
        "features/shop/criteria.csv": CRITERIA,
        "features/shop/01_first.feature": FIRST_PHASE,
        "features/shop/02_second.feature": SECOND_PHASE,
        "environments/staging.toml": ENVIRONMENT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GONOGO_"))}
    own = {"PYTHONPATH": str(SUITE), "SHOP_URL": shop.url, "SHOP_TOKEN": "a-token-of-the-shop-1"}
    return Project(tmp_path, shop, {**kept, **own})
