"""Files written behind the caller's back: making one takes the disk longer than a whole step of a scenario takes."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

Write = Callable[[Path, bytes], None]


def write_whole(path: Path, body: bytes) -> None:
    """Write a file in one piece: a report made while the run goes on never meets half of one."""
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.write_bytes(body)
    unfinished.replace(path)


class Behind:
    """Writes files in a thread of its own, in the order in which they come.

    What goes wrong there is raised by the next call or by `close`, so that nothing is lost without a word.
    """

    def __init__(self, write: Write = write_whole) -> None:
        self._write = write
        self._waiting: SimpleQueue[tuple[Path, bytes] | None] = SimpleQueue()
        self._error: Exception | None = None
        self._thread = Thread(target=self._work, name="writes files", daemon=True)
        self._thread.start()

    def __call__(self, path: Path, body: bytes) -> None:
        """Take a file to write; raises what went wrong with an earlier one."""
        self._check()
        self._waiting.put((path, body))

    def close(self) -> None:
        """Wait until everything is written; raises what went wrong."""
        self._waiting.put(None)
        self._thread.join()
        self._check()

    def _work(self) -> None:
        while (file := self._waiting.get()) is not None:
            try:
                self._write(*file)
            except Exception as error:
                self._error = self._error or error

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
