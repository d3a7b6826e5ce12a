"""What an audience heard against what was published: lost, repeated, and how late."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.clock import ClockOffset
from gonogo.probes.event_stream import Event
from gonogo.probes.hearing import Arrival, Hearing

K = TypeVar("K", bound=Hashable)
Match = Callable[[Event], bool]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Delivery(Generic[K]):
    """What one client did not hear, heard too often, and which event ids it was sent more than once."""

    client: int
    lost: tuple[K, ...]
    repeated: tuple[K, ...]
    repeated_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deliveries(Generic[K]):
    """What each client was delivered of `published` events of `request`."""

    request: str
    published: int
    clients: tuple[Delivery[K], ...]

    def lost(self, subject: str = "events lost") -> Measurement:
        """Return how many events did not reach a client, counted once a client; names the first."""
        return self._count(subject, [(one.client, one.lost) for one in self.clients])

    def repeated(self, subject: str = "events repeated") -> Measurement:
        """Return how often a client heard an event, or was sent an id, again; names the first."""
        return self._count(subject, [(one.client, (*one.repeated, *one.repeated_ids)) for one in self.clients])

    def _count(self, subject: str, found: Sequence[tuple[int, tuple[object, ...]]]) -> Measurement:
        named = [f"client {client}: {', '.join(map(str, keys[:_SHOWN]))}" for client, keys in found if keys]
        told = f"; {'; '.join(named[:_SHOWN])}" if named else ""
        count = sum(len(keys) for _, keys in found)
        samples = self.published * len(self.clients)
        return Measurement(subject, count, "count", samples=samples, source="sse", query=self.request + told)


def deliveries(hearings: Sequence[Hearing], published: Sequence[K], key: Callable[[Event], K | None]) -> Deliveries[K]:
    """Compare what each client heard with what was published while all of them listened.

    Args:
        hearings: What they heard.
        published: The key of each event; one that was published twice stands twice.
        key: Gives an event's key, or None for an event of others. Keys that were not published are left out.

    Raises:
        Inconclusive: If nothing was published, or nobody listened.
        Missed, Unverified: If a client was not given an event stream, as `Hearing.require_open` says.
    """
    if not published or not hearings:
        raise Inconclusive(f"{len(published)} events published to {len(hearings)} clients: there is nothing to compare")
    clients = tuple(_delivery(hearing.require_open(), Counter(published), key) for hearing in hearings)
    return Deliveries(hearings[0].request, len(published), clients)


def latencies(
    hearings: Sequence[Hearing], offset: ClockOffset, *, at: str = "/at", match: Match | None = None
) -> list[float]:
    """Return the seconds from publishing to arrival, one an arrival, each certain to `offset.uncertainty_s`.

    What the clients hear of one event is not independent. An event that is sent again after a cut counts as late.

    Args:
        hearings: What they heard.
        offset: The clock that stamps the events, against ours.
        at: Where the instant stands in the payload (RFC 3339 with an offset).
        match: Which events count; None for all.

    Raises:
        Inconclusive: If no event counts, an instant cannot be read, or an event was here before it was published.
        Missed, Unverified: If a payload is no JSON, or has no instant.
    """
    found = [_latency(arrival, offset, at) for arrival in _matching(hearings, match)]
    if not found:
        raise Inconclusive(f"{sum(len(one.arrivals) for one in hearings)} events heard, none of which counts")
    if min(found) < -offset.uncertainty_s:
        raise Inconclusive(
            f"an event was here {-min(found) * 1000:.1f} ms before it was published, with clocks {offset} apart; "
            "compare the clock that stamps the events"
        )
    return found


def slowest(
    subject: str,
    hearings: Sequence[Hearing],
    offset: ClockOffset,
    *,
    at: str = "/at",
    match: Match | None = None,
) -> Measurement:
    """Return the longest time from publishing to arrival, with the uncertainty of the clocks; raises as `latencies`."""
    found = latencies(hearings, offset, at=at, match=match)
    longest = max(found)
    return Measurement(
        subject,
        longest,
        "s",
        low=max(0.0, longest - offset.uncertainty_s),
        high=longest + offset.uncertainty_s,
        samples=len(found),
        source="sse",
        query=f"{hearings[0].request}, clocks {offset} apart",
    )


def _delivery(hearing: Hearing, published: Counter[K], key: Callable[[Event], K | None]) -> Delivery[K]:
    keys = (key(event) for event in hearing.events)
    heard = Counter(found for found in keys if found is not None and found in published)
    ids = Counter(event.id for event in hearing.events if event.numbered and event.id)
    again = tuple(f"id {number}" for number, times in ids.items() if times > 1)
    return Delivery(hearing.client, tuple((published - heard).elements()), tuple((heard - published).elements()), again)


def _matching(hearings: Sequence[Hearing], match: Match | None) -> Iterator[Arrival]:
    for hearing in hearings:
        for arrival in hearing.require_open().arrivals:
            if match is None or match(arrival.event):
                yield arrival


def _latency(arrival: Arrival, offset: ClockOffset, at: str) -> float:
    written = arrival.event.json(at)
    try:
        published = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise Inconclusive(f"{written!r} at {at} of event {arrival.event.id} is no instant (RFC 3339)") from None
    if published.tzinfo is None:
        raise Inconclusive(f"{written!r} at {at} of event {arrival.event.id} does not say its offset from UTC")
    return arrival.at_s + offset.value_s - published.timestamp()
