"""The servers that are measured against, each on a core of its own, ended by whoever started them."""

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, create_server
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from bench.contender import BenchError
from bench.load import cores

HERE = Path(__file__).parent
_STARTS_WITHIN_S = 10.0
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr error;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ default_type text/plain; return 200 ok; }}
    }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A server that listens on 127.0.0.1."""

    name: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def counted(self) -> int:
        """Return how many requests it has had; only ours counts."""
        return int(get(self, "/count"))


def get(server: Server, path: str) -> bytes:
    """Return the body of one answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(server.url + path, timeout=10) as reply:
        return bytes(reply.read())


@contextmanager
def ours() -> Iterator[Server]:
    """Run our server (server.py), which counts and can be slow."""
    command = [sys.executable, "-I", str(HERE / "server.py")]
    with cores.on(cores.SERVER):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            if not port:
                raise BenchError("our server did not start")
            yield Server("our server", int(port))
        finally:
            process.terminate()


@contextmanager
def fastest() -> Iterator[Server]:
    """Run nginx with one worker where it is installed, else our server."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    with nginx(program) if program else ours() as server:
        yield server


@contextmanager
def nginx(program: str) -> Iterator[Server]:
    """Run an nginx of our own, in a folder of its own."""
    with create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with TemporaryDirectory(prefix="bench-nginx-") as folder:
        settings = Path(folder) / "nginx.conf"
        settings.write_text(_NGINX.format(folder=folder, port=port), "utf-8")
        with cores.on(cores.SERVER):
            process = subprocess.Popen([program, "-p", folder, "-c", str(settings)], stdin=subprocess.DEVNULL)
        with process:
            try:
                _await(process, port)
                yield Server("nginx", port)
            finally:
                process.terminate()


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = monotonic() + _STARTS_WITHIN_S
    while process.poll() is None and monotonic() < until:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.02)
    raise BenchError(f"nginx does not listen on 127.0.0.1:{port}, exit code {process.poll()}")
