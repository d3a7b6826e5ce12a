"""What tests of watching share: arms that are processes, an environment over them, a clock that is turned by hand."""

import io
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gonogo.judge.strata import Batch
from gonogo.outcome import Inconclusive
from gonogo.watching.arms import Arms, Pair, kept
from gonogo.watching.canary import Canary
from gonogo.watching.pulse import Pulse
from gonogo.watching.questions import Question
from gonogo.watching.record import Doubts
from gonogo.workbench import Workbench

HERE = Path(__file__).parent
FILE = """\
description = "A case"
[guard]
kind = "{kind}"
allowed_hosts = [{hosts}]
mutations = "refuse"
load = "{load}"
{budget}
[scale]
watch_duration_s = {watch_s}
[targets.docflow]
base_url = "{candidate}"
{docflow}
[targets.docflow.canary]
baseline = "stable"
candidate = "canary"
source = "{source}"
{canary}
[targets.canary]
base_url = "{candidate}"
deadline_s = 1
token = {{ env = "DOCFLOW_TOKEN" }}
[targets.stable]
base_url = "{baseline}"
deadline_s = 1
token = {{ env = "DOCFLOW_TOKEN" }}
"""
PROBES = """
[targets.docflow.canary.probes]
pairs_per_s = 100
lanes = 100
[targets.docflow.canary.probes.operations]
queue = { path = "/queue", weight = 3 }
analytics = { path = "/analytics" }
"""
TOKEN = "canary-token-77"


class ArmProcess:
    """One arm; `told` sets how it behaves."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "arm_server.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def tell(self, **values: float | str) -> None:
        self.get("/control?" + "&".join(f"{name}={value}" for name, value in values.items()))

    def asked(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/asked")))

    def asked_more(self, requests: int = 50) -> Callable[[], bool]:
        """Return what tells whether this arm was asked so often from now on."""
        enough = self.asked()["asked"] + requests
        return lambda: bool(self.asked()["asked"] >= enough)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=5) as reply:
            return str(reply.read().decode())

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def opened(
    root: Path, candidate: str, baseline: str, *, full: bool = False, brief: bool = False, **values: Any
) -> Workbench:
    """Open an environment whose canary has these two arms."""
    usual = {
        "kind": "hermetic", "hosts": '"127.0.0.1"', "load": "allow", "budget": "", "watch_s": 3, "source": "probes",
        "docflow": "", "canary": PROBES,
    }  # fmt: skip
    (root / "environments").mkdir(parents=True)
    text = FILE.format(**{**usual, "candidate": candidate, "baseline": baseline, **values})
    (root / "environments" / "case.toml").write_text(text)
    run = root / "runs" / "run-1"
    run.mkdir(parents=True)
    bench = Workbench.open(root, "case", {"DOCFLOW_TOKEN": TOKEN}, run, "2.1.0", full=full, brief=brief)
    bench.begin("a canary", ())
    return bench


class Told(Pulse):
    """A pulse that tells how busy the machine was in each attempt, and after those that it was not."""

    def __init__(self, *busy: str) -> None:
        super().__init__()
        self.told = list(busy)

    def busy(self) -> str:
        return self.told.pop(0) if self.told else ""


def until(holds: Callable[[], bool], within_s: float = 60) -> None:
    """Wait until something holds; TimeoutError if it does not in time."""
    ends = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {within_s:g} s")
        time.sleep(0.02)


def once(holds: Callable[[], bool], do: Callable[[], object]) -> None:
    """Do something as soon as something holds, from a thread of its own."""

    def wait() -> None:
        until(holds)
        do()

    threading.Thread(target=wait, daemon=True).start()


def canary(bench: Workbench, clock: Any = None, pulse: Pulse | None = None) -> Canary:
    """Return the canary; whether this machine is busy is a matter of tests that give a pulse."""
    return Canary(bench, "docflow", io.StringIO(), clock, pulse or Told())


class HandClock:
    """A clock that goes on only by being waited for; `on` does something when its time has come."""

    def __init__(self) -> None:
        self.at, self.on = 1000.0, dict[float, Callable[[], None]]()

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        for due in [due for due in self.on if due + 1000.0 <= self.at]:
            self.on.pop(due)()


class MadeUp:
    """A source whose requests are drawn, in the time of a clock that is turned by hand.

    Attributes:
        candidate, baseline: Median latency (s) and share of failures.
        silent: From when to when it does not answer, in s from the start.
        not_before: Until when it cannot begin, on its clock.
        doubt: What it says of itself.
    """

    name, query, limits, whole, share = "made up", "drawn requests", "Nothing here is real.", "", None
    stratum_s = tail_s = 1.0

    def __init__(self, clock: HandClock, per_s: int = 50) -> None:
        self.clock, self.per_s, self.random = clock, per_s, np.random.default_rng(5)
        self.candidate, self.baseline = (0.02, 0.0), (0.02, 0.0)
        self.silent: tuple[float, float] = (0.0, 0.0)
        self.failure: Exception | None = None
        self.not_before = 0.0
        self.doubt, self.sent_s, self.began, self.closed = Doubts(), 0.0, 0.0, 0
        self.same = self.ill = False

    def refusal(self, question: Question) -> str:
        return "it knows no publishing" if question.of == "publishing" else ""

    def start(self, duration_s: float, stratum_s: float) -> None:
        self.began = self.clock.now()
        if self.began < self.not_before:
            raise Inconclusive("an instance was down")

    def next(self, until_s: float) -> Arms:
        now_s = self.clock.now() - self.began
        if self.failure is not None and self.silent[0] <= now_s < self.silent[1]:
            raise self.failure
        at = np.arange(self.sent_s, until_s, 1 / self.per_s) if self.per_s else np.array([])
        pair = Pair(self._batch(at, self.candidate), self._batch(at, self.baseline))
        self.sent_s = until_s
        return Arms(until_s, {"queue": Pair(pair.candidate, pair.candidate) if self.same else pair})

    def _batch(self, at: Any, arm: tuple[float, float]) -> Batch:
        latencies = arm[0] * np.exp(0.3 * self.random.standard_normal(len(at)))
        return kept(Batch.of(at, latencies, self.random.random(len(at)) < arm[1]), "made up")

    def doubts(self, questions: tuple[Question, ...], alpha: float) -> Doubts:
        return self.doubt

    def stopped(self) -> str:
        return ""

    def sick(self) -> bool:
        return self.ill

    def close(self) -> None:
        self.closed += 1
