"""How far a load has come: one line that renews itself on a terminal, a plain line every few seconds elsewhere."""

import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from gonogo.units import show
from gonogo.workload.order import Order

_PLAIN_EVERY_S = 5.0
_LIVE_EVERY_S = 0.5


class Progress:
    """Writes to `stream`, or nowhere when it is None."""

    def __init__(self, order: Order, stream: TextIO | None) -> None:
        self._order, self._stream = order, stream
        self._live = stream is not None and stream.isatty()
        self._begun = self._next = monotonic()
        self._width = 0

    def look(self) -> None:
        """Write the present state, when it is time to."""
        now = monotonic()
        if self._stream is None or now < self._next:
            return
        self._next = now + (_LIVE_EVERY_S if self._live else _PLAIN_EVERY_S)
        self._write(line(self._order, now - self._begun, read(Path(self._order.live))))

    def close(self, last: str) -> None:
        """Write the last line."""
        if self._stream is not None:
            self._write(last)
            if self._live:
                self._stream.write("\n")
            self._stream.flush()

    def _write(self, text: str) -> None:
        assert self._stream is not None
        self._stream.write(f"\r{text.ljust(self._width)}" if self._live else f"{text}\n")
        self._stream.flush()
        self._width = len(text)


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
