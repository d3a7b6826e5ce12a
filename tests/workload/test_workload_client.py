"""The lean client against real sockets: every awkward answer, plain and over TLS, and what never leaves."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from workload_kit import HERE, Server

DEADLINE_S = 1.5
CAP = 2_000_000
CASES: dict[str, tuple[int, int, str]] = {
    "/ok": (200, 12, ""),
    "/chunked": (200, 12, ""),
    "/big": (200, 1_000_000, ""),
    "/bytewise": (200, 6, ""),
    "/continue": (200, 9, ""),
    "/no-content": (204, 0, ""),
    "/not-modified": (304, 0, ""),
    "/to-the-end": (200, 13, ""),
    "/close": (200, 3, ""),
    "/redirect": (302, 0, ""),
    "/failing": (500, 5, "status 500"),
    "/extra": (0, 0, "8 B more than the answer has"),
    "/short": (0, 0, "the connection ended after 9 B of 100 B"),
    "/half-a-head": (0, 0, "the connection ended within the header fields"),
    "/nothing": (0, 0, "the connection ended before an answer"),
    "/two-lengths": (0, 0, "content-length stands there twice"),
    "/both-framings": (0, 0, "body framed by transfer-encoding b'chunked' and content-length b'2'"),
    "/bad-chunk": (0, 0, "a chunk that is longer than it says"),
    "/odd-length": (0, 0, "b'+2' is no length"),
    "/no-http": (0, 0, "no HTTP/1 status line: b'SSH-2.0-OpenSSH_9.6'"),
    "/too-big": (0, 0, "a body of 99999999 B, allowed 2000000 B"),
    "/drip": (0, 0, f"no whole answer within {DEADLINE_S} s"),
    "/silence": (0, 0, f"no whole answer within {DEADLINE_S} s"),
}


def drive(order: dict[str, Any], *requests: tuple[str, str, object, float]) -> dict[str, Any]:
    """Send requests one after the other in a process of their own."""
    told = {"workload": "driver", "users": 1, "rate_per_s": 1, "duration_s": 1, "deadline_s": DEADLINE_S, **order}
    command = [sys.executable, str(HERE / "client_driver.py")]
    said = json.dumps({"order": told, "requests": requests})
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@cache
def all_cases(url: str, certificate: Path) -> dict[str, list[Any]]:
    """Ask for every case on the way that the connection takes from one to the next, each followed by a good one."""
    order = {"url": url, "max_bytes": CAP, "ca_file": str(certificate)}
    paths = [path for case in CASES for path in (case, "/ok")]
    found = drive(order, *(("GET", path, None, 0) for path in paths))
    assert all(answer[:2] == [200, 12] for answer in found["answers"][1::2]), "a request after an awkward one fails"
    assert (found["requests"], found["failed"]) == (len(paths), sum(1 for *_, failure in CASES.values() if failure))
    return dict(zip(CASES, found["answers"][::2], strict=True))


@pytest.mark.parametrize("path", CASES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_awkward_answer_is_read_or_refused_as_it_should_be(one_server: Server, scheme: str, path: str) -> None:
    port = one_server.port if scheme == "http" else one_server.tls_port
    status, size, _, failure, took_s, _ = all_cases(f"{scheme}://127.0.0.1:{port}", one_server.certificate)[path]

    assert (status, size, failure) == CASES[path]
    assert took_s < 3 * DEADLINE_S


def test_bodies_go_out_whole_and_answers_come_in(server: Server) -> None:
    document = "z" * 3_000_000
    requests = [("POST", "/upload", document, 0), ("HEAD", "/ok", None, 0), ("GET", "/chunked", None, 0)]

    found = drive({"url": server.url, "mutates": True, "deadline_s": 5}, *requests)  # type: ignore[arg-type]

    assert [answer[:3] for answer in found["answers"]] == [
        [200, 7, "3000002"],
        [200, 0, ""],
        [200, 12, "hello, world"],
    ]
    assert server.counted()["connections"] - 1 == 1, "one connection is kept"


def test_a_connection_that_was_closed_while_idle_is_opened_again(server: Server) -> None:
    found = drive({"url": server.url}, ("GET", "/closes-when-idle", None, 1.0), ("GET", "/ok", None, 0))

    assert [answer[0] for answer in found["answers"]] == [200, 200]
    assert found["answers"][-1][-1] == 0, "nothing was sent twice"


def test_only_what_changes_nothing_is_sent_again_when_a_kept_connection_turns_out_closed(server: Server) -> None:
    order = {"url": server.url, "mutates": True}
    reading = drive(order, ("GET", "/race", None, 0), ("GET", "/race", None, 0))
    writing = drive(order, ("POST", "/race", {}, 0), ("POST", "/race", {}, 0))

    assert [(answer[0], answer[-1]) for answer in reading["answers"]] == [(200, 0), (200, 1)]
    assert writing["answers"][1][3] == "the connection ended before an answer"
    assert writing["answers"][1][-1] == 0


def test_a_certificate_that_nobody_vouches_for_is_a_failure(server: Server) -> None:
    found = drive({"url": f"https://127.0.0.1:{server.tls_port}"}, ("GET", "/ok", None, 0))

    assert "certificate verify failed" in found["answers"][0][3]


def test_a_server_that_is_not_there_is_a_failure() -> None:
    found = drive({"url": "http://127.0.0.1:9"}, ("GET", "/ok", None, 0))

    assert found["answers"][0][3] == "Connection refused"


def test_what_the_order_does_not_allow_is_never_sent(server: Server) -> None:
    elsewhere = drive({"url": server.url, "allowed_hosts": [["mes.example.com", None]]}, ("GET", "/ok", None, 0))
    writing = drive({"url": server.url}, ("POST", "/ok", {}, 0), ("GET", "/a b\r\nX: 1", None, 0))
    fast = drive({"url": server.url, "max_rate_per_s": 2}, *[("GET", "/ok", None, 0)] * 5)

    assert elsewhere["answers"][0][3].startswith(f"not sent: a connection to 127.0.0.1:{server.port}; add it to")
    assert writing["answers"][0][3].startswith("not sent: POST in an order that changes nothing")
    assert writing["answers"][1][3].startswith("not sent: '/a b")
    assert [answer[0] for answer in fast["answers"]] == [200, 200, 0, 0, 0]
    assert fast["refusals"] == {"more than 2 requests a second; ask for a lower rate, or have the budget raised": 3}
    assert server.counted()["counted"] == {"GET /ok": 2}
