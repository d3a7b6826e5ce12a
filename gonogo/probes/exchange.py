"""One HTTP request and its complete answer: bounded in time and size, and going nowhere it was not sent."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NewConnectionError

from gonogo.guard import asked
from gonogo.outcome import Missed, Unverified
from gonogo.probes.deadline import Deadline, within
from gonogo.probes.reply import Reply
from gonogo.probes.wire import CuttableAdapter
from gonogo.secrets import Secret
from gonogo.settings import TargetSettings

_CHUNK = 65536
_PAUSES_S = (0.1, 0.3)
_IN_WORDS = {
    "IncompleteRead": "it ended before its announced length",
    "RemoteDisconnected": "the connection was closed without an answer",
    "BadStatusLine": "what came back is not HTTP",
    "DecodeError": "it is not encoded as its content-encoding says",
    "NameResolutionError": "the host name does not resolve",
}
Json = Mapping[str, Any] | list[Any] | str | int | float | bool | None


class CutOff(Missed):
    """An answer that began and did not come to its end."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it will be sent."""

    method: str
    path: str
    url: str
    params: Mapping[str, str] | None = None
    json: Json = None
    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


class Exchange:
    """A session with one target; see HttpProbe for its rules. The guard must have let each request pass.

    Attributes:
        retries: Refused connections that were tried again, in all.
    """

    def __init__(self, name: str, settings: TargetSettings, headers: Mapping[str, str]) -> None:
        self.retries = 0
        self._name = name
        self._settings = settings
        self._adapter = CuttableAdapter()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)
        self._session.headers.update(headers)
        if settings.token is not None:
            self._session.auth = _Bearer(settings.token, settings.base_url)

    def run(self, ask: Ask) -> Reply:
        """Send `ask` and return the whole answer; raises as `HttpProbe.request` says."""
        started, refused = time.perf_counter(), self.retries
        with self.opened(ask, self._settings.deadline_s) as (response, deadline):
            body = self._read(ask, response)
        elapsed = time.perf_counter() - started
        if deadline.passed:
            raise self._too_slow(ask)
        return Reply(str(ask), response.status_code, response.headers, body, elapsed, self.retries - refused)

    @contextmanager
    def opened(self, ask: Ask, seconds: float) -> Iterator[tuple[requests.Response, Deadline]]:
        """Send `ask` and hand out the answer with its body unread; raises as `run`, also for what goes wrong inside.

        All of it is cut after `seconds`, and already after `deadline_s` where no answer has begun by then.
        """
        with asked(), within(seconds, self._adapter.cut) as deadline:
            try:
                with self._head(ask, deadline) as response:
                    yield response, deadline
            except requests.RequestException as error:
                raise self._no_answer(ask, error, deadline) from None
            except (HTTPError, OSError) as error:
                raise self._cut_off(ask, error, deadline) from None
            finally:
                self._adapter.prune()

    def cut(self) -> None:
        """Shut every open connection down; safe to call from another thread."""
        self._adapter.cut()

    def renew(self) -> None:
        """Drop idle connections, so that the next request makes a new one."""
        self._adapter.close()

    def _head(self, ask: Ask, deadline: Deadline) -> requests.Response:
        if deadline.left_s <= self._settings.deadline_s:
            return self._send(ask, deadline)
        with within(self._settings.deadline_s, self._adapter.cut) as head:
            try:
                return self._send(ask, deadline)
            except requests.RequestException:
                if head.passed:
                    raise self._too_slow(ask) from None
                raise

    def _send(self, ask: Ask, deadline: Deadline) -> requests.Response:
        for pause_s in _PAUSES_S:
            try:
                return self._attempt(ask, deadline)
            except requests.ConnectionError as error:
                if ask.method != "GET" or not _refused(error) or deadline.left_s <= pause_s:
                    raise
            self.retries += 1
            time.sleep(pause_s)
        return self._attempt(ask, deadline)

    def _attempt(self, ask: Ask, deadline: Deadline) -> requests.Response:
        return self._session.request(
            ask.method,
            ask.url,
            params=ask.params,
            json=ask.json,
            data=ask.form,
            headers=ask.headers,
            timeout=deadline.left_s,
            allow_redirects=False,
            stream=True,
            verify=True,
        )

    def _read(self, ask: Ask, response: requests.Response) -> bytes:
        chunks, size = [], 0
        while chunk := response.raw.read(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self._settings.max_bytes:
                limit = f"{self._settings.max_bytes} B (max_bytes of the target)"
                raise Missed(f"{ask} of {self._name}: the decoded body is larger than {limit}")
            chunks.append(chunk)
        return b"".join(chunks)

    def _too_slow(self, ask: Ask) -> Missed:
        return Missed(
            f"{ask} of {self._name}: no complete answer within {self._settings.deadline_s:g} s "
            "(deadline_s of the target); look at what holds it up there"
        )

    def _no_answer(self, ask: Ask, error: requests.RequestException, deadline: Deadline) -> Exception:
        if deadline.passed or isinstance(error, requests.ReadTimeout):
            return self._too_slow(ask)
        why = _root_cause(error)
        if isinstance(error, requests.exceptions.SSLError):
            return Missed(f"{ask} of {self._name}: TLS failed: {why}; mend the certificate, it is always verified")
        return Unverified(
            f"{ask} of {self._name}: no answer from {self._settings.base_url}: {why}; "
            "is it up, and reachable from here? `gonogo doctor` checks"
        )

    def _cut_off(self, ask: Ask, error: Exception, deadline: Deadline) -> Missed:
        if deadline.passed or isinstance(error, TimeoutError):
            return self._too_slow(ask)
        return CutOff(f"{ask} of {self._name}: the body was cut off or cannot be decoded: {_root_cause(error)}")


class _Bearer(AuthBase):
    """Sends the token to the target's own origin and to nobody else."""

    def __init__(self, token: Secret, base_url: str) -> None:
        self._token = token
        self._origin = _origin(base_url)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if _origin(request.url or "") == self._origin:
            request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


def _origin(url: str) -> str:
    return "/".join(url.lower().split("/", 3)[:3])


def _refused(error: requests.ConnectionError) -> bool:
    """Return whether no connection was made, so that not a byte was sent."""
    return isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError)


def _root_cause(error: BaseException) -> str:
    """Return the innermost cause in words, e.g. "Connection refused"; never text that could hold a URL or a header."""
    found, inner = type(error).__name__, error
    for _ in range(10):
        if isinstance(inner, OSError) and inner.strerror:
            found = inner.strerror
        found = _IN_WORDS.get(type(inner).__name__, found)
        parts = (getattr(inner, "reason", None), *inner.args, inner.__cause__, inner.__context__)
        following = next((part for part in parts if isinstance(part, BaseException)), None)
        if following is None:
            return found
        inner = following
    return found
