"""The edge config: the remote switch, one JSON document of known keys, changed by whoever has the platform's token."""

import json
import secrets

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hermetic.docflow.platforms.kept import Kept
from hermetic.docflow.world import World
from hermetic.kit.planted import Planted
from hermetic.kit.request_log import RequestLog

KEYS = ("phase1_enabled",)


class Edge:
    """The document."""

    def __init__(self, world: World) -> None:
        self._kept = Kept(world.platform / "edge.json")

    @property
    def phase1_enabled(self) -> bool:
        return bool(self._kept.read()["phase1_enabled"])

    def read(self) -> dict[str, bool]:
        return dict(self._kept.read())

    def change(self, values: dict[str, bool]) -> None:
        self._kept.write({**self._kept.read(), **values})

    def reset(self) -> None:
        """Switch everything on."""
        self._kept.write(dict.fromkeys(KEYS, True))


class Platform:
    """The edge config's routes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._edge = Edge(world)
        self._faults = Planted(world.faults_file)

    async def show(self, _: Request) -> JSONResponse:
        return JSONResponse(self._edge.read())

    async def change(self, request: Request) -> JSONResponse:
        """Change the document: 401 without the token, 400 for anything but an object of known keys and booleans."""
        if not self._may(request):
            return JSONResponse({"error": "Authorization: Bearer TOKEN of the platform is needed"}, 401)
        try:
            values = json.loads(await request.body())
        except ValueError:
            values = None
        if not isinstance(values, dict) or not values or not all(_fits(*pair) for pair in values.items()):
            return JSONResponse({"error": f"a JSON object of {', '.join(KEYS)} and true or false is needed"}, 400)
        if "flag-read-only" not in self._faults:
            self._edge.change(values)
        return JSONResponse({**self._edge.read(), **values})

    def _may(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = secrets.compare_digest(given.encode(), self._world.vercel_token.encode())
        return known or "flag-without-token" in self._faults


def _fits(name: str, value: object) -> bool:
    return name in KEYS and isinstance(value, bool)


def make_app(world: World) -> Starlette:
    """Return the application of the edge config."""
    platform = Platform(world)
    routes = [
        route
        for path in ("/config", "/config/")
        for route in (Route(path, platform.show), Route(path, platform.change, methods=["PATCH"]))
    ]
    log = Middleware(RequestLog, path=world.request_log, more=lambda: {"port": "edge"})
    return Starlette(routes=routes, middleware=[log])
