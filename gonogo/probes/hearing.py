"""What one client of an event stream heard, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from gonogo.outcome import Missed, Unverified
from gonogo.probes.event_stream import Event
from gonogo.probes.reply import Reply

MEDIA_TYPE = "text/event-stream"
DEADLINE = "deadline"
"""Why a client ended whose time was up."""
_SHOWN_HEADERS = ("content-type", "cache-control", "connection", "date", "x-release", "x-colour", "retry-after")
_SHOWN_CHARACTERS = 2000
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, when it was here (Unix time of our clock), and on which of the client's connections (1, 2 ...)."""

    event: Event
    at_s: float
    connection: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one client heard.

    Attributes:
        client: Its number, from 1.
        request: Method and path, e.g. "GET /api/mes/stream/plans".
        reply: The first answer: status, headers, and the start of the body where it is no stream; None without one.
        arrivals: The events in order.
        connections: How many connections were answered with a stream.
        cuts: How many of these ended from the other side.
        comments: How many comment lines there were, such as keep-alives.
        ended: Why it listens no more, such as "status 401" or "deadline"; empty while it does.
        error: What kept it from listening, or ended it against the rules.
    """

    client: int
    request: str
    reply: Reply | None
    arrivals: tuple[Arrival, ...]
    connections: int
    cuts: int
    comments: int
    ended: str
    error: Exception | None

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(arrival.event for arrival in self.arrivals)

    def require_open(self) -> Self:
        """Return the hearing itself if its client was given an event stream.

        Raises:
            Unverified: If there was no answer, or one that says nothing about the release (401, 403, 429, maintenance).
            Missed: If no answer came in time, its status was not 200 or its content type not text/event-stream, or what
                came was larger than is allowed.
        """
        if self.error is not None:
            raise self.error
        if self.reply is None and self.ended == DEADLINE:
            raise Missed(
                f"{self.request}: client {self.client} had no answer when its time was up; look what holds it up"
            )
        if self.reply is None:
            raise Unverified(f"{self.request}: client {self.client} has no answer ({self.ended or 'it still waits'})")
        self.reply.require(200)
        if self.reply.media_type != MEDIA_TYPE:
            given = self.reply.media_type or "none"
            raise Missed(f"{self.request}: content type {given}, required {MEDIA_TYPE}; a browser would refuse it")
        return self

    def records(self) -> Iterator[Record]:
        """Yield the transcript, one record a line: the answer, each event, the end."""
        if self.reply is not None:
            headers = {name: self.reply.headers[name] for name in _SHOWN_HEADERS if name in self.reply.headers}
            yield {"client": self.client, "status": self.reply.status, "headers": headers}
        for arrival in self.arrivals:
            event = arrival.event
            yield {
                "client": self.client,
                "connection": arrival.connection,
                "at": datetime.fromtimestamp(arrival.at_s, UTC).isoformat(timespec="microseconds"),
                "id": event.id,
                "type": event.type,
                "data": event.data[:_SHOWN_CHARACTERS],
            }
        ended = {"ended": self.ended, "error": str(self.error) if self.error else None}
        yield {"client": self.client, "cuts": self.cuts, "comments": self.comments, **ended}
