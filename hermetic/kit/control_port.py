"""A control port: routes that take a JSON object and answer JSON, one request after the other."""

import difflib
import json
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any

from starlette import routing
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

Json = dict[str, Any]
Work = Callable[[Json], Any]
Route = tuple[str, str, Work]  # method, path, what it does


class Refusal(Exception):
    """A request to the control port that cannot be done: status and reason."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


class Supervisor:
    """The control port's way to its supervisor: one JSON line there and one back, through a socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._replies = channel.makefile("rb")

    def ask(self, request: Json) -> Json:
        """Ask the supervisor.

        Raises:
            Refusal: It could not do it.
        """
        self._channel.sendall(json.dumps(request).encode() + b"\n")
        reply: Json = json.loads(self._replies.readline() or '{"ok": false, "error": "the supervisor is gone"}')
        if not reply.pop("ok"):
            raise Refusal(500, reply["error"])
        return reply


def known_fault(body: Json, known: Collection[str]) -> str:
    """Return the fault that a request names.

    Raises:
        Refusal: There is none of that name; with the closest spelling.
    """
    name = str(body.get("name", ""))
    if name not in known:
        close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise Refusal(404, f"there is no fault {name!r}{hint}")
    return name


def make_app(routes: Sequence[Route]) -> Starlette:
    """Return the application of a control port; its requests are served one after the other.

    Args:
        routes: Method, path and work of each.
    """
    lock = threading.Lock()

    def route(method: str, path: str, work: Work) -> routing.Route:
        def locked(body: Json) -> Any:
            with lock:
                return work(body)

        async def endpoint(request: Request) -> JSONResponse:
            try:
                body = json.loads(await request.body() or b"{}")
                if not isinstance(body, dict):
                    raise Refusal(400, "the body must be a JSON object")
                return JSONResponse(await run_in_threadpool(locked, body))
            except Refusal as error:
                return JSONResponse({"error": str(error)}, error.status)
            except ValueError as error:
                return JSONResponse({"error": f"not understood: {error}"}, 400)

        return routing.Route(path, endpoint, methods=[method])

    return Starlette(routes=[route(*each) for each in routes])


def serve(app: Starlette, listener: socket.socket) -> None:
    """Serve a control port in this process, until it is killed."""
    import asyncio

    import uvicorn

    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
    asyncio.run(uvicorn.Server(config).serve([listener]))
