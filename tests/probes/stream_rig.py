"""Event streams on 127.0.0.1, written part by part as told, one script a connection."""

import socket
import threading
import time
from collections.abc import Sequence

from fault_rig import Rig
from probe_kit import PATIENCE_S

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.probes.sse import StreamProbe
from gonogo.secrets import Secret
from gonogo.settings import TargetSettings

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nx-release: 2.3.0\r\n\r\n"
PATH = "/stream/plans"
OPEN = "stay open until the client goes"
Part = bytes | float | str | threading.Event


class StreamRig:
    """Plays `scripts[k]` on the connection k, the last of them on all that follow.

    A script is bytes to send, seconds or an event to wait for, or OPEN. `gone` counts the clients that were seen to
    leave.
    """

    def __init__(self, rig: Rig, scripts: Sequence[Sequence[Part]]) -> None:
        self.rig = rig
        self.gone = 0
        self._scripts = list(scripts)
        self._lock = threading.Lock()
        rig.behaviours[PATH] = self._play

    def left(self, clients: int) -> bool:
        """Return whether so many clients leave in the end."""
        end = time.monotonic() + PATIENCE_S
        while self.gone < clients and time.monotonic() < end:
            time.sleep(0.01)
        return self.gone == clients

    def _play(self, connection: socket.socket) -> bool:
        with self._lock:
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for part in script:
            if isinstance(part, bytes):
                connection.sendall(part)
            elif isinstance(part, float):
                self.rig.stopped.wait(part)
            elif isinstance(part, threading.Event):
                part.wait(PATIENCE_S)
            elif not connection.recv(1):
                with self._lock:
                    self.gone += 1
        return False


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def probe(rig: Rig, guard: Guard, evidence: Evidence, token: str = "", **settings: object) -> StreamProbe:
    given: dict[str, object] = {"base_url": rig.url, "deadline_s": PATIENCE_S, "max_bytes": 100_000, **settings}
    if token:
        given["token"] = Secret("MES_TOKEN", token)
    return StreamProbe("mes", PATH, TargetSettings.model_validate(given), guard, evidence, "run-1")
