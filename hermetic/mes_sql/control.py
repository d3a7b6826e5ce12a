"""The control port: arrange a state, plant faults, read requests, cut streams, restart. JSON in, JSON out."""

import socket
from datetime import UTC, datetime

from starlette.applications import Starlette

from hermetic.kit import command, control_port
from hermetic.kit.control import BaseControl
from hermetic.kit.control_port import Json, Refusal
from hermetic.mes_sql.arrange import Arrangement, arrange, known
from hermetic.mes_sql.faults import FAULT_NAMES
from hermetic.mes_sql.world import World


class Control(BaseControl):
    """What the routes do, one at a time; the supervisor is asked through a socket."""

    def __init__(self, world: World, arrangement: Arrangement, supervisor: socket.socket) -> None:
        super().__init__(world, FAULT_NAMES, supervisor)
        self.world = world
        self.arrangement = arrangement

    def arrange(self, body: Json) -> Json:
        try:
            self.arrangement = known(body)
        except (ValueError, TypeError) as error:
            raise Refusal(400, str(error)) from None
        return self.rearrange()

    def rearrange(self) -> Json:
        began = datetime.now(UTC)
        content = arrange(self.world, self.arrangement, self.faults)
        command.request("PUT", f"{self.world.old_store_url}/load", content)
        self.ask({"do": "settle"})
        return {**self.state({}), "took_s": round((datetime.now(UTC) - began).total_seconds(), 4)}

    def state(self, _: Json) -> Json:
        about = {"release": self.world.release, "profile": self.world.profile, "faults": list(self.faults)}
        return {**self.world.state(), **about, **self.ask({"do": "status"})}

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
            *control.routes(),
            ("POST", "/arrange", control.arrange),
            ("POST", "/cut-streams", control.cut_streams),
            ("POST", "/reload", control.reload),
            ("POST", "/restart", control.restart),
        ]
    )


def serve(world: World, arrangement: Arrangement, listener: socket.socket, supervisor: socket.socket) -> None:
    """Serve the control port in this process, until it is killed."""
    control_port.serve(make_app(Control(world, arrangement, supervisor)), listener)
