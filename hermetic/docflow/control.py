"""The control port: arrange a state, plant faults, read requests, restart, make traffic. JSON in, JSON out."""

import socket
from datetime import UTC, datetime

from starlette.applications import Starlette

from hermetic.docflow.arrange import arrange, known
from hermetic.docflow.crowd.causes import cause
from hermetic.docflow.crowd.traffic import Traffic
from hermetic.docflow.faults import FAULT_NAMES
from hermetic.docflow.states import STATES, State
from hermetic.docflow.world import World
from hermetic.kit import control_port
from hermetic.kit.control import BaseControl
from hermetic.kit.control_port import Json, Refusal


class Control(BaseControl):
    """What the routes do, one at a time; the supervisor is asked through a socket."""

    def __init__(self, world: World, supervisor: socket.socket) -> None:
        super().__init__(world, FAULT_NAMES, supervisor)
        self.world = world
        self._traffic = Traffic(world)

    def arrange(self, body: Json) -> Json:
        try:
            state = known(body)
        except ValueError as error:
            raise Refusal(400, str(error)) from None
        return self._arrange(state)

    def _arrange(self, state: State) -> Json:
        """Arrange a state, and start again what serves."""
        began = datetime.now(UTC)
        self._traffic.stop()
        arrange(self.world, state, self.faults)
        self.ask({"do": "settle"})
        return {**self.state({}), "took_s": round((datetime.now(UTC) - began).total_seconds(), 4)}

    def rearrange(self) -> Json:
        return self._arrange(STATES[self.world.state()["name"]])

    def state(self, _: Json) -> Json:
        about = {"release": self.world.release, "profile": self.world.profile, "faults": list(self.faults)}
        return {**self.world.state(), **about, **self.ask({"do": "status"})}

    def reload(self, _: Json) -> Json:
        return self.ask({"do": "reload"})

    def restart(self, body: Json) -> Json:
        return self.ask({"do": "restart", "name": str(body.get("name", ""))})

    def traffic(self, body: Json) -> Json:
        return self._traffic.make(body)

    def cause(self, body: Json) -> Json:
        return cause(self.world, body)


def make_app(control: Control) -> Starlette:
    """Return the control port's application."""
    return control_port.make_app(
        [
            *control.routes(),
            ("POST", "/arrange", control.arrange),
            ("POST", "/reload", control.reload),
            ("POST", "/restart", control.restart),
            ("POST", "/traffic", control.traffic),
            ("POST", "/cause", control.cause),
        ]
    )


def serve(world: World, listener: socket.socket, supervisor: socket.socket) -> None:
    """Serve the control port in this process, until it is killed."""
    control_port.serve(make_app(Control(world, supervisor)), listener)
