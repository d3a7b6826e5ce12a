"""Starting an observer, or having the one that runs begin anew."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from hermetic.docflow.observing.observer import Observer
from hermetic.docflow.observing.orders import Orders, spoiled
from hermetic.docflow.observing.scraped import await_scrapes
from hermetic.docflow.world import HOST
from hermetic.errors import HermeticError
from hermetic.process import Child, die_with_parent

CHOICE = "GONOGO_PROMETHEUS"
CONFIGURATION = "prometheus.yml"
START_TIMEOUT_S, PAUSE_S = 20.0, 0.02
SOURCES = Path(__file__).resolve().parents[3]
OWN = (sys.executable, "-m", "hermetic.docflow.observing.own")
REAL = (
    "prometheus",
    "--storage.tsdb.path=data",
    "--storage.tsdb.retention.time=1h",
    "--web.enable-admin-api",
    "--web.enable-lifecycle",
    "--scrape.discovery-reload-interval=100ms",  # of 5 s, which is one of its two waits before the first scrape
    "--log.level=warn",
)
REMEDY = "set GONOGO_PROMETHEUS=own to do without a Prometheus"


def choose() -> str:
    """Return which observer is used: "prometheus" where one is on PATH, unless GONOGO_PROMETHEUS=own."""
    return "own" if os.environ.get(CHOICE) == "own" or shutil.which("prometheus") is None else "prometheus"


def start(
    home: Path, port: int, scrapes: Mapping[str, str], rules: Path, labels: Mapping[str, str],
    faults: Collection[str] = (),
) -> Observer:  # fmt: skip
    """Start an observer with nothing in its memory, and wait until it has scraped its targets.

    A real Prometheus takes some six seconds to its first scrape. Targets that do not answer are not waited for to
    the end: `await_scrapes`.

    Args:
        home: A folder of its own; what a former one left there is removed.
        port: Where it listens; see `reserve`.
        scrapes: Where each instance listens, by its name.
        rules: The alerting rules.
        labels: What every scraped series has beside `job` and `instance`.
        faults: The planted faults; most of them are not its business.

    Raises:
        HermeticError: It does not come up: it refuses its rules, or somebody else has its port.
    """
    return _start(home, port, Orders(scrapes, rules, labels), faults)


def begin_anew(observer: Observer, faults: Collection[str] = ()) -> Observer:
    """Have a running observer forget all it has seen and read its rules again; return it as it is now.

    Where faults change whom it scrapes, and where it has ended, it is started again.

    Raises:
        HermeticError: It refuses its rules, or does not come up.
    """
    before, orders = observer.orders, spoiled(observer.asked, faults)
    if not observer.alive or orders.scrapes != before.scrapes:
        observer.stop()
        return _start(observer.home, int(observer.url.rpartition(":")[2]), observer.asked, faults)
    if (orders.rules, orders.rules_text()) != (before.rules, observer.rules):
        orders.write(observer.home / CONFIGURATION)
        observer.reload()
    observer.forget()
    return replace(observer, orders=orders, rules=orders.rules_text())


def _start(home: Path, port: int, asked: Orders, faults: Collection[str]) -> Observer:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    orders, kind = spoiled(asked, faults), choose()
    orders.write(home / CONFIGURATION)
    url = f"http://{HOST}:{port}"
    observer = Observer(kind, url, asked, orders, orders.rules_text(), _spawn(kind, home, port))
    deadline = time.monotonic() + START_TIMEOUT_S
    while not observer.ready:
        if not observer.alive or time.monotonic() > deadline:
            observer.stop()
            raise HermeticError(f"{kind} does not answer at {url}; it said: {observer.child.tail(4)}", REMEDY)
        time.sleep(PAUSE_S)
    if orders.scrapes:
        await_scrapes(url)
    return observer


def _spawn(kind: str, home: Path, port: int) -> Child:
    """Start it; it dies with this process, if that has one thread only. Its storage needs no farewell."""
    program = OWN if kind == "own" else REAL
    log = home / "log"
    search = os.pathsep.join(filter(None, (str(SOURCES), os.environ.get("PYTHONPATH", ""))))
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*program, f"--config.file={home / CONFIGURATION}", f"--web.listen-address={HOST}:{port}"],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env={**os.environ, "GOMAXPROCS": "1", "PYTHONPATH": search},
            process_group=0,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
    return Child(kind, process, log, farewell=signal.SIGKILL)
