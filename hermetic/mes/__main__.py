"""`python -m hermetic.mes up`: one world of the stand-in, started by the keeper, steered through stdin and stdout."""

import json
import sys
from pathlib import Path

from hermetic.errors import HermeticError
from hermetic.mes.supervisor import Supervisor, open_world


def main(arguments: list[str]) -> int:
    if arguments != ["up"]:
        print("usage: python -m hermetic.mes up   (one JSON line on stdin describes the world)", file=sys.stderr)
        return 2
    try:
        supervisor = Supervisor(*open_world(sys.stdin.readline()))
        supervisor.start()
    except Exception as error:  # whatever it is, the keeper gets its one line and nothing else
        print(json.dumps({"ready": False, **explain(error)}), flush=True)
        return 3
    supervisor.announce()
    supervisor.run()
    return 0


def explain(error: Exception) -> dict[str, str]:
    if isinstance(error, HermeticError):
        return {"error": error.problem, "remedy": error.remedy}
    place = f"{Path(__file__).parent.name}: {type(error).__name__}"
    return {
        "error": f"{place}: {error}",
        "remedy": "look at the stand-in's log: is Postgres there, is the home writable?",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
