"""The backstop: what bypasses the probes is stopped before the target hears of it, and everything else goes on."""

import contextlib
import http.client
import http.server
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
import requests

from gonogo.backstop import Backstop
from gonogo.guard import Guard, GuardRefused, asked
from gonogo.settings import GuardSettings


class Target(http.server.ThreadingHTTPServer):
    """Records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Target

    def answer(self) -> None:
        self.server.asked.append(self.command)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def backstop_for(*hosts: str, mutating: bool = False) -> Backstop:
    settings = GuardSettings(kind="staging", allowed_hosts=hosts, mutations="allow")
    return Backstop(Guard(settings, mutating=lambda: mutating, file="environments/staging.toml"))


def urllib_post(url: str) -> None:
    urllib.request.urlopen(url, data=b"{}", timeout=5)


def http_client_delete(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    connection.request("DELETE", "/plans")


BYPASSES = {"requests": lambda url: requests.post(url, timeout=5), "urllib": urllib_post, "client": http_client_delete}


@pytest.mark.parametrize("bypass", BYPASSES.values(), ids=BYPASSES.keys())
def test_a_change_past_the_probes_is_stopped_and_remembered(target: Target, bypass: object) -> None:
    with backstop_for("127.0.0.1") as backstop, pytest.raises(GuardRefused, match="outside the probes was refused"):
        bypass(target.url)  # type: ignore[operator]

    assert target.asked == []
    assert len(backstop.attempts) == 1


def test_a_refusal_that_a_step_swallows_is_still_remembered(target: Target) -> None:
    with backstop_for("127.0.0.1") as backstop, contextlib.suppress(Exception):
        requests.post(target.url, timeout=5)

    assert "POST / outside the probes was refused" in backstop.attempts[0]


def test_reading_from_an_allowed_host_passes(target: Target) -> None:
    with backstop_for("127.0.0.1") as backstop:
        assert requests.get(target.url, timeout=5).status_code == 200

    assert (target.asked, backstop.attempts) == (["GET"], [])


def test_a_change_passes_in_a_mutating_scenario_and_for_a_probe(target: Target) -> None:
    with backstop_for("127.0.0.1", mutating=True):
        requests.post(target.url, timeout=5)
    with backstop_for("127.0.0.1"), asked():
        requests.delete(target.url, timeout=5)

    assert target.asked == ["POST", "DELETE"]


@pytest.mark.parametrize("bypass", [requests.get, lambda url, timeout: urllib.request.urlopen(url, timeout=timeout)])
def test_another_host_hears_nothing(target: Target, bypass: object) -> None:
    with backstop_for("mes.example.com") as backstop, pytest.raises(GuardRefused, match=r"allowed_hosts"):
        bypass(target.url, timeout=5)  # type: ignore[operator]

    assert target.asked == []
    assert backstop.attempts


@pytest.mark.parametrize("connect", [socket.socket.connect.__name__, socket.socket.connect_ex.__name__])
def test_a_raw_socket_reaches_allowed_hosts_only(target: Target, connect: str) -> None:
    address = ("127.0.0.1", target.server_port)
    with backstop_for("mes.example.com") as backstop, socket.socket() as raw:
        with pytest.raises(GuardRefused, match=f"a connection outside the probes at 127.0.0.1:{target.server_port}"):
            getattr(raw, connect)(address)
        assert len(backstop.attempts) == 1
    with backstop_for(f"127.0.0.1:{target.server_port}"), socket.create_connection(address, timeout=5):
        pass


def test_a_host_that_is_allowed_by_name_is_reached_by_the_address_it_resolves_to(target: Target) -> None:
    with backstop_for(f"localhost:{target.server_port}"):
        assert requests.get(f"http://localhost:{target.server_port}", timeout=5).status_code == 200
        with pytest.raises(GuardRefused):
            requests.get(target.url, timeout=5)


def test_unix_sockets_datagrams_and_child_processes_are_left_alone(tmp_path: object) -> None:
    with backstop_for("mes.example.com") as backstop:
        left, right = socket.socketpair()
        left.sendall(b"x")
        assert right.recv(1) == b"x"
        left.close()
        right.close()
        with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
            listener.bind(f"{tmp_path}/socket")
            listener.listen()
            client.connect(f"{tmp_path}/socket")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.connect(("127.0.0.1", 9))
        assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n"

    assert backstop.attempts == []


def test_uninstalling_leaves_everything_as_it_was(target: Target) -> None:
    places = [(http.client.HTTPConnection, "putrequest"), (socket.socket, "connect"), (socket, "getaddrinfo")]
    before = [getattr(owner, name) for owner, name in places]
    backstop = backstop_for("mes.example.com")

    backstop.install()
    backstop.install()
    assert [getattr(owner, name) for owner, name in places] != before
    backstop.uninstall()

    assert [getattr(owner, name) for owner, name in places] == before
    assert "connect" not in vars(socket.socket)
    assert requests.post(target.url, timeout=5).status_code == 200
