"""The control port: arrange a state, plant faults, add events, read requests, restart. JSON in, JSON out."""

import socket
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette

from hermetic.kit import control_port
from hermetic.kit.control import BaseControl
from hermetic.kit.control_port import Json, Refusal
from hermetic.kit.log import timestamp
from hermetic.mes.arrange import Arrangement, arrange, known_state
from hermetic.mes.faults import FAULT_NAMES
from hermetic.mes.history import Batch, record_batch
from hermetic.mes.keys import COUNTERS, counter_key
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


class Control(BaseControl):
    """What the routes do, one at a time; the supervisor is asked through a socket."""

    def __init__(self, world: World, supervisor: socket.socket) -> None:
        super().__init__(world, FAULT_NAMES, supervisor)
        self.world = world
        self.connection = world.connect()
        kept = world.state()
        self.arrangement = Arrangement(STATES[kept["state"]], Parameters())

    def arrange(self, body: Json) -> Json:
        try:
            state = known_state(str(body.get("state", "")))
            self.arrangement = Arrangement(state, parse_parameters(body))
        except (ValueError, TypeError) as error:
            raise Refusal(400, str(error)) from None
        return self._arrange(force=False)

    def rearrange(self) -> Json:
        return self._arrange(force=True)

    def _arrange(self, *, force: bool) -> Json:
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

    def restart(self, body: Json) -> Json:
        return self.ask({"do": "restart", "update_env": body.get("update_env")})

    def process(self, _: Json) -> Json:
        return self.ask({"do": "status"})


def make_app(control: Control) -> Starlette:
    """Return the control port's application."""
    return control_port.make_app(
        [
            *control.routes(),
            ("POST", "/arrange", control.arrange),
            ("POST", "/events", control.add_events),
            ("POST", "/restart", control.restart),
            ("GET", "/process", control.process),
        ]
    )


def serve(world: World, listener: socket.socket, supervisor: socket.socket) -> None:
    """Serve the control port in this process, until it is killed."""
    control_port.serve(make_app(Control(world, supervisor)), listener)
