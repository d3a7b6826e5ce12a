"""The hermetic environment in the foreground, for a person: variables to export, then every request as it comes."""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hermetic.errors import HermeticError, explained
from hermetic.keeper import Order, Station, running
from hermetic.signals import Asked, StopSignals
from hermetic.watch import Watch
from hermetic.world import STAND_INS, World

PERIOD_S = 0.2
MARK = "# written by `python -m hermetic serve`; gone when it ends\n"


def serve(order: Order, export_file: Path | None = None, stand_ins: Mapping[str, str] = STAND_INS) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        order: What to start; every world is served, the first one's variables are printed last and exported.
        export_file: Where to write the `export` lines once all is ready, for `source FILE`; it is deleted at the end.

    Returns:
        The exit code: 0 after an end that was asked for, 3 when something is missing or broke, 4 for an unknown name.
    """
    signals = StopSignals()
    signals.install()
    try:
        if export_file:
            discard_export(export_file)
        with running(order, signals, stand_ins) as station, _exported(station.worlds[0], export_file):
            print(announcement(station), flush=True)
            return _follow(station)
    except Asked:
        return 0
    except (HermeticError, OSError) as error:
        failure = explained(error)
        print(f"hermetic: {failure}", file=sys.stderr, flush=True)
        return failure.exit_code


def announcement(station: Station) -> str:
    """Return what a person needs to know: lines for a shell, everything else behind a #."""
    about = station.backing.describe()
    lines = [f"# backing: {about['kind']}, Postgres {about['postgres']}, Redis {about['redis']} ({about['reason']})"]
    for world in station.worlds:
        lines.append(f"# world {world.backing.index}: {world.backing.profile}, release {world.backing.release}")
        lines += [f"# control of {name}: {address}" for name, address in world.control.items()]
        lines += export_lines(world)
    return "\n".join([*lines, "# every request follows as a line of JSON; Ctrl-C ends"])


def export_lines(world: World) -> list[str]:
    """Return the variables of a world as lines for a POSIX shell."""
    return [f"export {name}={shlex.quote(value)}" for name, value in world.variables.items()]


def discard_export(path: Path) -> None:
    """Delete an export file of an earlier `serve`, so that nobody takes it for this one's.

    Raises:
        HermeticError: The file is not one of ours; it is left as it is.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    if text and not text.startswith(MARK):
        raise HermeticError(f"{path} exists and was not written by serve", "give --export-file another name")
    path.unlink()


@contextmanager
def _exported(world: World, path: Path | None) -> Iterator[None]:
    """Keep the export file while this runs; only its owner may read it, for it holds passwords."""
    if path is None:
        yield
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(MARK + "\n".join(export_lines(world)) + "\n", encoding="utf-8")
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


class RequestLog:
    """Follows the file in which a stand-in logs what it was asked, one line of JSON each."""

    def __init__(self, stand_in: str, world: int, path: Path) -> None:
        self.origin = {"stand_in": stand_in, "world": world}
        self.path = path
        self.offset = path.stat().st_size if path.exists() else 0
        self.rest = b""

    def news(self) -> list[dict[str, Any]]:
        """Return the requests since the last call; an incomplete last line waits for the next one."""
        if not self.path.exists():
            return []
        if self.path.stat().st_size < self.offset:  # the log was cleared
            self.offset, self.rest = 0, b""
        with self.path.open("rb") as log:
            log.seek(self.offset)
            data = log.read()
        self.offset += len(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [{**self.origin, **json.loads(line)} for line in lines if line.strip()]


def _follow(station: Station) -> int:
    """Print requests until a stand-in is lost; an end that is asked for comes as `Asked`."""
    watch = Watch(station.stand_ins)
    logs = [
        RequestLog(stand_in.name, world.backing.index, stand_in.request_log)
        for world in station.worlds
        for stand_in in world.stand_ins
        if stand_in.request_log
    ]
    while not watch.lost:
        watch.listen(PERIOD_S)
        for log in logs:
            for request in log.news():
                print(json.dumps(request), flush=True)
    return HermeticError.exit_code
