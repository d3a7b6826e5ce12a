"""Being asked to end, once or often."""

import signal
from types import FrameType


class Asked(BaseException):
    """Somebody asked this process to end."""


class StopSignals:
    """Turns the first SIGTERM, SIGINT or SIGHUP into `Asked`, and ignores all that come while things are taken down."""

    def __init__(self) -> None:
        self.taking_down = False

    def install(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started with nohup
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self.taking_down:
            self.taking_down = True
            raise Asked
