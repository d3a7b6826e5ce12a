"""`gonogo doctor`: whether a run against an environment can get what it needs, and how to get what is missing.

Nothing is changed anywhere: targets are only read from, through the same guard and probes as in a run.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from gonogo.doctor import file, machine, papers, targets
from gonogo.doctor.finding import Finding, Status
from gonogo.outcome import ExitCode, UsageError
from gonogo.secrets import Redactor

__all__ = ["Finding", "Status", "examine", "run"]


def examine(root: Path, env_name: str, release: str = "", variables: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what is there and what is missing for runs against the environment `env_name`.

    Args:
        root: The checkout.
        env_name: Name of the environment.
        release: Release that attestations must be for; without one they are only checked for form and time.
        variables: Values of environment variables; os.environ by default.
    """
    variables = os.environ if variables is None else variables
    found = [*machine.examine(root), *_environment(root, env_name, release, variables)]
    redactor = Redactor()
    redactor.register(file.secrets(root / "environments", env_name, variables))
    return [each.scrubbed(redactor.scrub) for each in found]


def _environment(root: Path, name: str, release: str, variables: Mapping[str, str]) -> Iterator[Finding]:
    found = file.examine(root / "environments", name, variables)
    yield from found
    if any(finding.status == "malformed" for finding in found):
        return
    hermetic = file.is_hermetic(root / "environments", name)
    if hermetic:
        yield from machine.examine_backing()
    complete = not any(finding.status == "problem" for finding in found)
    variables = file.with_placeholders(root / "environments", name, variables)
    with tempfile.TemporaryDirectory(prefix="gonogo-doctor-") as scratch:
        try:
            bench = targets.open_bench(root, name, variables, Path(scratch), release)
        except UsageError as error:
            yield from (Finding("malformed", line) for line in str(error).splitlines())
            return
        yield from papers.examine(root, bench, release)
        if complete and not hermetic:
            yield from targets.examine(bench)


def run(root: Path, env: str, out: TextIO, release: str = "") -> int:
    """Say every finding on a line of its own, and return the exit code.

    Returns:
        0 when all that is needed is there, 4 for a malformed environment file or attestation, 8 when something is
        missing.
    """
    from gonogo.report.terminal import Console

    console = Console(out)
    found = examine(root, env, release)
    for finding in found:
        console.write_line(str(finding), **finding.markup)
    counted = {status: sum(finding.status == status for finding in found) for status in ("malformed", "problem")}
    console.write_line(_summary(env, counted), bold=True)
    if counted["malformed"]:
        return ExitCode.USAGE
    return ExitCode.HOLD if counted["problem"] else 0


def _summary(env: str, counted: Mapping[str, int]) -> str:
    if not any(counted.values()):
        return f"{env}: all that a run needs is there"
    said = [f"{counted['malformed']} malformed"] * bool(counted["malformed"])
    said += [f"{counted['problem']} missing or wrong"] * bool(counted["problem"])
    return f"{env}: {', '.join(said)}; see above for how to mend each"
