"""Turns: scenarios that measure run alone, whatever the other workers of a run would do meanwhile.

Load and response times say nothing about the target when another scenario keeps the same machine busy. Every scenario
takes part in a lock that several may hold at once; one that is tagged so holds it alone. The lock is a file, so it
works across processes, and it is given back by the kernel when its holder dies.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALONE_TAGS = frozenset({"load", "serial"})


class Turns:
    """The turns of one run, or of several runs that share a machine on purpose.

    Args:
        folder: Where the two lock files are kept; the same for every process that takes part.
    """

    def __init__(self, folder: Path) -> None:
        self._door = folder / ".door"
        self._room = folder / ".room"

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Run the body, with nobody else's at the same time if `alone`.

        Whoever waits for the room to be empty stands in the door meanwhile, so that no newcomer overtakes it.
        """
        with self._door.open("a") as door, self._room.open("a") as room:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            fcntl.flock(door, fcntl.LOCK_UN)
            yield
