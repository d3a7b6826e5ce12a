"""What a page does behind its face: errors, failed requests, what it sends; and the guard at its network."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Missed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, Route, WebError, WebSocketRoute

_SHOWN = 10
_ENDLESS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request with which a page may have changed something: its method, path and body."""

    method: str
    path: str
    body: str


@dataclass
class PageWatch:
    """Watches every page of one browser context; each request passes the guard before it leaves.

    Attributes:
        console_errors: Messages written with console.error, and the browser's own.
        page_errors: Uncaught exceptions and rejected promises.
        failed_requests: Requests that got no answer, or one with a status of 400 or above: "GET URL: why".
        refused: What the guard stopped.
        sent: Requests other than GET, HEAD and OPTIONS, in order.
    """

    guard: Guard
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    _open: set["Request"] = field(default_factory=set)
    _moved_at: float = field(default_factory=time.monotonic)

    def attach(self, context: "BrowserContext") -> None:
        """Begin to watch and to guard `context`, before it has a page."""
        context.route("**/*", self._route)
        context.route_web_socket("**/*", self._web_socket)
        context.on("request", self._began)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def quiet_s(self) -> float:
        """Return for how many seconds no request has been on its way, streams of events left aside; 0 while one is."""
        return 0.0 if self._open else time.monotonic() - self._moved_at

    def problems(self) -> list[str]:
        """Return all that went wrong, by kind."""
        kinds = {
            "console error": self.console_errors,
            "uncaught error": self.page_errors,
            "failed request": self.failed_requests,
        }
        return [f"{kind}: {text}" for kind, texts in kinds.items() for text in texts]

    def require_clean(self) -> None:
        """Return if nothing went wrong.

        Raises:
            GuardRefused: If the guard stopped a request of the page; what followed says nothing about the release.
            Missed: If there was an error or a failed request; lists them.
        """
        self.require_unrefused()
        if found := self.problems():
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise Missed(f"the page had {len(found)} problems, required none: {'; '.join(found[:_SHOWN])}{more}")

    def require_unrefused(self) -> None:
        """Raise GuardRefused if the guard stopped a request of the page."""
        if self.refused:
            raise GuardRefused(f"a page wanted to send what is not allowed: {'; '.join(dict.fromkeys(self.refused))}")

    def summary(self) -> str:
        """Return all that was seen, as lines."""
        sent = [f"sent: {one.method} {one.path} {one.body[:500]}" for one in self.sent]
        refused = [f"refused: {text}" for text in self.refused]
        return "\n".join([*self.problems(), *refused, *sent]) or "no problem, nothing sent"

    def _passes(self, method: str, url: str) -> bool:
        try:
            self.guard.request(method, url)
        except GuardRefused as refused:
            self.refused.append(str(refused))
            return False
        return True

    def _route(self, route: "Route", request: "Request") -> None:
        if not self._passes(request.method, request.url):
            route.abort("blockedbyclient")
            return
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            body = (request.post_data_buffer or b"").decode("utf-8", "replace")
            self.sent.append(Sent(request.method, urlsplit(request.url).path, body))
        route.continue_()

    def _web_socket(self, socket: "WebSocketRoute") -> None:
        if self._passes("GET", socket.url):
            socket.connect_to_server()
        else:
            socket.close()

    def _began(self, request: "Request") -> None:
        self._open.add(request)

    def _ended(self, request: "Request") -> None:
        self._open.discard(request)
        self._moved_at = time.monotonic()

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def _error(self, error: "WebError") -> None:
        self.page_errors.append(str(error.error))

    def _failed(self, request: "Request") -> None:
        self.failed_requests.append(f"{request.method} {_plain(request.url)}: {request.failure}")

    def _response(self, response: "Response") -> None:
        if response.headers.get("content-type", "").startswith(_ENDLESS):
            self._ended(response.request)
        if response.status >= 400:
            self.failed_requests.append(f"{response.request.method} {_plain(response.url)}: status {response.status}")


def _plain(url: str) -> str:
    return url.partition("?")[0]
