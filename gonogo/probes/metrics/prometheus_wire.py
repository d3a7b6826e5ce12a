"""How Prometheus and its Alertmanager are asked: patiently, within bounds, and only JSON is an answer."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import now
from gonogo.metric_settings import PrometheusSettings
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT, strict_json
from gonogo.probes.exchange import Ask, Exchange
from gonogo.probes.reply import Reply
from gonogo.settings import TargetSettings

_PAUSES_S = (0.2, 0.6, 0.0)
_BUSY = (429, 502, 503, 504)
_LONGEST_URL = 1900
_EVIDENCE_CHARACTERS = 65536


class PrometheusWire:
    """Asks one server. Queries only read, also when they are sent by POST because they are long.

    An answer with a status of 429, 502, 503 or 504, and no answer, is asked for again, twice.

    Attributes:
        name, place: How messages call the server, and its table in the environment file.
    """

    def __init__(
        self, target: str, settings: PrometheusSettings, guard: Guard, evidence: Evidence, run_id: str
    ) -> None:
        self.name = f"Prometheus of {target}"
        self.place = f"[targets.{target}.prometheus]"
        self._guard = guard
        self._evidence = evidence
        limits = TargetSettings(
            base_url=settings.url, deadline_s=settings.deadline_s, max_bytes=settings.max_bytes, token=settings.token
        )
        self._exchange = Exchange(self.name, limits, {"User-Agent": USER_AGENT, RUN_HEADER: run_id})

    def ask(self, base_url: str, path: str, params: Mapping[str, str]) -> tuple[Reply, Any]:
        """Return an answer and its JSON document, whatever its status.

        Raises:
            GuardRefused: If it is not an allowed host.
            Unverified: If there is no answer, or it is a redirect, a refusal, too large, or no JSON.
        """
        reply = self._patiently(base_url, path, params)
        return reply, self._json(reply)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.renew()

    def _json(self, reply: Reply) -> Any:
        """Return the JSON of an answer; Unverified for a redirect, a refusal, and what is no JSON."""
        if "location" in reply.headers:
            to = reply.headers["location"].partition("?")[0]
            raise Unverified(
                f"{self.name}: {reply.request} redirects to {to}, as to a login; check the token of {self.place}"
            )
        if reply.status in (401, 403):
            raise Unverified(f"{self.name}: {reply.request}: status {reply.status}; check the token of {self.place}")
        if reply.media_type != "application/json":
            raise Unverified(
                f"{self.name}: {reply.request}: status {reply.status} with {reply.media_type or 'no type'}, not "
                f"JSON: a login page, a proxy, or another server; check url and token of {self.place}"
            )
        try:
            return strict_json.loads(reply.text, reply.request)
        except (Missed, Inconclusive) as error:
            raise Unverified(f"{self.name}: {error}; check {self.place}") from None

    def _patiently(self, base_url: str, path: str, params: Mapping[str, str]) -> Reply:
        ask = self._request(base_url, path, params)
        said = ""
        for pause_s in _PAUSES_S:
            try:
                reply = self._exchange.run(ask)
            except (Missed, Unverified) as failure:
                said = str(failure)
                self._keep(ask, params, f"no usable answer: {said}")
                if "larger than" in said:
                    raise Unverified(f"{said}; ask for fewer series, or raise max_bytes of {self.place}") from None
            else:
                self._keep(ask, params, f"status {reply.status}\n\n{reply.text[:_EVIDENCE_CHARACTERS]}")
                if reply.status not in _BUSY:
                    return reply
                said = f"{self.name}: {reply.request}: status {reply.status}, {' '.join(reply.text[:200].split())!r}"
            time.sleep(pause_s)
        raise Unverified(self._evidence.scrub(f"{said}; asked {len(_PAUSES_S)} times; is it up? check {self.place}"))

    def _request(self, base_url: str, path: str, params: Mapping[str, str]) -> Ask:
        url = base_url + path
        self._guard.request("GET", url)  # a query by POST reads as one by GET does
        if len(urlencode(params)) > _LONGEST_URL:
            return Ask("POST", path, url, form=params)
        return Ask("GET", path, url, params=params)

    def _keep(self, ask: Ask, params: Mapping[str, str], answer: str) -> None:
        self._evidence.add(
            f"prometheus {ask.path}", f"{ask}\n{json.dumps(dict(params), indent=2)}\nat {now()}\n{answer}\n"
        )
