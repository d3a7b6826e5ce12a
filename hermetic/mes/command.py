"""What the commands share beyond `hermetic.kit.command`: the rules they validate with, what a change makes stale."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from hermetic.kit import command
from hermetic.kit.command import FINE, PROBLEMS, USAGE, Usage, request
from hermetic.mes.keys import FALLBACK_PLANS, VERSION
from hermetic.mes.world import World

if TYPE_CHECKING:
    from hermetic.mes.domain.validation import Validator

__all__ = ["FINE", "PROBLEMS", "USAGE", "Parser", "Usage", "announce_change", "read_validator", "request", "run"]


class Parser(command.Parser):
    """The parser of a command of this package."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{World.PACKAGE}.{name}")


def run(main: Callable[[World, Sequence[str]], int]) -> NoReturn:
    """Run a command in the world of MES_HOME and leave with its exit code: 0 fine, 1 found problems, 2 usage."""
    command.run(World, main)


def read_validator(world: World) -> "Validator":
    """Return a validator of the schema file the server validates with."""
    from hermetic.mes.domain.validation import compile_schema  # takes its time to import; not every command validates

    return compile_schema(json.loads(world.schema_file.read_text(encoding="utf-8")))


def announce_change(world: World, no_longer_on_fallback: Sequence[str] = ()) -> None:
    """Make the server's cached lists stale and take plans out of the fallback counter."""
    with world.redis() as client:
        client.incr(VERSION)
        if no_longer_on_fallback:
            client.srem(FALLBACK_PLANS, *no_longer_on_fallback)
