"""What is published on purpose, so that listeners must hear it; and the sessions that streams hold in the database."""

from collections.abc import Callable
from dataclasses import dataclass

from gonogo.outcome import Unverified
from gonogo.probes.activity import Activity
from gonogo.probes.event_stream import Event
from gonogo.probes.hearing import Hearing
from gonogo.probes.sse import Audience
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made

Heard = tuple[str, str]
PATIENCE_S = 10.0
SOME = 4
"""How many of a thing are published where the scenario says some: enough that one lost in a few is noticed."""


@dataclass(frozen=True)
class Published:
    """What happened, in order: ("INSERT" or "UPDATE", id of the row)."""

    events: tuple[Heard, ...]

    def key(self, event: Event) -> Heard | None:
        """Return what an event tells of, or None where it tells of rows of others, or of nothing that can be read."""
        payload = event.json()
        if not isinstance(payload, dict):
            return None
        found = str(payload.get("operation")), str(payload.get("key"))
        return found if found in self.events else None

    def is_ours(self, event: Event) -> bool:
        """Return whether an event tells of what was published."""
        return self.key(event) is not None


def publish(build: Build, made: Made, what: str, n: int) -> Published:
    """Create and change `n` of "plans", "assignments" or "workers", and return what listeners must hear.

    Raises:
        Unverified: If `what` is none of them.
    """
    if what not in _PUBLISH:
        raise Unverified(f"nothing is known of a stream of {what}; known are {', '.join(_PUBLISH)}")
    return Published(tuple(event for _ in range(n) for event in _PUBLISH[what](build, made)))


def publish_and_wait(build: Build, made: Made, audience: Audience, what: str, n: int) -> Published:
    """Publish as `publish` does, and wait as `await_all` does."""
    published = publish(build, made, what, n)
    await_all(audience, published)
    return published


def publish_in_gap(build: Build, made: Made, audience: Audience) -> Published:
    """Publish a plan that is heard, cut every stream, publish another, and wait until the listeners are back.

    Who has never heard an event has no number to come back with, and cannot be sent what it missed.
    """
    heard = publish_and_wait(build, made, audience, "plans", 1)
    build.cut_streams()
    both = Published((*heard.events, *publish(build, made, "plans", 1).events))
    audience.wait_reconnected(within_s=PATIENCE_S)
    await_all(audience, both)
    return both


def opened(build: Build, stream: str, *, anonymous: bool) -> Hearing:
    """Open a stream, with or without a login, close it again, and return what was answered."""
    with build.green.stream(stream).listen(1, deadline_s=PATIENCE_S, anonymous=anonymous, reconnects=0) as audience:
        return audience.hearings()[0]


def await_all(audience: Audience, published: Published) -> None:
    """Wait until every listener has heard as many events as were published, or for PATIENCE_S."""
    audience.wait(published.is_ours, count=len(published.events), within_s=PATIENCE_S)


def sessions(build: Build) -> int:
    """Return how many sessions the service holds in its database, whatever their state."""
    names = {build.green.text("application of the pool"), build.green.text("application of the streams")}
    return sum(count for name, count in Activity(build.green.sql).by_application().items() if name in names)


def listening(build: Build, channel: str | None = None) -> int:
    """Return how many sessions of the database listen to a channel, or to any."""
    return Activity(build.green.sql).listening(channel)


def _plan(build: Build, made: Made) -> list[Heard]:
    plan_id = made.create_plan(1)["id"]
    build.change("plan", plan_id, {"quantity": 7}).require(200)
    return [("INSERT", plan_id), ("UPDATE", plan_id)]


def _assignments(build: Build, made: Made) -> list[Heard]:
    answer = build.offer("plan", made.plan(2)).require(201)
    plan_id, ids = answer.json_at("/plan/id"), [str(one["id"]) for one in answer.json_at("/assignments")]
    for status in ("released", "production"):
        build.change("plan", plan_id, {"status": status}).require(200)
    return [*(("INSERT", identifier) for identifier in ids), *(("UPDATE", identifier) for identifier in ids)]


def _worker(build: Build, made: Made) -> list[Heard]:
    worker = made.create("worker", {"name": "Sample worker", "stations": [], "operations": []})["id"]
    build.change("worker", worker, {"name": "Sample worker, renamed"}).require(200)
    return [("INSERT", worker), ("UPDATE", worker)]


_PUBLISH: dict[str, Callable[[Build, Made], list[Heard]]] = {
    "plans": _plan,
    "assignments": _assignments,
    "workers": _worker,
}
