"""`gonogo gate`: a parent process that owns the decision, whatever becomes of the pytest run below it.

It writes HOLD before anything is sent, starts pytest in a process group of its own, and afterwards derives the decision
from the run's evidence against the required list that it has read itself. pytest's exit code can only take GO away.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from gonogo import criteria
from gonogo.conclusion import conclude, records_of
from gonogo.outcome import Decision, ExitCode, exit_code
from gonogo.process import ending_signals
from gonogo.report import views
from gonogo.request import Request
from gonogo.run import RUN_DIRECTORY_VARIABLE, Run
from gonogo.verdict import Expected, Verdict, unfinished

_AGREES = {Decision.GO: {0}, Decision.NO_GO: {1}, Decision.HOLD: {0, 1, 2, 3, 5, 8}}
_NEVER_INHERITED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTHONOPTIMIZE")


@dataclass
class _Child:
    """The pytest process and what was asked of us while it ran."""

    process: "subprocess.Popen[bytes]"
    stops: int = 0

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Ask the run to end as at Ctrl-C; the second time insist."""
        self.stops += 1
        self.signal(signal.SIGINT if self.stops == 1 else signal.SIGKILL)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def run(request: Request, pytest_arguments: Sequence[str] = ()) -> int:
    """Decide a gate, and return the exit code that says the decision.

    Args:
        request: What is asked; its gate must be given.
        pytest_arguments: Further arguments of pytest, such as "-n2".

    Raises:
        UsageError: If the request is malformed; nothing has been sent then.
    """
    release = request.needed_release()
    required = criteria.load(request.features).gate(request.gate, request.kind()).ids
    run_ = Run.create(request.root, request.environment)
    expected = Expected(request.gate, [{"id": identifier} for identifier in required], {})
    asked = {"run": run_.id, "release": {"expected": release}, "environment": {"name": request.environment}}
    verdict = unfinished(expected, "the run is not finished")
    run_.write("verdict.json", verdict.as_dict(asked, "", ""))
    child = _start(request, release, run_.directory, pytest_arguments)
    with _forwarding(child):
        code = child.process.wait()
    child.signal(signal.SIGKILL)  # whatever is left of its group
    if code == ExitCode.USAGE and not records_of(run_):
        return ExitCode.USAGE  # HOLD stays on disk
    verdict = _conclude(run_, set(required), code, child.stops)
    views.write(run_)
    run_.publish(request.root)
    views.say(run_)
    return exit_code(verdict.decision)


def _conclude(run_: Run, required: set[str], code: int, stops: int) -> Verdict:
    if not run_.path("expected.json").exists():
        run_.event("problem", text=f"pytest ended with code {code} before it had planned anything")
    elif {criterion["id"] for criterion in run_.read("expected.json").get("criteria", [])} != required:
        run_.event("problem", text="the run planned for other criteria than the gate requires")
    if stops:
        run_.event("problem", text=f"the gate was asked to stop ({stops} times)")
    verdict = conclude(run_)
    if code not in _AGREES[verdict.decision]:
        run_.event("problem", text=f"pytest ended with code {code}, which does not agree with {verdict.decision}")
        verdict = conclude(run_)
    return verdict


def _start(request: Request, release: str, directory: Path, extra: Sequence[str]) -> _Child:
    command = [sys.executable, "-m", "pytest", f"--rootdir={request.root}", f"--env={request.environment}"]
    command += [f"--gate={request.gate}", f"--release={release}", f"--backing={request.backing}"]
    command += [f"--fault={fault}" for fault in request.faults]
    command += [f"--stack={request.stack}"] if request.stack else []
    command += ["--full"] if request.full else []
    command += [*extra, str(request.gate_folder)]
    inherited = {name: value for name, value in os.environ.items() if name not in _NEVER_INHERITED}
    return _Child(
        subprocess.Popen(
            command,
            cwd=request.root,
            env={**inherited, RUN_DIRECTORY_VARIABLE: str(directory)},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
    )


@contextmanager
def _forwarding(child: _Child) -> Iterator[None]:
    numbers = ending_signals()
    before = [signal.signal(number, child.stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
