"""A stand-in started by a test itself, and what is left of it when it ends."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0  # for processes that end, on a busy machine too
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def keeping(*words: str) -> Iterator[dict[str, Any]]:
    """Run a keeper by `python WORDS`; give its answer once it is ready, and end it by closing its stdin."""
    command = [sys.executable, *words]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        answer = json.loads(process.stdout.readline() or b'{"ready": false, "error": "the keeper ended"}')
        assert answer["ready"], answer
        yield answer
        process.stdin.close()
        process.wait(PATIENCE_S)


def start(package: str, description: Any, **variables: str) -> subprocess.Popen[str]:
    """Start a stand-in and tell it its world."""
    process = subprocess.Popen(
        [sys.executable, "-m", package, "up"],
        env={**ENVIRONMENT, **variables},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"{json.dumps(description)}\n")
    process.stdin.flush()
    return process


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return its one line."""
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def descendants(pid: int) -> list[int]:
    return [below for child in children(pid) for below in (child, *descendants(child))]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int]) -> bool:
    """Tell whether processes end; a zombie has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))
