"""Listening to stand-ins that serve: what they still print, and whether one of them ended by itself."""

import os
import select
import sys
from collections.abc import Iterable

from hermetic.stand_in import StandIn


class Watch:
    """Keeps the pipes from the stand-ins empty, so that none ever blocks on a print, and names those that end."""

    def __init__(self, stand_ins: Iterable[StandIn]) -> None:
        self.open = {stand_in.child.stdout.fileno(): stand_in for stand_in in stand_ins}
        self.lost: list[StandIn] = []

    def listen(self, timeout_s: float | None = None, stdin: int | None = None) -> bool:
        """Wait until something happens, at most `timeout_s` (None: without end).

        Args:
            stdin: A descriptor to listen to as well; what it says is ignored, only its end counts.

        Returns:
            False once `stdin` has ended.
        """
        ours = [] if stdin is None else [stdin]
        readable, _, _ = select.select([*self.open, *ours], [], [], timeout_s)
        for descriptor in readable:
            data = os.read(descriptor, 65536)
            if descriptor == stdin:
                if not data:
                    return False
            elif data:
                self._keep(self.open[descriptor], data)
            else:
                self._lose(self.open.pop(descriptor))
        return True

    def _keep(self, stand_in: StandIn, data: bytes) -> None:
        with stand_in.child.log.open("ab") as log:
            log.write(data)

    def _lose(self, stand_in: StandIn) -> None:
        self.lost.append(stand_in)
        stand_in.child.wait(1.0)
        code = stand_in.child.process.returncode
        print(
            f"{stand_in.child.name} ended by itself (code {code}):\n{stand_in.child.tail()}",
            file=sys.stderr,
            flush=True,
        )
