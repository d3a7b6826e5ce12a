"""The balancer before blue and green: the weights in its configuration, changing them, and giving them back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.outcome import Missed
from gonogo.probes.command import CommandResult
from systems.mes_sql.build import Build

PORTS = {"3000": "blue", "3001": "green"}
WAYS = {"marked down": "down", "left out": "out"}
_BLOCK = re.compile(r"upstream\s+burkol_api\s*\{(.*?)\}", re.DOTALL)
_SERVER = re.compile(r"server\s+\S+?:(\d+)([^;]*);")


@dataclass(frozen=True)
class Upstream:
    """The block of servers: their weights by colour, in its order; a server that is down has none."""

    weights: Mapping[str, int]
    down: frozenset[str]

    @property
    def shares(self) -> dict[str, float]:
        """The share of requests that each colour is to get; 0 for one that is down or absent."""
        total = sum(self.weights.values()) or 1
        return {colour: self.weights.get(colour, 0) / total for colour in PORTS.values()}


def parse(text: str) -> Upstream:
    """Read the block from the balancer's configuration.

    Raises:
        Missed: If there is none, or it names a port that is neither blue's nor green's.
    """
    without_comments = re.sub(r"#.*", "", text)
    block = _BLOCK.search(without_comments)
    if block is None:
        raise Missed("the balancer's configuration has no upstream burkol_api; restore it from the checkout")
    weights, down = {}, set()
    for port, parameters in _SERVER.findall(block[1]):
        if port not in PORTS:
            raise Missed(f"the balancer's upstream names port {port}; blue is at 3000 and green at 3001")
        if "down" in parameters.split():
            down.add(PORTS[port])
        else:
            weight = re.search(r"\bweight=(\d+)", parameters)
            weights[PORTS[port]] = int(weight[1]) if weight else 1
    return Upstream(weights, frozenset(down))


def read(build: Build) -> Upstream:
    """Return the block that is in force."""
    return parse(build.command("balancer", "show").require().stdout)


def test(build: Build, *block: str) -> CommandResult:
    """Have the balancer test its present file, or a block with the given parameters, and return what it said."""
    return build.command("balancer", "test", *block)


def names_line(said: str) -> bool:
    """Return whether the balancer's words end in a file and a line, as `nginx -t` writes it."""
    return re.search(r":\d+\s*$", said, re.MULTILINE) is not None


class Balancer:
    """Changes weights; they are as they were when `restore` was called."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._before: Upstream | None = None

    def set(self, blue: str, green: str) -> None:
        """Set both: a weight, "down", or "out" to leave the line out; in force when this returns."""
        if self._before is None:
            self._before = read(self._build)
        self._build.command("balancer", "set", f"--blue={blue}", f"--green={green}").require()

    def restore(self) -> None:
        """Give back what was there before the first change."""
        if self._before is not None:
            blue, green = (self._as_given(colour) for colour in ("blue", "green"))
            self._build.command("balancer", "set", f"--blue={blue}", f"--green={green}").require()

    def _as_given(self, colour: str) -> str:
        assert self._before is not None
        if colour in self._before.down:
            return "down"
        return str(self._before.weights.get(colour, "out"))
