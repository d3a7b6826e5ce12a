"""What the product's own test scripts say at their end."""

import re
from dataclasses import dataclass

from gonogo.outcome import Missed
from gonogo.probes.command import CommandResult
from systems.mes.api import Mes

_COUNTS = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


@dataclass(frozen=True)
class Tally:
    """One run of a test script: how many tests passed and failed, its exit code, how long it took in seconds."""

    passed: int
    failed: int
    exit_code: int
    duration_s: float

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, exit code {self.exit_code}"


def run(mes: Mes, command: str) -> Tally:
    """Run a script, such as "npm run test:mes", and return what it counted.

    Raises:
        Missed: If it says no counts: then nobody knows whether it ran a single test.
    """
    return counted(command, mes.command("npm", *command.split()[1:]))


def counted(command: str, result: CommandResult) -> Tally:
    """Read the counts of a test script's output; raises as `run` does."""
    found = _COUNTS.findall(result.stdout)
    if not found:
        raise Missed(f"{command} ended with exit code {result.exit_code} and no counts; run it by hand and read why")
    passed, failed = found[-1]
    return Tally(int(passed), int(failed), result.exit_code, result.duration_s)
