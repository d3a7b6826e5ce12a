"""One client of an event stream, in a thread of its own, as a browser's EventSource would be."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import requests

from gonogo.guard import Guard
from gonogo.outcome import Missed, Unverified
from gonogo.probes.deadline import Deadline, within
from gonogo.probes.event_stream import EventParser
from gonogo.probes.exchange import Ask, CutOff, Exchange
from gonogo.probes.hearing import DEADLINE, MEDIA_TYPE, Arrival, Hearing
from gonogo.probes.reply import Reply

_CHUNK = 8192
_RETRY_S = 3.0
_REFUSED_BODY_S = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a client listens.

    Attributes:
        deadline: When it ends.
        reconnects: How often it comes back after a cut.
        last_event_id: What it comes with.
        max_bytes: How much it takes in all.
    """

    deadline: Deadline
    reconnects: int
    last_event_id: str
    max_bytes: int


class Listener:
    """Listens until it is closed, its time is up, or the stream ends in a way that a browser does not mend.

    Args:
        client: Its number, from 1.
        ask: The request.
        exchange: A session of its own.
        guard: Asked before every connection.
        changed: Notified of everything that happens; its lock guards what has been heard.
    """

    def __init__(
        self, client: int, ask: Ask, exchange: Exchange, guard: Guard, terms: Terms, changed: threading.Condition
    ) -> None:
        self._ask = ask
        self._exchange = exchange
        self._guard = guard
        self._terms = terms
        self._changed = changed
        self._parser = EventParser(terms.last_event_id)
        self._size = 0
        self._closing = threading.Event()
        self._arrivals: list[Arrival] = []
        self._hearing = Hearing(client, str(ask), None, (), 0, 0, 0, "", None)
        self._thread = threading.Thread(target=self._run, name=f"gonogo-listener-{client}", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    @property
    def state(self) -> Hearing:
        """How it stands, without the events."""
        return self._hearing

    @property
    def hearing(self) -> Hearing:
        """What it heard so far."""
        with self._changed:
            return replace(self._hearing, arrivals=tuple(self._arrivals), comments=self._parser.comments)

    def heard(self, since: int) -> list[Arrival]:
        """Return the arrivals after the first `since`."""
        with self._changed:
            return self._arrivals[since:]

    def stop(self) -> None:
        """Ask it to end; returns at once."""
        self._closing.set()
        self._exchange.cut()

    def join(self) -> None:
        """Wait until it has ended, cutting what it still opens."""
        while self._thread.is_alive():
            self.stop()
            self._thread.join(0.02)

    def _run(self) -> None:
        ended = ""
        error: Exception | None = None
        try:
            ended = self._listen()
        except Exception as failure:  # it is raised again where the hearing is used
            ended = self._over() or str(failure)
            error = None if self._over() else failure
        finally:
            self._exchange.renew()
            self._note(ended=ended, error=error)

    def _listen(self) -> str:
        """Return why it ended."""
        for attempt in range(self._terms.reconnects + 1):
            if attempt and self._closing.wait(min(self._pause_s(), self._terms.deadline.left_s)):
                break
            if self._over():
                break
            try:
                ended = self._connection()
            except CutOff:
                ended = ""
            except Unverified:
                if not self._hearing.connections or attempt == self._terms.reconnects:
                    raise
                continue
            if ended or self._over():
                return self._over() or ended
            self._note(cuts=self._hearing.cuts + 1)
        return self._over() or f"cut, and reconnected {self._terms.reconnects} times"

    def _connection(self) -> str:
        """Listen on one connection; return why a browser would not come back, or nothing where it would."""
        self._guard.request(self._ask.method, self._ask.url)
        known = self._parser.last_event_id
        ask = replace(self._ask, headers={"Last-Event-ID": known}) if known else self._ask
        with self._exchange.opened(ask, self._terms.deadline.left_s) as (response, _):
            reply = Reply(str(ask), response.status_code, response.headers, b"", 0.0)
            if reply.status != 200 or reply.media_type != MEDIA_TYPE:
                return self._refused(response, reply)
            self._begin(reply)
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                self._take(chunk, time.time())
        return ""

    def _refused(self, response: requests.Response, reply: Reply) -> str:
        body = b""
        with within(_REFUSED_BODY_S, self._exchange.cut), suppress(Exception):
            body = response.raw.read(_CHUNK, decode_content=True)
        ended = f"status {reply.status}" if reply.status != 200 else f"content type {reply.media_type or 'none'}"
        self._note(reply=self._hearing.reply or replace(reply, body=body), ended=ended)
        return ended

    def _begin(self, reply: Reply) -> None:
        fresh = EventParser(self._parser.last_event_id)
        fresh.retry_ms, fresh.comments = self._parser.retry_ms, self._parser.comments
        self._parser = fresh
        self._note(reply=self._hearing.reply or reply, connections=self._hearing.connections + 1)

    def _take(self, chunk: bytes, at_s: float) -> None:
        self._size += len(chunk)
        if self._size > self._terms.max_bytes:
            limit = f"{self._terms.max_bytes} B (max_bytes of the target)"
            raise Missed(f"{self._ask}: the stream is larger than {limit}")
        for event in self._parser.feed(chunk):
            with self._changed:
                self._arrivals.append(Arrival(event, at_s, self._hearing.connections))
                self._changed.notify_all()

    def _note(self, **changes: object) -> None:
        with self._changed:
            self._hearing = replace(self._hearing, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()

    def _pause_s(self) -> float:
        return _RETRY_S if self._parser.retry_ms is None else self._parser.retry_ms / 1000

    def _over(self) -> str:
        if time.monotonic() >= self._terms.deadline.at:
            return DEADLINE
        return "closed by us" if self._closing.is_set() else ""
