"""The router's configuration: the share of the canary, and whether only testers may come in."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import Scope

from hermetic.docflow.platforms.kept import Kept
from hermetic.docflow.server.session import ARM_COOKIE, cookies_of, knows
from hermetic.docflow.world import ARMS, Arm, World
from hermetic.kit.balancer.place import Place
from hermetic.kit.balancer.router import Rules

NAME = "router"
PORTS: dict[Arm, int] = {"stable": 8080, "canary": 8081}
OPEN = "/health|/admin/sign-in|/api/session|/assets/.+|/favicon.ico"
"""What everybody reaches while only testers may come in: the way to sign in."""
GATE = "        auth_request /tester;\n"
TEMPLATE = """\
# A tenth of the users is on the canary while it is tried; who has signed in stays on the arm of the session.
map $http_upgrade $connection_upgrade {{
    default upgrade;
    '' '';
}}
map $cookie_{cookie} $group {{
    stable docflow_stable;
    canary docflow_canary;
    default docflow;
}}
upstream docflow {{
{both}
    keepalive 16;
}}
upstream docflow_stable {{
{stable}
    keepalive 16;
}}
upstream docflow_canary {{
{canary}
    keepalive 16;
}}
server {{
    listen 80;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_buffering off;
    proxy_read_timeout 1h;
    location = /tester {{
        internal;
        proxy_pass http://docflow_stable/api/session/tester;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
    }}
    location ~ ^({open})$ {{
        proxy_pass http://$group;
    }}
    location / {{
{gate}        proxy_pass http://$group;
    }}
}}
"""


class Sharing:
    """What the router is told, in a world's files; whoever changes it has the router read it."""

    def __init__(self, world: World) -> None:
        self._kept = Kept(world.platform / "share.json")
        self._place = place_of(world)

    @property
    def share(self) -> int:
        """The canary's share as it is configured, in percent."""
        return int(self._kept.read()["share"])

    @property
    def testers_only(self) -> bool:
        return bool(self._kept.read()["testers_only"])

    def put(self, share: int, faults: Collection[str], *, testers_only: bool | None = None) -> None:
        """Put a share in place, in percent; who may come in stays as it was unless it is given."""
        gated = self.testers_only if testers_only is None else testers_only
        self._kept.write({"share": share, "testers_only": gated})
        sent = 3 if "share-of-3-percent" in faults and share == 10 else share
        self._place.put(compose(sent, gated=gated and "staging-open-to-all" not in faults))


def compose(share: int, *, gated: bool) -> str:
    """Return the configuration; an arm without traffic is down, and its users go to the other."""
    weights = {"stable": 100 - share, "canary": share}
    live = [arm for arm in ARMS if weights[arm]]
    return TEMPLATE.format(
        cookie=ARM_COOKIE,
        both="\n".join(_server(arm, f"weight={weights[arm]}" if weights[arm] else "down") for arm in ARMS),
        **{arm: _server(arm if arm in live else live[0], "") for arm in ARMS},
        open=OPEN,
        gate=GATE if gated else "",
    )


def _server(arm: Arm, parameters: str) -> str:
    words = " ".join(filter(None, [f"server localhost:{PORTS[arm]}", parameters]))
    return f"    {words};  # {arm}"


def place_of(world: World) -> Place:
    """Return where the router of a world is."""
    return Place(
        home=world.directory,
        name=NAME,
        upstream="docflow",
        ports={PORTS[arm]: _port(world.url_of(arm)) for arm in ARMS},
        listen=_port(world.router_url),
        log=world.log_of(NAME),
        requests=world.request_log,
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2] or 0)


def rules_of(world: World) -> Rules:
    """Return what our own router goes by, as the configuration has it for nginx."""
    place = place_of(world)

    def admits(scope: Scope) -> bool:
        gated = GATE in place.rendered.read_text(encoding="utf-8")
        return not gated or re.fullmatch(OPEN, scope["path"]) is not None or knows(world, Headers(scope=scope))

    def prefers(scope: Scope) -> int | None:
        arm = cookies_of(Headers(scope=scope)).get(ARM_COOKIE)
        return next((place.ports[PORTS[one]] for one in ARMS if one == arm), None)

    return Rules(admits, prefers)
