"""A lean HTTP/1.1 client for one user: one connection that is kept, a total deadline, and a recorded result."""

import json
import math
import ssl
from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from urllib.parse import urlsplit

from gonogo.workload.generator.answer import Answer, ProtocolError, read_answer, read_parts
from gonogo.workload.generator.fence import Fence
from gonogo.workload.generator.outgoing import header_fields, request_head, resolved, standing, tls_context
from gonogo.workload.generator.recorder import Recorder
from gonogo.workload.generator.sweeper import DeadlinePassed
from gonogo.workload.generator.wire import Wire
from gonogo.workload.order import Order, host_of

Check = Callable[[Answer], str]
"""Says why an answer counts as failed, '' where it does not."""

Fire = Callable[..., None]
_AGAIN = frozenset({"GET", "HEAD", "OPTIONS"})


def succeeds(answer: Answer) -> str:
    """The usual check: any status from 200 to 399; redirects are answers, and are not followed."""
    return "" if 200 <= answer.status < 400 else f"status {answer.status}"


class LeanClient:
    """Sends one request at a time over one connection.

    Args:
        order: Target, deadline, byte cap, certificates, mark of the run.
        fence, recorder: What every request asks and fills.
        headers: Sent with each request.
        retried: Called when a request is sent again over a new connection.
        failed: Locust's event for a request, fired for failures.
        succeeded: Fired for the others, where somebody beside locust listens; locust's statistics need none of it.
    """

    def __init__(
        self,
        order: Order,
        fence: Fence,
        recorder: Recorder,
        headers: Mapping[str, str] | None = None,
        retried: Callable[[], None] = lambda: None,
        failed: Fire = lambda **_: None,
        succeeded: Fire | None = None,
    ) -> None:
        self.due: float | None = None
        self._order, self._fence, self._recorder, self._retried = order, fence, recorder, retried
        self._on_failure, self._on_success = failed, succeeded
        self._host, self._port = host_of(order.url)
        self._inside = fence.allows(self._host, self._port)
        self._prefix = urlsplit(order.url).path.rstrip("/")
        self._tls = tls_context(order.ca_file) if order.url.startswith("https:") else None
        self._fixed = header_fields({"Host": urlsplit(order.url).netloc, **standing(order), **(headers or {})})
        self._wire: Wire | None = None

    def get(self, path: str, *, name: str = "", check: Check = succeeds) -> Answer:
        """GET a path; see `request`."""
        return self.request("GET", path, name=name, check=check)

    def post(self, path: str, document: object = None, *, name: str = "", check: Check = succeeds) -> Answer:
        """POST a document as JSON; see `request`."""
        return self.request("POST", path, document, name=name, check=check)

    def request(
        self, method: str, path: str, document: object = None, *, name: str = "", check: Check = succeeds
    ) -> Answer:
        """Send a request, record it, and return its answer, also a failed one (`failure` says why).

        The first request of a task counts from the task's intended start, a further one from its own sending.

        Raises:
            Refused: If the order does not allow it; nothing was sent then.
        """
        due, sent, data = self._begin(method, path, document)
        try:
            answer = self._exchange(method, data, sent + self._order.deadline_s)
            answer.failure = check(answer)
        except (OSError, ProtocolError, DeadlinePassed) as error:
            answer = self._failed(error)
        self._record(method, name or path, due, sent, answer)
        return answer

    def open(self, path: str, until: float) -> Iterator[bytes] | None:
        """GET a stream, record how long its opening took, and return the parts of its body; None where it failed.

        Reading them raises DeadlinePassed at `until` (of perf_counter); `close` ends it.
        """
        due, sent, data = self._begin("GET", path, None)
        parts: Iterator[bytes] | None = None
        try:
            wire, _ = self._connected(sent + self._order.deadline_s)
            wire.send(data)
            head, parts = read_parts(wire.receive)
            wire.expires = until
            answer = Answer(int(head[9:12]), head)
            answer.failure = "" if answer.status == 200 else f"status {answer.status}"
        except (OSError, ProtocolError, DeadlinePassed) as error:
            answer = self._failed(error)
        self._record("GET", path, due, sent, answer)
        return None if answer.failure else parts

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _begin(self, method: str, path: str, document: object) -> tuple[float, float, bytes]:
        """Ask the fence, and return intended start, actual start and the bytes to send."""
        data = self._data(method, path, document)
        self._fence.request(method)
        if not self._inside:
            self._fence.reach(self._host, self._port)
        sent = perf_counter()
        due = sent if self.due is None else self.due
        self.due = None
        return due, sent, data

    def _record(self, method: str, name: str, due: float, sent: float, answer: Answer) -> None:
        done = perf_counter()
        if answer.failure:
            self._recorder.failure(f"{method} {name}", due, sent, done, answer.failure)
        else:
            self._recorder.success(f"{method} {name}", due, sent, done)
        fire = self._on_failure if answer.failure else self._on_success
        if fire is not None:
            fire(
                request_type=method,
                name=name,
                response_time=(done - due) * 1000,
                response_length=len(answer.body),
                exception=RuntimeError(answer.failure) if answer.failure else None,
                context={},
            )

    def _exchange(self, method: str, data: bytes, expires: float) -> Answer:
        wire, fresh = self._connected(expires)
        try:
            wire.send(data)
            first = wire.receive()
        except (ConnectionError, ssl.SSLError):
            first = b""
        if not first and not fresh and method in _AGAIN:  # closed by the other side just as we sent
            self.close()
            self._retried()
            wire, _ = self._connected(expires)
            wire.send(data)
            first = wire.receive()
        answer = read_answer(wire.receive, method, self._order.max_bytes, first)
        wire.expires = math.inf
        if not answer.reusable:
            self.close()
        return answer

    def _connected(self, expires: float) -> tuple[Wire, bool]:
        """Return the connection with a new deadline, and whether it was just opened."""
        wire = self._wire
        if wire is not None and wire.is_open:
            wire.expires = expires
            return wire, False
        family, address = resolved(self._host, self._port)
        self._wire = wire = Wire(family, address, self._tls, self._host, expires)
        return wire, True

    def _data(self, method: str, path: str, document: object) -> bytes:
        head = request_head(method, self._prefix + path, self._fixed)
        if document is None and method in _AGAIN:
            return head + b"\r\n"
        body = b"" if document is None else json.dumps(document).encode()
        return b"%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (head, len(body), body)

    def _failed(self, error: Exception) -> Answer:
        self.close()
        if isinstance(error, DeadlinePassed):
            return Answer(0, failure=f"no whole answer within {self._order.deadline_s:g} s")
        return Answer(0, failure=str(getattr(error, "strerror", None) or error) or type(error).__name__)
