"""How locust is started: its command line, and an environment without proxies, without its own variables."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.workload.order import ORDER_VARIABLE, Order

_INHERITED = (
    "HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "SYSTEMROOT", "TMPDIR", "TZ", "USER",
    "VIRTUAL_ENV",
)  # fmt: skip
_OURS = Path(__file__).resolve().parents[2]
"""So that both sides of a workload are of one version."""


@dataclass(frozen=True)
class Layout:
    """How the generator is spread.

    Attributes:
        processes: On several cores, by fork.
        workers: As a master with so many worker processes of its own on this machine.
        remote: As a master that so many workers join, which somebody has started elsewhere (docs/load.md).
        bind, port: Where a master of remote workers listens; locust's messages are not authenticated.
    """

    processes: int = 1
    workers: int = 0
    remote: int = 0
    bind: str = "127.0.0.1"
    port: int = 5557

    @property
    def count(self) -> int:
        """How many processes send."""
        return self.remote or self.workers or self.processes


ONE_CORE = Layout()


def commands(order: Order, locustfile: Path, layout: Layout, port: int) -> list[list[str]]:
    """Return the command lines of one run, the one that decides its end first."""
    base = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless", "--only-summary", "-H", order.url]
    base += ["-u", str(order.users), "-r", str(order.users), "--exit-code-on-error", "0", "-L", "INFO"]
    if layout.remote:
        return [[*base, *_master(layout.remote, layout.bind, layout.port)]]
    if not layout.workers and layout.processes == 1:
        return [base]
    binds = ["--master-bind-host", "127.0.0.1", "--master-bind-port", str(port)]
    joins = ["--master-host", "127.0.0.1", "--master-port", str(port)]
    if not layout.workers:
        return [[*base, *binds, *joins, "--processes", str(layout.processes)]]
    worker = [sys.executable, "-m", "locust", "-f", str(locustfile), "--worker", *joins]
    return [[*base, *_master(layout.workers, "127.0.0.1", port)], *([worker] * layout.workers)]


def _master(workers: int, bind: str, port: int) -> list[str]:
    binds = ["--master", "--master-bind-host", bind, "--master-bind-port", str(port)]
    return [*binds, "--expect-workers", str(workers), "--expect-workers-max-wait", "30"]


def variables(order_file: Path, own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a locust process: what a program needs to start, the order, and what is given."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, **own, "PYTHONPATH": str(_OURS), ORDER_VARIABLE: str(order_file)}
