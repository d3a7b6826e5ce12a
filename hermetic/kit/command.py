"""What the commands of stand-ins share: finding their world, speaking to it, and their exit codes."""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from hermetic.errors import HermeticError
from hermetic.kit.home import Home

FINE, PROBLEMS, USAGE = 0, 1, 2
TIMEOUT_S = 30.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the machine is not for loopback

World = TypeVar("World", bound=Home)


class Usage(Exception):
    """The command was asked for something it does not know."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving, without guessing at abbreviations."""

    def __init__(self, module: str) -> None:
        super().__init__(prog=f"python -m {module}", allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise Usage(f"{self.prog}: {message}")


def run(home: type[World], main: Callable[[World, Sequence[str]], int]) -> NoReturn:
    """Run a command in the world of its variable and leave with its exit code: 0 fine, 1 found problems, 2 usage."""
    try:
        code = main(home.find(), sys.argv[1:])
    except (Usage, HermeticError) as error:
        print(error, file=sys.stderr)
        code = USAGE
    sys.stdout.flush()
    sys.exit(code)


def request(
    method: str, url: str, body: Any = None, timeout_s: float = TIMEOUT_S, headers: Mapping[str, str] | None = None
) -> tuple[int, Any]:
    """Send a request and return the status and the JSON of the answer (None when it is not JSON).

    Raises:
        HermeticError: Nobody answers.
    """
    data = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", "User-Agent": "mes-commands", **(headers or {})}
    asked = urllib.request.Request(url, data, sent, method=method)  # noqa: S310 - the world's own address
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
