"""Commands: runs what the environment file names, without a shell, bounded in time and output."""

import errno
import os
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes import strict_json
from gonogo.settings import CommandSettings

_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV")
_MAX_BYTES = 8_000_000
_EVIDENCE_CHARACTERS = 65536
_AFTER_END_S = 0.5


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command did: `argv` as run, `exit_code`, its output as text, how long it took in seconds."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    duration_s: float

    def __str__(self) -> str:
        return f"{shlex.join(self.argv)}: exit code {self.exit_code} after {self.duration_s:.2f} s"

    def require(self, *exit_codes: int) -> Self:
        """Return the result itself if the command ended with one of `exit_codes`; with 0 if none is given.

        Raises:
            Missed: Gives exit code and the last line of what the command said.
        """
        if self.exit_code in (exit_codes or (0,)):
            return self
        said = (self.stderr.strip() or self.stdout.strip() or "it said nothing").splitlines()[-1]
        raise Missed(f"{self}, required {' or '.join(map(str, exit_codes or (0,)))}: {said[:300]}")

    def json(self) -> Any:
        """Return the JSON document that the command printed, whatever its exit code.

        Raises:
            Missed: If it printed something else.
            Inconclusive: If a number in it is not finite.
        """
        return strict_json.loads(self.stdout, str(self))


class CommandProbe:
    """Runs one named command. `python` as its first word is the interpreter that runs the suite."""

    source = "command"

    def __init__(self, name: str, settings: CommandSettings, guard: Guard, evidence: Evidence) -> None:
        self.name = name
        self._settings = settings
        self._guard = guard
        self._evidence = evidence

    def run(self, *arguments: str) -> CommandResult:
        """Run the command with `arguments` appended and return what it did, whatever its exit code.

        It sees no standard input, and of our environment only what a program needs to start, beside its table's `env`.

        Raises:
            GuardRefused: If it changes something and may not; nothing was run.
            Unverified: If it cannot be started, or was stopped at its deadline.
            Inconclusive: If it printed more than 8 MB.
        """
        self._guard.command(self.name, self._settings, arguments)
        first, *rest = self._settings.argv
        argv = (sys.executable if first == "python" else first, *rest, *arguments)
        result = self._run(argv)
        self._evidence.add(f"command {self.name}", _record(result))
        return result

    def close(self) -> None:
        """Nothing to give back: a command has ended when `run` returns."""

    def _run(self, argv: tuple[str, ...]) -> CommandResult:
        started = time.monotonic()
        process = self._start(argv)
        try:
            stdout, stderr = self._collect(process, started + self._settings.deadline_s)
        except BaseException:
            _end(process)
            raise
        finally:
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        return CommandResult(argv, process.wait(), stdout, stderr, time.monotonic() - started)

    def _start(self, argv: tuple[str, ...]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                argv,
                cwd=self._settings.cwd,
                env=_environment(self._settings.env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise Unverified(
                f"command {self.name!r}: {argv[0]} could not be started in {self._settings.cwd or 'this folder'}: "
                f"{_why(error, argv[0])}; install it, or correct argv and cwd of [targets.*.commands.{self.name!r}]"
            ) from None

    def _collect(self, process: subprocess.Popen[bytes], ends_at: float) -> tuple[str, str]:
        """Return both outputs once the process has ended; what a daemon it left behind still prints is not awaited."""
        outputs: dict[object, bytearray] = {}
        with selectors.DefaultSelector() as selector:
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                outputs[stream] = bytearray()
                selector.register(stream, selectors.EVENT_READ)
            ended_at: float | None = None
            while selector.get_map() and (ended_at is None or time.monotonic() < ended_at + _AFTER_END_S):
                for key, _ in selector.select(0.1):
                    if not _take(key.fd, outputs[key.fileobj]):
                        selector.unregister(key.fileobj)
                self._check(sum(map(len, outputs.values())), ends_at)
                if ended_at is None and process.poll() is not None:
                    ended_at = time.monotonic()
        self._await(process, ends_at)
        stdout, stderr = (bytes(output).decode("utf-8", "replace") for output in outputs.values())
        return stdout, stderr

    def _await(self, process: subprocess.Popen[bytes], ends_at: float) -> None:
        try:
            process.wait(max(ends_at - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self._check(0, 0.0)

    def _check(self, size: int, ends_at: float) -> None:
        if time.monotonic() > ends_at:
            limit = f"{self._settings.deadline_s:g} s (deadline_s of the command)"
            raise Unverified(f"command {self.name!r}: stopped because it had not ended within {limit}")
        if size > _MAX_BYTES:
            raise Inconclusive(f"command {self.name!r}: stopped because it printed more than {_MAX_BYTES} B")


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {k: str(v) for k, v in own.items()}


def _take(descriptor: int, output: bytearray) -> bool:
    """Append what there is to read; return whether there may be more."""
    data = os.read(descriptor, 65536)
    output += data
    return bool(data)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group: politely, then for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
    process.wait()


def _record(result: CommandResult) -> str:
    parts = [str(result)]
    for name, text in (("stdout", result.stdout), ("stderr", result.stderr)):
        cut = "" if len(text) <= _EVIDENCE_CHARACTERS else f"\n(the first {_EVIDENCE_CHARACTERS} characters are shown)"
        parts.append(f"{name}, {len(text)} characters\n{text[:_EVIDENCE_CHARACTERS]}{cut}")
    return "\n\n".join(parts) + "\n"


def _why(error: OSError | ValueError, program: str) -> str:
    """Return why a program did not start; a folder on PATH that may not be entered hides that it is nowhere."""
    if isinstance(error, PermissionError) and "/" not in program and shutil.which(program) is None:
        return os.strerror(errno.ENOENT)
    return getattr(error, "strerror", None) or str(error)
