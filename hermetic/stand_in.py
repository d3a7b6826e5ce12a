"""One stand-in: a process that behaves as a system of the plan does.

It is started as `python -m PACKAGE up`, reads one line of JSON from stdin (`world.WorldBacking`),
and answers with one line of JSON on stdout once it serves:

    {"ready": true, "variables": {"MES_URL": "http://..."}, "control": "http://...", "request_log": "path"}
    {"ready": false, "error": "what is wrong", "remedy": "what to do"}

It lives until its stdin is closed. `request_log` may be left out.
"""

import json
import os
import select
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hermetic.errors import HermeticError
from hermetic.process import Child, close_quietly, reap
from hermetic.workspace import Workspace

READY_TIMEOUT_S = 60.0
LAST_WORDS_S = 2.0  # from closing its stdout to its end
SECRETS = ("GONOGO_POSTGRES_", "GONOGO_REDIS_")  # the superuser's variables are none of a stand-in's business


@dataclass(frozen=True)
class StandIn:
    """One stand-in that serves: where it is steered, and the file in which it logs what it was asked, if it has one."""

    name: str
    child: Child
    variables: Mapping[str, str]
    control: str
    request_log: Path | None


def spawn_stand_in(workspace: Workspace, name: str, package: str, home: Path) -> Child:
    """Start a stand-in in its home; it waits until `tell` has told it its world."""
    command = [sys.executable, "-P", "-m", package, "up"]  # -P: nothing in the home is imported
    return workspace.spawn(name, command, cwd=home, env=_environment(), pipes=True)


def tell(child: Child, world: str) -> None:
    """Tell a stand-in its world, one line of JSON; `await_stand_in` hears its answer."""
    with suppress(BrokenPipeError):  # it ended at once: its answer, which is then missing, says so better
        child.stdin.write(f"{world}\n".encode())
        child.stdin.flush()


def _environment() -> dict[str, str]:
    """The variables of this process, without the superuser's, and with this package importable from anywhere."""
    here = str(Path(__file__).resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)}
    path = [here, *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"}


def await_stand_in(name: str, child: Child, timeout_s: float = READY_TIMEOUT_S) -> StandIn:
    """Wait for the stand-in's one line.

    Raises:
        HermeticError: It says it cannot, ends, says something else, or says nothing in time.
    """
    line = _read_line(child, timeout_s)
    if line is None:
        ended = "ended before it was ready" if child.wait(LAST_WORDS_S) else f"said nothing within {timeout_s:g} s"
        raise HermeticError(f"the stand-in {name} {ended}; its last words:\n{child.tail()}", "look at the words above")
    try:
        answer = json.loads(line)
        if answer["ready"]:
            log = answer.get("request_log")
            return StandIn(name, child, answer["variables"], answer["control"], Path(log) if log else None)
        problem = answer["error"]
    except (ValueError, TypeError, KeyError) as error:
        raise HermeticError(
            f"the stand-in {name} answered {line!r}, which is no ready line",
            "its package has to answer as hermetic/stand_in.py describes",
        ) from error
    raise HermeticError(f"the stand-in {name}: {problem}", str(answer.get("remedy") or child.tail()))


def _read_line(child: Child, timeout_s: float) -> bytes | None:
    """Read one line from a child without waiting longer than `timeout_s`; None when it does not come."""
    descriptor, line, deadline = child.stdout.fileno(), b"", time.monotonic() + timeout_s
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return None
        byte = os.read(descriptor, 1)  # one at a time: what follows the line belongs to whoever reads next
        if not byte:
            return None
        line += byte
    return line


def dismiss(children: Sequence[Child], grace_s: float = 3.0) -> None:
    """Close the pipes of all stand-ins at once, which tells them to end, and wait for them."""
    for child in children:
        close_quietly(child.stdin)
    reap(children, grace_s)
