"""Starts a real keeper as a program would, with the tiny stand-in `echo`, and looks after the processes it makes."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = "import sys; from hermetic.__main__ import main; sys.exit(main(sys.argv[1:], {'echo': 'echo'}))"
PATIENCE_S = 60.0  # for what a busy machine does late
UNSET = ("GONOGO_POSTGRES_HOST", "GONOGO_REDIS_HOST", "GONOGO_PG_BINDIR", "GONOGO_REDIS_SERVER", "ECHO_MODE")


def environment(temporary: Path, **variables: str) -> dict[str, str]:
    """The variables of a keeper: no container engine, temporary files below `temporary`."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE / "stand_ins")]),
        "TMPDIR": str(temporary),
        "DOCKER_HOST": f"unix://{temporary}/no-engine.sock",
        **variables,
    }


class KeeperProcess:
    """`python -m hermetic ...` with a pipe on both sides."""

    def __init__(self, temporary: Path, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # so that what `select` says of a pipe is the whole truth
            env=environment(temporary, **variables),
            cwd=temporary,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # also under nohup
        )

    def read_line(self, timeout_s: float = PATIENCE_S) -> str:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], timeout_s)[0], "the keeper says nothing"
        return self.process.stdout.readline().decode()

    def ready(self) -> dict[str, Any]:
        line = self.read_line()
        assert line, f"the keeper ended: {self.errors()}"
        answer = json.loads(line)
        assert answer["ready"], answer
        return answer

    def errors(self) -> str:
        """All it wrote to stderr, once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        return self.process.wait(timeout_s)

    def close(self) -> None:
        """End it gently if it still lives, then surely."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def hang_up(self) -> None:
        """Close the pipe to it, as happens when whoever started it ends."""
        assert self.process.stdin is not None
        self.process.stdin.close()


def descendants(pid: int) -> list[int]:
    """All processes below a process, by /proc."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, wave = [], [pid]
    while wave:
        wave = [child for child, parent in parents.items() if parent in wave]
        found += wave
    return found


def alive(pids: list[int]) -> list[int]:
    """Those of the processes that still run (a zombie does not)."""
    running = []
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.append(pid)
        except OSError:
            continue
    return running


def wait_until_gone(pids: list[int]) -> list[int]:
    """Wait for processes to end; return those that did not."""
    deadline = time.monotonic() + PATIENCE_S
    while (left := alive(pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def workspaces(temporary: Path) -> list[Path]:
    return sorted(temporary.glob("gonogo-hermetic-*"))


def get(url: str) -> Any:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as response:
        return json.loads(response.read())


def passable_directory() -> Path:
    """Make a directory for temporary files that every account may enter, as a database server under root needs."""
    path = Path(tempfile.mkdtemp(prefix="gonogo-test-", dir="/tmp"))
    path.chmod(0o755)
    return path
