"""What the commands share: finding their world, speaking to it, and their exit codes."""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from hermetic.errors import HermeticError
from hermetic.mes.keys import FALLBACK_PLANS, VERSION
from hermetic.mes.world import World, find_world

if TYPE_CHECKING:
    from hermetic.mes.domain.validation import Validator

FINE, PROBLEMS, USAGE = 0, 1, 2
TIMEOUT_S = 30.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the machine is not for loopback


class Usage(Exception):
    """The command was asked for something it does not know."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving, without guessing at abbreviations."""

    def __init__(self, name: str) -> None:
        super().__init__(prog=f"python -m hermetic.mes.{name}", allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise Usage(f"{self.prog}: {message}")


def run(main: Callable[[World, Sequence[str]], int]) -> NoReturn:
    """Run a command in the world of MES_HOME and leave with its exit code: 0 fine, 1 found problems, 2 usage."""
    try:
        code = main(find_world(), sys.argv[1:])
    except (Usage, HermeticError) as error:
        print(error, file=sys.stderr)
        code = USAGE
    sys.stdout.flush()
    sys.exit(code)


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


def request(method: str, url: str, body: Any = None, timeout_s: float = TIMEOUT_S) -> tuple[int, Any]:
    """Send a request and return the status and the JSON of the answer (None when it is not JSON).

    Raises:
        HermeticError: Nobody answers.
    """
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "mes-commands"}
    asked = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the world's own address
    try:
        with DIRECT.open(asked, timeout=timeout_s) as answer:
            return answer.status, _json(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, _json(error.read())
    except OSError as error:
        raise HermeticError(f"{method} {url}: {error}", "is the stand-in still running?") from error


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
