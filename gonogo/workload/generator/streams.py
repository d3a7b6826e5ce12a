"""Server-Sent Events: streams that are kept open, with the time that each event took to arrive.

An event's latency is the time from the instant its payload names to its arrival, by two clocks: on one machine they
are the same, between machines their difference is part of it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter, time

from gonogo.workload.generator.answer import ProtocolError
from gonogo.workload.generator.process import current
from gonogo.workload.generator.sweeper import DeadlinePassed
from gonogo.workload.generator.users import LeanUser


class StreamUser(LeanUser):
    """A user whose start is one stream, from its opening to the end of the load."""

    abstract = True

    def headers(self) -> dict[str, str]:
        """Ask for a stream; a subclass adds its token to these."""
        return {"Accept": "text/event-stream", "Cache-Control": "no-cache"}

    def follow(self, path: str, field: str = "at") -> None:
        """Open the stream at `path`, and record its opening and each of its events, until the load ends.

        Args:
            path: Recorded as "GET path", its events as "EVENT path".
            field: The field of an event's JSON payload with its instant: RFC 3339, or seconds since 1970.
        """
        parts = self.client.open(path, until=current().ends_at)
        if parts is not None:
            reason = self._hear(parts, f"EVENT {path}", field)
            if reason:
                now = perf_counter()
                current().recorder.failure(f"EVENT {path}", now, now, now, reason)
        self.client.close()

    def _hear(self, parts: Iterator[bytes], name: str, field: str) -> str:
        """Record events until the stream is cut, and return what was wrong, '' for nothing."""
        heard, recorder = 0, current().recorder
        try:
            for text in events(parts):
                heard += 1
                done = perf_counter()
                took = max(time() - instant(text, field), 0.0)
                recorder.success(name, done - took, done - took, done)
        except DeadlinePassed:  # the load is over
            return "" if heard else "no event came while the stream was open"
        except (OSError, ProtocolError, ValueError) as error:
            return str(error)
        return "the stream ended before the load did"


def events(parts: Iterator[bytes]) -> Iterator[str]:
    """Give the data of each event in a stream; comments and events without data are left out.

    Source: the HTML standard, section 9.2 (server-sent events).
    """
    data: list[str] = []
    for line in _lines(parts):
        if not line and data:
            yield "\n".join(data)
            data = []
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))


def _lines(parts: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")


def instant(text: str, field: str) -> float:
    """Return the instant that an event names, in seconds since 1970.

    Raises:
        ValueError: If it is no JSON object with an instant in `field`.
    """
    try:
        said = json.loads(text)[field]
        if isinstance(said, str):
            named = datetime.fromisoformat(said)
            return (named if named.tzinfo else named.replace(tzinfo=UTC)).timestamp()
        return float(said)
    except (LookupError, TypeError, ValueError):
        raise ValueError(f"an event without an instant in {field!r}: {text[:80]!r}") from None
