"""Where the balancer of a world is, and its configuration put in place as the planted faults have it."""

from collections.abc import Collection

from hermetic.kit.balancer.place import Place
from hermetic.mes_sql.balancer.conf import PORTS, UPSTREAM
from hermetic.mes_sql.world import World

NAME = "balancer"


def place_of(world: World) -> Place:
    """Return where the balancer of a world is."""
    urls = {"blue": world.blue_url, "green": world.green_url}
    return Place(
        home=world.directory,
        name=NAME,
        upstream=UPSTREAM,
        ports={PORTS[colour]: _port(url) for colour, url in urls.items()},
        listen=_port(world.balancer_url),
        log=world.log_of(NAME),
        requests=world.request_log,
    )


def put(world: World, text: str, faults: Collection[str] = ()) -> None:
    """Put a configuration in place; whoever calls it has the balancer read it."""
    place_of(world).put(text, shown_only="balancer-keeps-weights" in faults)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2] or 0)
