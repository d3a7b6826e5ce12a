"""A real server with its own counter, shared by all tests of a process."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from workload_kit import HERE, Server, certificate


@pytest.fixture(autouse=True)
def _runs_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what runs leave behind in the test's own folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file, key = certificate(tmp_path_factory.mktemp("tls"))
    command = [sys.executable, str(HERE / "workload_server.py"), str(file), str(key)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port, tls_port = map(int, process.stdout.readline().split())
        yield Server(port, tls_port, file)
        process.terminate()


@pytest.fixture
def server(one_server: Server) -> Server:
    """The server, with nothing counted yet."""
    one_server.forget()
    return one_server
