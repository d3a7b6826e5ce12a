"""One run from request to verdict: planned before the first packet, opened, and concluded from its event log.

`gonogo gate` and a plain pytest run go the same way; the parent process of the former only owns the last step.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo import __version__, environment
from gonogo.conclusion import conclude
from gonogo.measurement import now
from gonogo.outcome import Unverified, UsageError
from gonogo.request import Request, expectation
from gonogo.run import RUN_DIRECTORY_VARIABLE, Run
from gonogo.stack import Stack, StackError
from gonogo.verdict import Expected, Verdict, unfinished
from gonogo.workbench import Workbench


@dataclass
class Session:
    """A run in the process that owns it (not in an xdist worker)."""

    request: Request
    run: Run
    expected: Expected
    release: str
    started: str = field(default_factory=now)
    stack: Stack | None = None
    bench: Workbench | None = None
    observed: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def plan(cls, request: Request, known_tags: frozenset[str]) -> "Session":
        """Fix what the run has to show, make its directory, and write HOLD into it.

        Raises:
            UsageError: If anything asked for does not exist; then no directory is made and nothing is sent.
        """
        if sys.flags.optimize:
            raise UsageError("PYTHONOPTIMIZE / -O removes assertions, and with them the checks; unset it")
        release = request.needed_release()
        expected = expectation(request, known_tags)
        if request.kind() != "hermetic":  # the variables of a hermetic one are only known when its services run
            environment.load(request.root / "environments", request.environment)
        given = os.environ.get(RUN_DIRECTORY_VARIABLE)
        run = Run(Path(given)) if given else Run.create(request.root, request.environment)
        session = cls(request, run, expected, release)
        run.write("request.json", session.request_facts())
        run.write("expected.json", expected.as_dict())
        session.write_verdict(unfinished(expected, "the run is not finished"))
        run.event("run.start", gate=expected.gate, criteria=len(expected.criteria))
        return session

    def open(self, worlds: int) -> None:
        """Start what is needed, open the environment, and make sure that it runs the release asked for.

        Raises:
            UsageError: If the environment file is malformed or a variable is unset.
            Unverified: If the services do not start, or another release, or a mix, is being served.
        """
        request = self.request
        variables: Mapping[str, str] = os.environ
        if request.kind() == "hermetic":
            self.stack = self._start_stack(worlds)
            variables = self.world_variables(0)
        bench = Workbench.open(request.root, request.environment, variables, self.run.directory, self.release)
        self.bench = bench
        self.run.write("request.json", self.request_facts())
        self._observe("at the start")

    def _start_stack(self, worlds: int) -> Stack:
        request = self.request
        try:
            if request.stack:
                return Stack.attach(Path(request.stack))
            return Stack.start(backing=request.backing, worlds=worlds, release=self.release, faults=request.faults)
        except StackError as error:
            raise Unverified(str(error)) from error

    def world_variables(self, index: int) -> dict[str, str]:
        """Return the variables of world `index`, for one process; outside a hermetic run just the environment's."""
        if self.stack is None:
            return dict(os.environ)
        return {**os.environ, **self.stack.worlds[index % len(self.stack.worlds)].variables}

    def own_variables(self, index: int) -> dict[str, str]:
        """Return what world `index` adds to the variables of this process."""
        return {k: v for k, v in self.world_variables(index).items() if os.environ.get(k) != v}

    @property
    def turns(self) -> Path:
        """Where scenarios take turns: in the run's directory, or beside the stack that several runs share."""
        stack = self.request.stack
        return Path(stack).resolve().parent if stack else self.run.directory

    def scrub(self, text: str) -> str:
        """Return `text` without secrets."""
        return self.bench.redactor.scrub(text) if self.bench else text

    def _observe(self, when: str) -> None:
        assert self.bench is not None
        try:
            found = self.bench.observed_releases()
        finally:
            self.bench.close()
        for target, releases in found.items():
            self.observed[target] = sorted({*self.observed.get(target, []), *releases})
            if set(releases) != {self.release}:
                raise Unverified(
                    f"{when} {target} serves release {' and '.join(sorted(set(releases)))}, not {self.release}; "
                    "wait until the deploy is complete, or ask for the release that is live"
                )

    def observe_end(self) -> None:
        """Ask again which release is served; a change during the run is a problem of the run."""
        if self.bench is None:
            return
        try:
            self._observe("at the end")
        except Exception as error:  # whatever it is, the release is then not known
            self.problem(str(error))

    def problem(self, text: str) -> None:
        """Record that something is wrong with the run itself; it can then no longer be GO."""
        self.run.event("problem", text=text)

    def close(self) -> None:
        """Close connections and stop the stack."""
        if self.bench is not None:
            self.bench.close()
        if self.stack is not None:
            self.stack.stop()

    def finish(self) -> None:
        """Write the event without which a run is not complete."""
        self.run.event("run.end")

    def request_facts(self) -> dict[str, Any]:
        """Return request.json: what was asked, and with which tools."""
        facts: dict[str, Any] = {
            "run": self.run.id,
            "gate": self.expected.gate,
            "environment": {"name": self.request.environment, "kind": self.request.kind()},
            "release": {"expected": self.release, "observed": ", ".join(sorted(set().union(*self.observed.values())))}
            if self.observed
            else {"expected": self.release, "observed": None},
            "started": self.started,
            "commit": _commit(self.request.root),
            "suite": __version__,
            "python": sys.version.split()[0],
        }
        if self.bench is not None:
            facts["environment"]["digest"] = self.bench.environment.digest
        if self.stack is not None:
            facts["backing"] = dict(self.stack.backing)
        return facts

    def conclude(self) -> Verdict:
        """Derive the verdict from the event log and write it."""
        waived = self.bench.register.waived() if self.bench else {}
        if self.bench and _digest(self.request) != self.bench.environment.digest:
            self.problem(f"environments/{self.request.environment}.toml changed during the run")
        self.run.write("request.json", self.request_facts())
        self.run.write("waived.json", waived)
        return conclude(self.run)

    def write_verdict(self, verdict: Verdict) -> None:
        """Write verdict.json, whole or not at all."""
        self.run.write("verdict.json", verdict.as_dict(self.request_facts(), self.started, now()))


def _digest(request: Request) -> str:
    return environment.digest_of(environment.path_of(request.root / "environments", request.environment))


def _commit(root: Path) -> str:
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip()
