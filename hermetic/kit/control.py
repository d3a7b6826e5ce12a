"""What the control ports of all stand-ins have in common: faults, the request log, and the way to the supervisor."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Collection

from hermetic.kit import control_port
from hermetic.kit.control_port import Json, Route, known_fault
from hermetic.kit.home import Home
from hermetic.kit.planted import Planted
from hermetic.kit.request_log import read_requests


class BaseControl(ABC):
    """What the shared routes do, one at a time; a stand-in's own says what arranging means, and adds its routes."""

    def __init__(self, home: Home, fault_names: Collection[str], supervisor: socket.socket) -> None:
        self.faults = Planted(home.faults_file)
        self.ask = control_port.Supervisor(supervisor).ask
        self._fault_names = fault_names
        self._request_log = home.request_log

    @abstractmethod
    def state(self, _: Json) -> Json:
        """Return what is arranged, planted and served."""

    @abstractmethod
    def rearrange(self) -> Json:
        """Arrange again what was last arranged, under the faults there are now, and start again what serves."""

    def routes(self) -> list[Route]:
        """Return method, path and work of each shared route."""
        return [
            ("GET", "/state", self.state),
            ("POST", "/faults", self.plant),
            ("DELETE", "/faults", self.clear),
            ("GET", "/faults", self.list_faults),
            ("GET", "/requests", self.requests),
            ("DELETE", "/requests", self.forget_requests),
        ]

    def plant(self, body: Json) -> Json:
        """Plant the fault {"name"} beside the others; with {"alone": true} in their place."""
        self.faults.plant(known_fault(body, self._fault_names), alone=body.get("alone") is True)
        return self.rearrange()

    def clear(self, _: Json) -> Json:
        if not len(self.faults):
            return self.state({})
        self.faults.clear()
        return self.rearrange()

    def list_faults(self, _: Json) -> Json:
        return {"faults": list(self.faults)}

    def requests(self, _: Json) -> list[Json]:
        return read_requests(self._request_log)

    def forget_requests(self, _: Json) -> Json:
        self._request_log.write_text("", encoding="utf-8")
        return {"requests": 0}
