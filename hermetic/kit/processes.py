"""The servers that a supervisor forks: started, replaced, looked after and ended, each by its name."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hermetic.errors import HermeticError
from hermetic.kit import forking

Work = Callable[[int], None]


@dataclass
class Process:
    """A server: what it does once forked, and its process since then; `started` since the epoch, in s."""

    work: Work
    pid: int = 0
    restarts: int = 0
    started: float = field(default_factory=time.time)


class Processes:
    """All servers of a world that are its supervisor's forks.

    Args:
        works: What each does, by its name; given the descriptor to which it writes a byte once it answers.
        tidy: Closes, in a child, what only the supervisor may hold.
    """

    def __init__(self, works: Mapping[str, Work], tidy: Callable[[], None]) -> None:
        self._all = {name: Process(work) for name, work in works.items()}
        self._tidy = tidy

    def start(self) -> None:
        """Start them one after the other; raises HermeticError when one does not come up."""
        for name in self._all:
            self._launch(name)

    def restart(self, name: str, *, asked: bool = True) -> None:
        """Replace a server's process; one that was `asked` for is counted.

        Raises:
            HermeticError: It does not come up, or there is none of that name.
        """
        if name not in self._all:
            raise HermeticError(f"there is no process {name!r}", f"known are {', '.join(self._all)}")
        forking.stop(self._all[name].pid)
        self._launch(name)
        self._all[name].restarts += asked

    def revive(self) -> None:
        """Start those again that ended by themselves; raises HermeticError when one does not come up."""
        for name, process in self._all.items():
            if forking.ended(process.pid):
                self._launch(name)
                process.restarts += 1

    def pid(self, name: str) -> int:
        return self._all[name].pid

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._all.values()]

    def status(self) -> dict[str, dict[str, Any]]:
        """Return process id, restarts and start of each, as JSON types."""
        return {
            name: {"pid": one.pid, "restarts": one.restarts, "started": one.started} for name, one in self._all.items()
        }

    def _launch(self, name: str) -> None:
        process = self._all[name]
        process.pid = 0  # until it is there, so that one that fails is started again
        process.pid = forking.launch(name, process.work, self._tidy)
        process.started = time.time()
