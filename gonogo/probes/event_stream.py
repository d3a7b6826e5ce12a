"""The event-stream format: what servers send to an EventSource, read in pieces of any size.

Source: WHATWG HTML, "Server-sent events", "Parsing an event stream" and "Interpreting an event stream".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed
from gonogo.probes import strict_json

_END_OF_LINE = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Attributes:
        id: The last event id as it stood, which an event without an id inherits from those before.
        type: "message" unless the stream names another.
        data: The data lines, joined by line feeds.
        numbered: Whether the event brought its id itself.
    """

    id: str
    type: str
    data: str
    numbered: bool = False

    def json(self, pointer: str = "") -> Any:
        """Return the value at `pointer` (RFC 6901) of the JSON document in the data; without a pointer, all of it.

        Raises:
            Missed: If the data is no JSON.
            Unverified: If there is nothing at `pointer`.
        """
        subject = f"the {self.type} event {self.id or 'without id'}"
        return strict_json.resolve(strict_json.loads(self.data, subject), pointer, subject)


class EventParser:
    """Reads one connection's bytes; how they were cut makes no difference.

    Args:
        last_event_id: What the client came with.
        max_bytes: The most that one line, and the data of one event, may hold.

    Attributes:
        last_event_id: What a client that reconnects names.
        retry_ms: How long it must wait before it does, where the stream has said so.
        comments: How many comment lines there were.
    """

    def __init__(self, last_event_id: str = "", max_bytes: int = 1_000_000) -> None:
        self.last_event_id = last_event_id
        self.retry_ms: int | None = None
        self.comments = 0
        self._max_bytes = max_bytes
        self._pending = b""
        self._after_cr = False
        self._at_start = True
        self._id = last_event_id
        self._clear()

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield the events that `data` completes; to be read to its end.

        Raises:
            Missed: If a line, or the data of an event, is larger than `max_bytes`.
        """
        for line in self._lines(data):
            if line:
                self._field(line)
            elif event := self._dispatch():
                yield event

    def _lines(self, data: bytes) -> Iterator[str]:
        """Yield each complete line as text; what is no UTF-8 becomes U+FFFD."""
        if self._after_cr:
            data = data.removeprefix(b"\n") if data else data
        self._after_cr = data.endswith(b"\r") or (self._after_cr and not data)
        *complete, rest = _END_OF_LINE.split(data)
        for line in complete:
            whole, self._pending = self._pending + line, b""
            self._limit(len(whole), "a line")
            if self._at_start:
                whole, self._at_start = whole.removeprefix(_BOM), False
            yield whole.decode("utf-8", "replace")
        self._pending += rest
        self._limit(len(self._pending), "a line")

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value.encode()) + 1
            self._limit(self._size - 1, "the data of an event")
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id, self._numbered = value, True
        elif name == "retry" and _DIGITS.fullmatch(value):
            self.retry_ms = int(value)
        elif not name:
            self.comments += 1

    def _dispatch(self) -> Event | None:
        """Return the event that the empty line ends; without data there is none, though its id counts."""
        self.last_event_id = self._id
        data = "\n".join(self._data)
        event = Event(self._id, self._type or "message", data, self._numbered) if self._data != [] else None
        self._clear()
        return event

    def _clear(self) -> None:
        self._data: list[str] = []
        self._size = 0
        self._type = ""
        self._numbered = False

    def _limit(self, size: int, what: str) -> None:
        if size > self._max_bytes:
            raise Missed(f"the event stream: {what} is larger than {self._max_bytes} B")
