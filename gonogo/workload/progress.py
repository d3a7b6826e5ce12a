"""How far a load has come, in one line: time, requests, failures, latencies, and how late the generator is."""

import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from gonogo.live_line import LiveLine
from gonogo.units import show
from gonogo.workload.order import Order


class Progress:
    """The line of a load; written to `stream`, or nowhere when it is None."""

    def __init__(self, order: Order, stream: TextIO | None) -> None:
        self._order, self._line = order, LiveLine(stream)
        self._begun = monotonic()

    def look(self) -> None:
        """Write the present state, when it is time to."""
        self._line.renew(lambda: line(self._order, monotonic() - self._begun, read(Path(self._order.live))))

    def close(self, last: str) -> None:
        """Write the last line."""
        self._line.close(last)


def read(path: Path) -> dict[str, Any]:
    """Return what the generator last said of itself; nothing before its first word."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def line(order: Order, elapsed_s: float, live: Mapping[str, Any]) -> str:
    """Return the state of a load in one line."""
    head = f"load {order.workload}: {elapsed_s:.0f} of {order.ends_s:.0f} s"
    if not live.get("requests"):
        return f"{head}, starting"
    parts = [head, f"{live['requests']} requests", f"{live['failures']} failed"]
    for label, key in (("now p50", "p50_s"), ("p99", "p99_s"), ("generator lag", "lag_p99_s")):
        if live.get(key) is not None:
            parts.append(f"{label} {show(live[key], 's')}")
    return ", ".join(parts)
