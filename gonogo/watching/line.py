"""A line of the prober: one kept connection to one arm. It measures, and adds as little as it can."""

import http.client
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from gonogo.guard import asked
from gonogo.probes.deadline import Deadline, shut, within
from gonogo.settings import TargetSettings

NO_ANSWER = 0
"""Stands for the status where no whole answer came."""
_CHUNK = 65536
_Failure = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        latency_s: From just before sending to the last byte, or to the failure.
        status: Of HTTP; NO_ANSWER where none came.
        connected: Whether there was a connection at all.
        told: The value of the header that tells the arms apart.
    """

    latency_s: float
    status: int
    connected: bool = True
    told: str = ""


class Line:
    """Sends GETs to one target and nothing else; the guard must have let each path pass.

    Certificates are verified, no redirect is followed, no proxy or cookie is used. `deadline_s` is for a whole answer.
    """

    def __init__(self, settings: TargetSettings, headers: Mapping[str, str], told_by: str | None = None) -> None:
        self._settings, self._told_by = settings, told_by
        parts = urlsplit(settings.base_url)
        self._prefix = parts.path
        self._headers = {"Cache-Control": "no-cache", **settings.headers, **headers}
        if settings.token is not None:
            self._headers["Authorization"] = f"Bearer {settings.token.reveal()}"
        self._ended = False
        self._wire = _connection(parts.scheme, parts.hostname or "", parts.port, settings.deadline_s)

    def get(self, path: str) -> Answer:
        """Send a GET and read the whole answer."""
        began = time.perf_counter()
        with asked(), within(self._settings.deadline_s, self.cut) as deadline:
            status, connected, told = self._ask(path, deadline)
        return Answer(time.perf_counter() - began, status, connected, told)

    def warm(self) -> None:
        """Connect ahead of the first request; one that fails is tried again by that request."""
        with suppress(*_Failure), asked():
            self._wire.connect()

    def cut(self) -> None:
        """Shut the connection down; safe to call from another thread."""
        if self._wire.sock is not None:
            shut(self._wire.sock)

    def end(self) -> None:
        """Send nothing more, and cut what is under way; safe to call from another thread."""
        self._ended = True
        self.cut()

    def close(self) -> None:
        """Give back the connection."""
        self._wire.close()

    def _ask(self, path: str, deadline: Deadline) -> tuple[int, bool, str]:
        """Return status, whether there was a connection, and what tells the arm.

        A kept connection that the target had closed meanwhile is made anew, once and in the same time.
        """
        kept = self._wire.sock is not None
        try:
            if not kept:
                self._wire.connect()
        except _Failure:
            self._wire.close()
            return NO_ANSWER, False, ""
        try:
            return self._exchange(path)
        except _Failure as failure:
            self._wire.close()
            stale = kept and isinstance(failure, ConnectionError) and not (deadline.passed or self._ended)
            return self._ask(path, deadline) if stale else (NO_ANSWER, True, "")

    def _exchange(self, path: str) -> tuple[int, bool, str]:
        self._wire.request("GET", self._prefix + path, headers=self._headers)
        response = self._wire.getresponse()
        size = 0
        while chunk := response.read(_CHUNK):
            size += len(chunk)
            if size > self._settings.max_bytes:
                raise http.client.HTTPException("the body is larger than max_bytes")
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        if response.will_close:
            self._wire.close()
        told = response.headers.get(self._told_by, "") if self._told_by else ""
        return response.status, True, told


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)
