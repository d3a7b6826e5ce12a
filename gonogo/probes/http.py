"""HTTP: asks a target, keeps each exchange as evidence, and times its answers."""

import json as json_module
from collections.abc import Iterable, Iterator, Mapping

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import now
from gonogo.outcome import Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.probes.exchange import Ask, Exchange, Json
from gonogo.probes.reply import Reply
from gonogo.settings import TargetSettings

_SHOWN_HEADERS = ("content-type", "content-encoding", "location", "date", "age", "x-release", "x-cache", "retry-after")
_EVIDENCE_BYTES = 4096


class Timings(tuple[float, ...]):
    """Response times in seconds of the requests that succeeded, in order; `failures` counts the others."""

    failures: int

    def __new__(cls, samples: Iterable[float], failures: int) -> "Timings":
        self = super().__new__(cls, samples)
        self.failures = failures
        return self


class HttpProbe:
    """Asks one target over HTTP.

    No redirect is followed, no proxy, .netrc or cookie is used, certificates are always verified. A request has one
    total deadline (`deadline_s`) for connecting, sending and the last byte, and its decoded body one size limit
    (`max_bytes`). Only a GET whose connection was refused is tried again, twice, within the same deadline.
    """

    source = "http"

    def __init__(self, name: str, settings: TargetSettings, guard: Guard, evidence: Evidence, run_id: str) -> None:
        self.name = name
        self._base_url = settings.base_url
        self._guard = guard
        self._evidence = evidence
        own = {"User-Agent": USER_AGENT, RUN_HEADER: run_id}
        self._exchange = Exchange(name, settings, {"Cache-Control": "no-cache", **settings.headers, **own})

    @property
    def retries(self) -> int:
        """Return how many refused connections were tried again so far."""
        return self._exchange.retries

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Reply:
        """Send a GET; see `request`."""
        return self.request("GET", path, params=params)

    def post(self, path: str, *, json: Json = None) -> Reply:
        """Send a POST with a JSON body; see `request`."""
        return self.request("POST", path, json=json)

    def put(self, path: str, *, json: Json = None) -> Reply:
        """Send a PUT with a JSON body; see `request`."""
        return self.request("PUT", path, json=json)

    def delete(self, path: str) -> Reply:
        """Send a DELETE; see `request`."""
        return self.request("DELETE", path)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Json = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request and return the complete answer, whatever its status.

        Args:
            method: GET, POST ...; other than GET, HEAD and OPTIONS the guard must allow it.
            path: Begins with "/", below the target's base URL.
            json: Sent as a JSON body; None sends no body.
            params: Query parameters.
            headers: Further request headers.

        Raises:
            GuardRefused: If host or method is not allowed; nothing was sent.
            Unverified: If no connection was made, or it ended before an answer began.
            Missed: If the answer was not complete in time, was cut off, too large or not decodable, or TLS failed.
        """
        ask = self._ask(method, path, json, params, headers)
        try:
            reply = self._exchange.run(ask)
        except (Missed, Unverified) as failure:
            self._evidence.add(str(ask), f"{_sent(ask)}\nno usable answer: {failure}\n")
            raise
        self._evidence.add(str(ask), f"{_sent(ask)}\n{_received(reply)}")
        return reply

    def timings(
        self, path: str, n: int, *, params: Mapping[str, str] | None = None, method: str = "GET", json: Json = None
    ) -> Timings:
        """Return the response times in seconds of `n` requests, one after the other, after one that is not counted.

        An answer other than 2xx, and a request that fails, is counted in `failures` and gives no sample.

        Raises:
            GuardRefused: If host or method is not allowed; nothing was sent.
        """
        ask = self._ask(method, path, json, params, None)
        samples = [seconds for seconds in [self._time(ask) for _ in range(n + 1)][1:] if seconds is not None]
        timings = Timings(samples, n - len(samples))
        record = {"request": str(ask), "target": self.name, "failures": timings.failures, "seconds": timings}
        self._evidence.add(f"{n} timings of {ask}", json_module.dumps(record), "application/json", ".json")
        return timings

    def sample(self, path: str, n: int) -> Iterator[Reply | Missed | Unverified]:
        """Yield the answers to `n` GETs, each over a fresh connection; for one without a usable answer, what it was.

        Keeps no evidence: there are many. Whoever counts them keeps what they add up to.

        Raises:
            GuardRefused: If the host is not allowed; nothing was sent.
        """
        ask = self._ask("GET", path, None, None, None)
        for _ in range(n):
            self.renew()
            try:
                yield self._exchange.run(ask)
            except (Missed, Unverified) as failure:
                yield failure

    def renew(self) -> None:
        """Drop the open connection, so that the next request makes a new one."""
        self._exchange.renew()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.renew()

    def _ask(
        self, method: str, path: str, json: Json, params: Mapping[str, str] | None, headers: Mapping[str, str] | None
    ) -> Ask:
        if not path.startswith("/") or path.startswith("//"):
            raise Unverified(f"{self.name}: {path!r} is no path; give what follows {self._base_url}, from its '/'")
        ask = Ask(method.upper(), path, self._base_url + path, params, json, headers)
        self._guard.request(ask.method, ask.url)
        return ask

    def _time(self, ask: Ask) -> float | None:
        try:
            reply = self._exchange.run(ask)
        except (Missed, Unverified):
            return None
        return reply.elapsed_s if 200 <= reply.status < 300 else None


def _sent(ask: Ask) -> str:
    query = "".join(f"\n  {key}={value}" for key, value in (ask.params or {}).items())
    body = "" if ask.json is None else json_module.dumps(ask.json, ensure_ascii=False)[:_EVIDENCE_BYTES] + "\n"
    return f"{ask.method} {ask.url}{query}\nat {now()}\n{body}"


def _received(reply: Reply) -> str:
    headers = "".join(f"{name}: {reply.headers[name]}\n" for name in _SHOWN_HEADERS if name in reply.headers)
    figures = f"{reply.elapsed_s * 1000:.1f} ms, {len(reply.body)} B, {reply.retries} refused connections before"
    body = reply.body[:_EVIDENCE_BYTES].decode("utf-8", "replace")
    cut = "" if len(reply.body) <= _EVIDENCE_BYTES else f"\n(the first {_EVIDENCE_BYTES} B are shown)"
    return f"status {reply.status} in {figures}\n{headers}\n{body}{cut}"
