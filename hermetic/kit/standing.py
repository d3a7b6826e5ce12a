"""How a stand-in answers the keeper: `python -m PACKAGE up`, a JSON line in and one out, then life until stdin ends."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hermetic.errors import HermeticError


class Supervised(Protocol):
    """A supervisor: `start` makes everything ready, `run` serves until the end is asked for."""

    def start(self) -> None: ...

    def announcement(self) -> dict[str, Any]: ...

    def run(self) -> None: ...


def up(package: str, arguments: Sequence[str], open_world: Callable[[str], Supervised]) -> int:
    """Run a stand-in; return its exit code: 0, 3 (it says why it cannot) or 2 (usage)."""
    if list(arguments) != ["up"]:
        print(f"usage: python -m {package} up   (one JSON line on stdin describes the world)", file=sys.stderr)
        return 2
    try:
        supervisor = open_world(sys.stdin.readline())
        supervisor.start()
    except Exception as error:  # whatever it is, the keeper gets its one line and nothing else
        print(json.dumps({"ready": False, **explain(package, error)}), flush=True)
        return 3
    print(json.dumps({"ready": True, **supervisor.announcement()}), flush=True)
    supervisor.run()
    return 0


def explain(package: str, error: Exception) -> dict[str, str]:
    if isinstance(error, HermeticError):
        return {"error": error.problem, "remedy": error.remedy}
    return {
        "error": f"{package.rpartition('.')[2]}: {type(error).__name__}: {error}",
        "remedy": "look at the stand-in's log: is Postgres there, is the home writable?",
    }
