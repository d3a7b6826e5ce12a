"""The control port: arrange a state, plant faults, add events, read requests, restart. JSON in, JSON out."""

import asyncio
import difflib
import json
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hermetic.mes.arrange import Arrangement, arrange, known_state
from hermetic.mes.backend_log import timestamp
from hermetic.mes.faults import FAULT_NAMES
from hermetic.mes.history import Batch, record_batch
from hermetic.mes.keys import COUNTERS, counter_key
from hermetic.mes.planted import Planted
from hermetic.mes.states import STATES, Parameters, parse_parameters
from hermetic.mes.world import World

OUTCOMES = {
    "creation": ("invalid", COUNTERS[2]),
    "start": ("partial", COUNTERS[0]),
    "completion": ("capped", COUNTERS[1]),
    "launch": ("error", None),
    "read": ("error", None),
}
DEFAULT_DURATION_MS = 18.0
Json = dict[str, Any]


class Refusal(Exception):
    """A request to the control port that cannot be done: status and reason."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


class Control:
    """What the routes do, one at a time; the supervisor is asked through a socket."""

    def __init__(self, world: World, supervisor: socket.socket) -> None:
        self.world = world
        self.faults = Planted(world.faults_file)
        self.supervisor = supervisor
        self.replies = supervisor.makefile("rb")
        self.lock = threading.Lock()
        self.connection = world.connect()
        kept = world.state()
        self.arrangement = Arrangement(STATES[kept["state"]], Parameters())

    def ask(self, request: Json) -> Json:
        """Ask the supervisor.

        Raises:
            Refusal: It could not do it.
        """
        self.supervisor.sendall(json.dumps(request).encode() + b"\n")
        reply: Json = json.loads(self.replies.readline() or '{"ok": false, "error": "the supervisor is gone"}')
        if not reply.pop("ok"):
            raise Refusal(500, reply["error"])
        return reply

    def arrange(self, body: Json) -> Json:
        try:
            state = known_state(str(body.get("state", "")))
            self.arrangement = Arrangement(state, parse_parameters(body))
        except (ValueError, TypeError) as error:
            raise Refusal(400, str(error)) from None
        return self.rearrange(force=False)

    def rearrange(self, *, force: bool) -> Json:
        began = datetime.now(UTC)
        arrange(self.world, self.connection, self.arrangement, self.faults)
        before = self.ask({"do": "status"})["pid"]
        after = self.ask({"do": "settle", "force": force})["pid"]
        took = (datetime.now(UTC) - began).total_seconds()
        return {**self.state({}), "restarted": before != after, "took_s": round(took, 4)}

    def state(self, _: Json) -> Json:
        kept = self.world.state()
        environment = self.ask({"do": "status"})["environment"]
        flags = {name: environment.get(name) for name in sorted(environment) if name.startswith("FEATURE_")}
        about = {"release": self.world.release, "profile": self.world.profile, "flags": flags}
        return {**kept, **about, "faults": list(self.faults)}

    def plant(self, body: Json) -> Json:
        name = str(body.get("name", ""))
        if name not in FAULT_NAMES:
            close = difflib.get_close_matches(name, sorted(FAULT_NAMES), n=1, cutoff=0.4)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise Refusal(404, f"there is no fault {name!r}{hint}")
        self.faults.plant(name)
        return self.rearrange(force=True)

    def clear(self, _: Json) -> Json:
        if not len(self.faults):
            return self.state({})
        self.faults.clear()
        return self.rearrange(force=True)

    def list_faults(self, _: Json) -> Json:
        return {"faults": list(self.faults)}

    def add_events(self, body: Json) -> Json:
        """Insert events of the last seconds: {"kind", "count", "errors", "duration_ms", "age_s"}."""
        kind, count, errors = body.get("kind"), body.get("count", 1), body.get("errors", 0)
        if (
            kind not in OUTCOMES
            or not isinstance(count, int)
            or not isinstance(errors, int)
            or not 0 <= errors <= count
        ):
            raise Refusal(400, f"kind must be one of {sorted(OUTCOMES)}, and 0 <= errors <= count")
        outcome, counter = OUTCOMES[kind]
        end = datetime.now(UTC) - timedelta(seconds=float(body.get("age_s", 0)))
        duration = float(body.get("duration_ms", DEFAULT_DURATION_MS))
        if count:
            record_batch(
                self.connection, Batch(kind, count, errors, outcome, duration), end - timedelta(seconds=5), end
            )
        if counter:
            with self.world.redis() as client:
                client.incrby(counter_key(counter), errors)
        return {"kind": kind, "inserted": count, "outcomes": {outcome: errors}, "until": timestamp(end)}

    def requests(self, _: Json) -> Any:
        lines = (
            self.world.request_log.read_text(encoding="utf-8").splitlines() if self.world.request_log.exists() else []
        )
        return [json.loads(line) for line in lines]

    def forget_requests(self, _: Json) -> Json:
        self.world.request_log.write_text("", encoding="utf-8")
        return {"requests": 0}

    def restart(self, body: Json) -> Json:
        return self.ask({"do": "restart", "update_env": body.get("update_env")})

    def process(self, _: Json) -> Json:
        return self.ask({"do": "status"})


def make_app(control: Control) -> Starlette:
    """Return the control port's application; requests are served one after the other."""

    def route(path: str, method: str, work: Callable[[Json], Any]) -> Route:
        def locked(body: Json) -> Any:
            with control.lock:
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

        return Route(path, endpoint, methods=[method])

    return Starlette(
        routes=[
            route("/arrange", "POST", control.arrange),
            route("/state", "GET", control.state),
            route("/faults", "POST", control.plant),
            route("/faults", "DELETE", control.clear),
            route("/faults", "GET", control.list_faults),
            route("/events", "POST", control.add_events),
            route("/requests", "GET", control.requests),
            route("/requests", "DELETE", control.forget_requests),
            route("/restart", "POST", control.restart),
            route("/process", "GET", control.process),
        ]
    )


def serve(world: World, listener: socket.socket, supervisor: socket.socket) -> None:
    """Serve the control port in this process, until it is killed."""
    config = uvicorn.Config(make_app(Control(world, supervisor)), log_config=None, access_log=False, ws="none")
    asyncio.run(uvicorn.Server(config).serve([listener]))
