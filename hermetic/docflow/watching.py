"""Prometheus in a world: begun anew at each arrangement, and away or somebody else's where a fault says so."""

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from hermetic.docflow import observing
from hermetic.docflow.world import ARMS, World
from hermetic.kit import forking, listening, serving
from hermetic.kit.command import request
from hermetic.kit.planted import Planted

QUIET_S, PAUSE_S = 20.0, 0.05
PAGE = "<!doctype html><title>Maintenance</title><p>We are back soon.</p>\n"


class Watching:
    """What answers at the address of Prometheus.

    Args:
        tidy: Closes, in a child, what only the supervisor may hold.
    """

    def __init__(self, world: World, faults: Planted, tidy: Callable[[], None]) -> None:
        self._world = world
        self._faults = faults
        self._tidy = tidy
        self._observer: observing.Observer | None = None
        self._page_pid = 0

    def begin_anew(self) -> None:
        """Have it know nothing of what was, and go by the rules as they are now; raises HermeticError."""
        forking.stop(self._page_pid)
        self._page_pid = 0
        page, down = "prometheus-html" in self._faults, "prometheus-down" in self._faults
        if page or down:
            self._stop()
            self._page_pid = forking.launch("the page", self._serve_page, self._tidy) if page else 0
        elif self._observer:
            self._observer = observing.begin_anew(self._observer, self._faults)
            self._await_quiet()
        else:
            self._observer = self._start()

    def _start(self) -> observing.Observer:
        world, port = self._world, int(self._world.prometheus_url.rpartition(":")[2])
        rules = world.repository / "monitoring" / "rules.yml"
        scrapes: dict[str, str] = {arm: world.url_of(arm) for arm in ARMS}
        labels = {"env": "prod" if world.production else "hermetic"}
        return observing.start(world.directory / "observing", port, scrapes, rules, labels, self._faults)

    def _await_quiet(self) -> None:
        """Wait until it has evaluated its rules on what it knows now: alerts of before are then gone."""
        deadline = time.monotonic() + QUIET_S
        while self._alerts() and time.monotonic() < deadline:
            time.sleep(PAUSE_S)

    def _alerts(self) -> bool:
        status, body = request("GET", f"{self._world.prometheus_url}/api/v1/alerts")
        return status == 200 and bool(body["data"]["alerts"])

    def _serve_page(self, announce: int) -> None:
        """Answer every question with a page, as a proxy before a service that is away does."""

        async def page(_: Request) -> HTMLResponse:
            return HTMLResponse(PAGE)

        port = int(self._world.prometheus_url.rpartition(":")[2])
        serving.serve(Starlette(routes=[Route("/{path:path}", page)]), listening.listen(port), announce)

    def revive(self) -> None:
        """Start it again where it has ended by itself."""
        if self._observer and not self._observer.alive:
            self._observer = self._start()

    def _stop(self) -> None:
        if self._observer:
            self._observer.stop()
            self._observer = None

    def end(self) -> None:
        forking.kill_all([self._page_pid])
        self._stop()
