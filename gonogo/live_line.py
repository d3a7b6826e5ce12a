"""How far long work has come: one line that renews itself on a terminal, a plain line every few seconds elsewhere."""

from collections.abc import Callable
from time import monotonic
from typing import TextIO

_PLAIN_EVERY_S = 5.0
_LIVE_EVERY_S = 0.5


class LiveLine:
    """Writes to `stream`, or nowhere when it is None.

    Args:
        stream: A terminal or a file.
        now: The present, in s from any start.
    """

    def __init__(self, stream: TextIO | None, now: Callable[[], float] = monotonic) -> None:
        self._stream, self._now = stream, now
        self._live = stream is not None and stream.isatty()
        self._next = now()
        self._width = 0

    def renew(self, text: Callable[[], str], *, at_once: bool = False) -> None:
        """Write the present state when it is time to, or `at_once`; `text` is asked for only then."""
        now = self._now()
        if self._stream is None or (now < self._next and not at_once):
            return
        self._next = now + (_LIVE_EVERY_S if self._live else _PLAIN_EVERY_S)
        self._write(self._stream, text())

    def close(self, last: str) -> None:
        """Write the last line."""
        if self._stream is None:
            return
        self._write(self._stream, last)
        if self._live:
            self._stream.write("\n")
            self._stream.flush()

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(f"\r{text.ljust(self._width)}" if self._live else f"{text}\n")
        stream.flush()
        self._width = len(text)
