"""A real nginx as the balancer: its own prefix, on a socket that the supervisor listens on."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from hermetic.errors import HermeticError
from hermetic.process import die_with_parent

START_TIMEOUT_S = 30.0
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
MAIN = """\
{user}daemon off;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {log} notice;
events {{ worker_connections 1024; }}
http {{
    log_format line escape=json '{{"at": "$time_iso8601", "method": "$request_method", "path": "$request_uri", '
        '"status": $status, "duration_s": $request_time, "user_agent": "$http_user_agent", "headers": {{}}, '
        '"port": "{name}", "upstream": "$upstream_addr"}}';
    access_log {requests} line;
    client_max_body_size 16m;
{scratch}
    include {included};
}}
"""


def program() -> str | None:
    """Return where nginx is, or None; it need not be on PATH: Debian keeps it in /usr/sbin."""
    return shutil.which("nginx", path=PLACES) if os.environ.get("GONOGO_BALANCER") != "own" else None


def write_main(name: str, log: Path, requests: Path, included: Path, target: Path) -> Path:
    """Write nginx's main file, which includes the balancer's configuration; return it.

    Args:
        name: What the log of requests calls the balancer.
        log: Its own log.
        requests: The log of requests.
    """
    prefix = target.parent
    prefix.mkdir(exist_ok=True)
    text = MAIN.format(
        user="user root root;\n" if os.geteuid() == 0 else "",
        name=name,
        prefix=prefix,
        log=log,
        requests=requests,
        included=included,
        scratch="\n".join(f"    {name}_temp_path {prefix}/{name};" for name in SCRATCH),
    )
    target.write_text(text, encoding="utf-8")
    return target


def start(nginx: str, main: Path, log: Path, listener: socket.socket) -> "subprocess.Popen[bytes]":
    """Start nginx on a listening socket, which it takes over as it does from a former self.

    Args:
        nginx: The program.
        main: Its main file, of `write_main`.
        log: Its own log, named where it does not come up.

    Raises:
        HermeticError: It does not come up.
    """
    process = subprocess.Popen(
        [nginx, "-p", main.parent, "-c", main],
        pass_fds=[listener.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**os.environ, "NGINX": f"{listener.fileno()};"},
        preexec_fn=die_with_parent(signal.SIGTERM),  # it takes its worker along, which SIGKILL would leave
    )
    deadline = time.monotonic() + START_TIMEOUT_S
    while not (main.parent / "nginx.pid").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise HermeticError(f"{nginx} did not start; see {log}", "set GONOGO_BALANCER=own to do without it")
        time.sleep(0.005)
    return process


def reload(process: "subprocess.Popen[bytes]") -> None:
    """Have nginx read its configuration again, and wait until only new workers take requests."""
    before = _workers(process.pid)
    process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        now = _workers(process.pid)
        if now - before and all(_is_leaving(pid) for pid in now & before):
            return
        time.sleep(0.005)
    raise HermeticError("nginx did not take its new configuration", "see its error log")


def _workers(master: int) -> set[int]:
    listing = Path(f"/proc/{master}/task/{master}/children")
    if listing.exists():
        return {int(word) for word in listing.read_text(encoding="utf-8").split()}
    found = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False)
    return {int(word) for word in found.stdout.split()}


def _is_leaving(worker: int) -> bool:
    """Tell whether a worker takes no more requests; it says so in its title."""
    titled = subprocess.run(["ps", "-o", "args=", "-p", str(worker)], capture_output=True, text=True, check=False)
    return not titled.stdout.strip() or "shutting down" in titled.stdout
