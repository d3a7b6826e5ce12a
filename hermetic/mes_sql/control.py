"""The control port: arrange a state, plant faults, read requests, cut streams, restart. JSON in, JSON out."""

import socket
from datetime import UTC, datetime

from starlette.applications import Starlette

from hermetic.kit import command, control_port
from hermetic.kit.control_port import Json, Refusal, known_fault
from hermetic.kit.planted import Planted
from hermetic.kit.request_log import read_requests
from hermetic.mes_sql.arrange import Arrangement, arrange, known
from hermetic.mes_sql.faults import FAULT_NAMES
from hermetic.mes_sql.world import World


class Control:
    """What the routes do, one at a time; the supervisor is asked through a socket."""

    def __init__(self, world: World, arrangement: Arrangement, supervisor: socket.socket) -> None:
        self.world = world
        self.arrangement = arrangement
        self.faults = Planted(world.faults_file)
        self.ask = control_port.Supervisor(supervisor).ask

    def arrange(self, body: Json) -> Json:
        try:
            self.arrangement = known(body)
        except (ValueError, TypeError) as error:
            raise Refusal(400, str(error)) from None
        return self.rearrange()

    def rearrange(self) -> Json:
        """Arrange again what was last arranged, and start again what serves."""
        began = datetime.now(UTC)
        content = arrange(self.world, self.arrangement, self.faults)
        command.request("PUT", f"{self.world.old_store_url}/load", content)
        self.ask({"do": "settle"})
        return {**self.state({}), "took_s": round((datetime.now(UTC) - began).total_seconds(), 4)}

    def state(self, _: Json) -> Json:
        about = {"release": self.world.release, "profile": self.world.profile, "faults": list(self.faults)}
        return {**self.world.state(), **about, **self.ask({"do": "status"})}

    def plant(self, body: Json) -> Json:
        self.faults.plant(known_fault(body, FAULT_NAMES), alone=body.get("alone") is True)
        return self.rearrange()

    def clear(self, _: Json) -> Json:
        if not len(self.faults):
            return self.state({})
        self.faults.clear()
        return self.rearrange()

    def list_faults(self, _: Json) -> Json:
        return {"faults": list(self.faults)}

    def requests(self, _: Json) -> list[Json]:
        return read_requests(self.world.request_log)

    def forget_requests(self, _: Json) -> Json:
        self.world.request_log.write_text("", encoding="utf-8")
        return {"requests": 0}

    def cut_streams(self, _: Json) -> Json:
        return self.ask({"do": "cut"})

    def reload(self, _: Json) -> Json:
        return self.ask({"do": "reload"})

    def restart(self, body: Json) -> Json:
        return self.ask({"do": "restart", "name": str(body.get("name", ""))})


def make_app(control: Control) -> Starlette:
    """Return the control port's application."""
    return control_port.make_app(
        [
            ("POST", "/arrange", control.arrange),
            ("GET", "/state", control.state),
            ("POST", "/faults", control.plant),
            ("DELETE", "/faults", control.clear),
            ("GET", "/faults", control.list_faults),
            ("GET", "/requests", control.requests),
            ("DELETE", "/requests", control.forget_requests),
            ("POST", "/cut-streams", control.cut_streams),
            ("POST", "/reload", control.reload),
            ("POST", "/restart", control.restart),
        ]
    )


def serve(world: World, arrangement: Arrangement, listener: socket.socket, supervisor: socket.socket) -> None:
    """Serve the control port in this process, until it is killed."""
    control_port.serve(make_app(Control(world, arrangement, supervisor)), listener)
