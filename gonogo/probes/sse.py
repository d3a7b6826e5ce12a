"""Server-sent events: listens to a stream of a target with several clients at once."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Self

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.probes.deadline import Deadline
from gonogo.probes.event_stream import Event
from gonogo.probes.exchange import Ask, Exchange
from gonogo.probes.hearing import MEDIA_TYPE, Hearing
from gonogo.probes.listener import Listener, Terms
from gonogo.settings import TargetSettings

FEW_CLIENTS = 10
"""More clients at once are load, which the guard must allow."""
_EVIDENCE_LINES = 5000
_CREDENTIALS = ("authorization", "cookie")
Match = Callable[[Event], bool]


class Audience:
    """Clients that listen to one stream at the same time; close it, or use it as a context manager."""

    def __init__(
        self, what: str, listeners: Sequence[Listener], terms: Terms, changed: threading.Condition, evidence: Evidence
    ) -> None:
        self._what = what
        self._listeners = listeners
        self._deadline = terms.deadline
        self._changed = changed
        self._evidence = evidence
        self.closed = False

    def begin(self) -> Self:
        """Let every client connect; return when each has been answered or has failed."""
        for listener in self._listeners:
            listener.start()
        answered = self._until(lambda listener: listener.state.reply is not None, None)
        if not answered and time.monotonic() >= self._deadline.at:
            self._end()
        return self

    def hearings(self) -> tuple[Hearing, ...]:
        """Return what each client has heard so far."""
        return tuple(listener.hearing for listener in self._listeners)

    def require_open(self) -> Self:
        """Return the audience itself if every client was given an event stream; raises as `Hearing.require_open`."""
        for hearing in self.hearings():
            hearing.require_open()
        return self

    def wait(self, match: Match | None = None, count: int = 1, within_s: float | None = None) -> bool:
        """Wait until every client has heard `count` events that match (None: any), and return whether it came to that.

        It ends with False after `within_s`, at the deadline, or when every client that lacks some has ended.
        """
        seen = dict.fromkeys(self._listeners, 0)
        found = dict.fromkeys(self._listeners, 0)

        def enough(listener: Listener) -> bool:
            fresh = listener.heard(seen[listener])
            seen[listener] += len(fresh)
            found[listener] += sum(match is None or match(arrival.event) for arrival in fresh)
            return found[listener] >= count

        return self._until(enough, within_s)

    def wait_reconnected(self, times: int = 1, within_s: float | None = None) -> bool:
        """Wait until every client has come back `times` times, and return whether it came to that."""
        return self._until(lambda listener: listener.state.connections > times, within_s)

    def close(self) -> None:
        """End every client, and keep what was heard as evidence; safe to call twice."""
        if self.closed:
            return
        self.closed = True
        self._end()
        self._keep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _end(self) -> None:
        for listener in self._listeners:
            listener.stop()
        for listener in self._listeners:
            listener.join()

    def _until(self, reached: Callable[[Listener], bool], within_s: float | None) -> bool:
        end = self._deadline.at if within_s is None else min(self._deadline.at, time.monotonic() + within_s)
        with self._changed:
            while True:
                lacking = [listener for listener in self._listeners if not reached(listener)]
                left_s = end - time.monotonic()
                if not lacking or left_s <= 0 or all(listener.state.ended for listener in lacking):
                    return not lacking
                self._changed.wait(left_s)

    def _keep(self) -> None:
        records = [record for hearing in self.hearings() for record in hearing.records()]
        lines = [json.dumps(record, ensure_ascii=False) for record in records[:_EVIDENCE_LINES]]
        if len(records) > _EVIDENCE_LINES:
            lines.append(json.dumps({"left out": len(records) - _EVIDENCE_LINES}))
        self._evidence.add(self._what, "\n".join(lines) + "\n", "application/jsonl", ".jsonl")


class StreamProbe:
    """Listens to one stream; the rules of HttpProbe hold (no redirect, proxy or cookie, certificates verified).

    An answer must begin within `deadline_s` of the target; the `max_bytes` of the target bound what one client takes.
    """

    source = "sse"

    def __init__(
        self, target: str, path: str, settings: TargetSettings, guard: Guard, evidence: Evidence, run_id: str
    ) -> None:
        self.name = target
        self._ask = Ask("GET", path, settings.base_url + path)
        self._settings = settings
        self._guard = guard
        self._evidence = evidence
        self._run_id = run_id
        self._open: list[Audience] = []

    def listen(
        self,
        clients: int = 1,
        *,
        deadline_s: float = 30,
        anonymous: bool = False,
        reconnects: int = 3,
        last_event_id: str = "",
    ) -> Audience:
        """Open `clients` connections at once, and return when each has been answered, or has failed.

        Args:
            clients: How many; more than 10 are load.
            deadline_s: When all of them end, whatever they hear.
            anonymous: Send no token, Authorization or Cookie.
            reconnects: How often a client comes back after a cut, naming the last event it heard.
            last_event_id: What the clients come with.

        Raises:
            GuardRefused: If the host is not allowed, or so many clients are not; nothing was sent.
        """
        self._guard.request(self._ask.method, self._ask.url)
        if clients > FEW_CLIENTS:
            self._guard.load(f"{clients} clients at once of {self._ask}")
        deadline, changed = Deadline(time.monotonic() + deadline_s), threading.Condition(threading.RLock())
        terms = Terms(deadline, reconnects, last_event_id, self._settings.max_bytes)
        listeners = [
            Listener(number, self._ask, self._exchange(anonymous), self._guard, terms, changed)
            for number in range(1, clients + 1)
        ]
        what = f"{clients} clients of {self._ask}"
        self._open = [audience for audience in self._open if not audience.closed]
        self._open.append(Audience(what, listeners, terms, changed, self._evidence))
        return self._open[-1].begin()

    def close(self) -> None:
        """End every client that still listens."""
        while self._open:
            self._open.pop().close()

    def _exchange(self, anonymous: bool) -> Exchange:
        own = {"User-Agent": USER_AGENT, RUN_HEADER: self._run_id}
        accept = {"Accept": MEDIA_TYPE, "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        settings, given = self._settings, dict(self._settings.headers)
        if anonymous:
            settings = settings.model_copy(update={"token": None})
            given = {name: value for name, value in given.items() if name.lower() not in _CREDENTIALS}
        return Exchange(self.name, settings, {**accept, **given, **own})
