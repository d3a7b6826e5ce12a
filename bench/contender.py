"""One command to measure, and the interleaved rounds in which all of them are measured."""

import os
import re
import resource
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Contender:
    """A command that runs the corpus in a folder.

    Attributes:
        name: What the table calls it.
        command: Program and arguments.
        folder: Where it runs.
        done: Pattern that its output must hold; without it the run has measured nothing.
        environment: Variables beside those of this process.
    """

    name: str
    command: Sequence[str | Path]
    folder: Path
    done: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Times:
    """CPU and wall time of each round, in s."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def cpu_s(self) -> float:
        """Median CPU time: of two programs that do not wait, it tells them apart also on a busy machine."""
        return median(self.cpu)

    @property
    def wall_s(self) -> float:
        """Median wall time."""
        return median(self.wall)


class BenchError(Exception):
    """A contender that did not do its work."""


def measure(contenders: Sequence[Contender], rounds: int) -> dict[str, Times]:
    """Run all contenders in turn, round by round, after one round that only warms up caches.

    Raises:
        BenchError: If one of them does not do all its work.
    """
    times = {contender.name: Times() for contender in contenders}
    for number in range(rounds + 1):
        for contender in contenders:
            cpu, wall = _once(contender)
            if number:
                times[contender.name].cpu.append(cpu)
                times[contender.name].wall.append(wall)
    return times


def _once(contender: Contender) -> tuple[float, float]:
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **contender.environment}
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    before, began = _children_cpu(), perf_counter()
    ended = subprocess.run(
        contender.command, cwd=contender.folder, env=environment, capture_output=True, text=True, check=False
    )
    wall, cpu = perf_counter() - began, _children_cpu() - before
    if ended.returncode or not re.search(contender.done, ended.stdout):
        raise BenchError(
            f"{contender.name}: expected {contender.done!r} and exit code 0, got exit code {ended.returncode}\n"
            f"{ended.stdout[-1500:]}{ended.stderr[-1500:]}"
        )
    return cpu, wall


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
