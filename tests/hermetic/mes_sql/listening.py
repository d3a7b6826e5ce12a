"""A listener on a stream, in a thread of its own: what it heard, when, and how its connections went."""

import json
import socket
import threading
from contextlib import suppress
from typing import Any

import requests
from build_world import Build, quickest, until


class Listener:
    """Listens until it is closed; with `again` it comes back after a cut and goes on where it was."""

    def __init__(self, build: Build, name: str = "plans", *, port: str = "green", again: bool = False) -> None:
        self._build, self._url = build, f"{build.url(port)}/api/mes/stream/{name}"
        self._again, self._over = again, False
        self.lines: list[str] = []
        self.ids: list[int] = []
        self.heads: list[requests.Response] = []
        self.ended = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert until(lambda: "retry: 500" in self.lines), "the stream did not open"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line.removeprefix("data: ")) for line in list(self.lines) if line.startswith("data: ")]

    def hears(self, key: str) -> bool:
        return until(lambda: any(event["key"] == key for event in self.events))

    def quickest_delivery(self, port: str = "green") -> float:
        """Return the seconds from asking a port for a plan to hearing of it, the least of three tries."""
        return quickest(lambda: self.hears(self._build.create(nodes=[], port=port)["plan"]["id"]), tries=3)

    def close(self) -> None:
        self._over = True
        for reply in self.heads:
            with suppress(OSError, AttributeError):  # it is closed already
                reply.raw.connection.sock.shutdown(socket.SHUT_RDWR)  # a close waits until somebody has read
        self._thread.join(5)

    def _listen(self) -> None:
        while not self._over:
            last = {"Last-Event-ID": str(self.ids[-1])} if self.ids else {}
            try:
                reply = requests.get(self._url, headers={**self._build.login, **last}, stream=True, timeout=20)
                self.heads.append(reply)
                self._read(reply)
            except (requests.RequestException, AttributeError):  # urllib3's own, when it is closed meanwhile
                pass
            self.ended += 1
            if not self._again:
                return

    def _read(self, reply: requests.Response) -> None:
        for raw in reply.iter_lines(chunk_size=1):
            line = raw.decode()
            if line.startswith("id: "):
                self.ids.append(int(line[4:]))
            self.lines.append(line)
