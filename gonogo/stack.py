"""The one place that starts the hermetic stack: backing services and stand-ins, as a process of its own.

The keeper process lives until its standard input closes, so that it ends with us however we end.
"""

import contextlib
import json
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_LIMIT_S = 180
STOP_LIMIT_S = 30


class StackError(Exception):
    """The hermetic stack did not start; the text says why and what to do."""


@dataclass(frozen=True)
class World:
    """One independent copy of all stand-ins: the variables its environment file asks for."""

    variables: Mapping[str, str]
    control: Mapping[str, str]


@dataclass
class Stack:
    """A running hermetic stack."""

    worlds: Sequence[World]
    backing: Mapping[str, Any]
    _process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @classmethod
    def start(cls, *, backing: str = "auto", worlds: int = 1, release: str = "", faults: Sequence[str] = ()) -> "Stack":
        """Start services and `worlds` copies of the stand-ins.

        Raises:
            StackError: With the keeper's reason and remedy.
        """
        command = [sys.executable, "-m", "hermetic", "up", f"--backing={backing}", f"--worlds={worlds}"]
        command += [f"--release={release}"] if release else []
        command += [f"--fault={fault}" for fault in faults]
        root = Path(__file__).resolve().parent.parent
        process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            return cls._from(_ready(process), process)
        except BaseException:
            _end(process)
            raise

    @classmethod
    def attach(cls, path: Path) -> "Stack":
        """Use a stack that somebody else started and keeps, by the file with its ready line.

        Raises:
            StackError: If the file cannot be read as one.
        """
        try:
            return cls._from(json.loads(path.read_text(encoding="utf-8")), None)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StackError(f"--stack={path}: not the ready line of `python -m hermetic up`: {error}") from error

    @classmethod
    def _from(cls, ready: Mapping[str, Any], process: "subprocess.Popen[str] | None") -> "Stack":
        worlds = [World(world["variables"], world["control"]) for world in ready["worlds"]]
        return cls(worlds, ready["backing"], process)

    def stop(self) -> None:
        """Stop everything that `start` started; safe to call twice. An attached stack is left alone."""
        if self._process is not None:
            _end(self._process)
            self._process = None


def _ready(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    deadline = time.monotonic() + START_LIMIT_S
    line = ""
    while not line and time.monotonic() < deadline:
        readable, _, _ = select.select([process.stdout], [], [], 1)
        if readable:
            line = process.stdout.readline()
            if not line:
                break
    try:
        ready = json.loads(line)
    except ValueError:
        ended = f"it ended with code {process.poll()}" if process.poll() is not None else f"after {START_LIMIT_S} s"
        raise StackError(f"the hermetic services did not become ready ({ended}); see the lines above") from None
    if not ready.get("ready"):
        why = f"{ready.get('error')}. {ready.get('remedy', '')}".strip()
        raise StackError(f"the hermetic services did not start: {why}")
    return dict(ready)


def _end(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(OSError, ValueError):
        if process.stdin:
            process.stdin.close()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
