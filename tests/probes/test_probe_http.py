"""HTTP: what a broken or hostile server can do to a request, and what is sent."""

import gzip
import re
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from fault_rig import Rig, closed_port, running
from probe_kit import PATIENCE_S, TOKEN, Kept, Scenario

from gonogo import __version__
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Missed, Unverified
from gonogo.probes.http import HttpProbe
from gonogo.secrets import Secret
from gonogo.settings import TargetSettings

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n"


def test_a_reply_carries_status_headers_body_and_time(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/health", '{"release": "2.3.0"}', x_release="2.3.0")

    reply = http.get("/health")

    assert (reply.status, reply.headers["X-Release"], reply.json_at("/release")) == (200, "2.3.0", "2.3.0")
    assert reply.text == '{"release": "2.3.0"}'
    assert 0 < reply.elapsed_s < PATIENCE_S
    assert reply.request == "GET /health"


def test_every_request_names_us_and_the_run(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/health", "{}")

    http.get("/health", params={"limit": "5"})

    (asked,) = rig.asked
    assert asked.startswith("GET /health?limit=5 ")
    assert f"User-Agent: gonogo/{__version__} (release verification)\r\n" in asked
    assert "X-Gonogo-Run: run-1\r\n" in asked


def test_the_file_cannot_take_our_name_away(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    rig.reply("/health", "{}")
    settings = TargetSettings(base_url=rig.url, headers={"User-Agent": "curl", "X-Tenant": "7"})

    HttpProbe("mes", settings, guard, evidence, "run-1").get("/health")

    assert "User-Agent: gonogo/" in rig.asked[0]
    assert "X-Tenant: 7\r\n" in rig.asked[0]


def test_connections_are_kept_between_requests_and_dropped_on_demand(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/health", "{}")

    for _ in range(3):
        http.get("/health")
    assert rig.connections == 1

    http.renew()
    http.get("/health")
    assert rig.connections == 2


@pytest.mark.parametrize("place", ["header", "body", "body until close", "nothing"])
def test_the_deadline_is_total_however_slowly_bytes_come(hasty_http: HttpProbe, rig: Rig, place: str) -> None:
    if place == "nothing":
        rig.hang("/plans")
    else:
        start = {"header": b"HTTP/1.1 200 OK\r\nx: ", "body": HEAD, "body until close": b"HTTP/1.0 200 OK\r\n\r\n"}[
            place
        ]
        rig.drip("/plans", start + b"x" * 200, pause_s=0.1)
    started = time.monotonic()

    with pytest.raises(Missed, match=r"GET /plans of mes: no complete answer within 1 s \(deadline_s of the target\)"):
        hasty_http.get("/plans")

    assert time.monotonic() - started < PATIENCE_S


def test_a_request_after_a_missed_deadline_works(hasty_http: HttpProbe, rig: Rig) -> None:
    rig.hang("/plans")
    rig.reply("/health", "{}")
    with pytest.raises(Missed):
        hasty_http.get("/plans")

    assert hasty_http.get("/health").status == 200


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (HEAD + b"{}", "the body was cut off or cannot be decoded: it ended before its announced length"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{}",
            "the body was cut off or cannot be decoded",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nnotgzip",
            "it is not encoded as its content-encoding says",
        ),
    ],
)
def test_an_incomplete_body_is_a_miss(http: HttpProbe, rig: Rig, answer: bytes, says: str) -> None:
    rig.raw("/plans", answer)

    with pytest.raises(Missed, match=re.escape(says)):
        http.get("/plans")


def test_a_gzip_bomb_stops_at_the_size_limit(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/plans", gzip.compress(b"0" * 50_000_000), content_encoding="gzip")

    with pytest.raises(Missed, match=r"larger than 1000000 B \(max_bytes of the target\)"):
        http.get("/plans")


def test_a_refused_connection_is_unverified_and_says_where(guard: Guard, evidence: Evidence, kept: Kept) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    probe = HttpProbe("mes", TargetSettings(base_url=url), guard, evidence, "run-1")

    with pytest.raises(Unverified) as refused:
        probe.get("/health")

    assert str(refused.value) == (
        f"GET /health of mes: no answer from {url}: Connection refused; "
        "is it up, and reachable from here? `gonogo doctor` checks"
    )
    assert probe.retries == 2
    assert "no usable answer" in kept.last()


def test_a_refused_post_is_not_tried_again(guard: Guard, evidence: Evidence, scenario: Scenario) -> None:
    scenario.mutates = True
    url = f"http://127.0.0.1:{closed_port()}"
    probe = HttpProbe("mes", TargetSettings(base_url=url), guard, evidence, "run-1")

    with pytest.raises(Unverified, match="Connection refused"):
        probe.post("/plans", json={})

    assert probe.retries == 0


def test_a_connection_closed_without_an_answer_is_unverified(http: HttpProbe, rig: Rig) -> None:
    rig.raw("/health", b"")

    with pytest.raises(Unverified, match="the connection was closed without an answer"):
        http.get("/health")


def test_a_redirect_is_not_followed_and_is_a_miss_where_200_is_required(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/plans", "", status="302 Found", location=f"{rig.url}/login?next=plans")
    rig.reply("/login", "{}")

    reply = http.get("/plans")

    with pytest.raises(Missed, match=rf"status 302, required 200; it redirects to {rig.url}/login, and"):
        reply.require(200)
    assert len(rig.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        ("401 Unauthorized", {}, Unverified),
        ("403 Forbidden", {}, Unverified),
        ("429 Too Many Requests", {}, Unverified),
        ("503 Service Unavailable", {"x_maintenance": "until 04:00"}, Unverified),
        ("503 Service Unavailable", {}, Missed),
        ("304 Not Modified", {}, Missed),
        ("404 Not Found", {}, Missed),
    ],
)
def test_a_status_is_blamed_on_the_release_only_where_it_is_the_release(
    http: HttpProbe, rig: Rig, status: str, headers: dict[str, str], error: type[Exception]
) -> None:
    rig.reply("/plans", "", status=status, **headers)
    reply = http.get("/plans")

    with pytest.raises(error, match=f"GET /plans: status {status[:3]}, required 200"):
        reply.require(200)

    assert reply.require(200, int(status[:3])) is reply


def test_the_token_goes_to_the_target_and_into_no_evidence(
    rig: Rig, guard: Guard, evidence: Evidence, kept: Kept
) -> None:
    rig.reply("/echo", f'{{"authorization": "Bearer {TOKEN}"}}')
    settings = TargetSettings(base_url=rig.url, token=Secret("MES_TOKEN", TOKEN))

    reply = HttpProbe("mes", settings, guard, evidence, "run-1").get("/echo")

    assert f"Authorization: Bearer {TOKEN}\r\n" in rig.asked[0]
    assert TOKEN not in repr(reply)
    assert TOKEN not in kept.last()
    assert "«redacted:MES_TOKEN»" in kept.last()


def test_nothing_of_the_runners_surroundings_changes_a_request(
    http: HttpProbe, rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NETRC", str(netrc))
    rig.reply("/health", "{}", set_cookie="session=1")

    http.get("/health")
    http.get("/health")

    assert len(rig.asked) == 2
    assert not any("Authorization" in asked or "Cookie" in asked for asked in rig.asked)


@pytest.mark.parametrize("path", ["health", "//other.example.com/", "http://other.example.com/"])
def test_only_a_path_of_the_target_can_be_asked(http: HttpProbe, path: str) -> None:
    with pytest.raises(Unverified, match="is no path; give what follows"):
        http.get(path)


def test_a_post_outside_a_mutating_scenario_never_leaves(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/plans", "{}")

    with pytest.raises(GuardRefused, match="POST /plans was refused before anything was sent"):
        http.post("/plans", json={"quantity": 1})

    assert rig.asked == []
    assert rig.connections == 0


def test_a_post_inside_one_carries_json(http: HttpProbe, rig: Rig, scenario: Scenario, kept: Kept) -> None:
    scenario.mutates = True
    rig.reply("/plans", '{"id": "PLAN-1"}', status="201 Created")

    assert http.post("/plans", json={"quantity": 1}).status == 201

    assert rig.asked[0].endswith('{"quantity": 1}')
    assert '{"quantity": 1}' in kept.last()
    assert "status 201" in kept.last()


def test_timings_count_failures_apart_and_leave_the_first_request_out(http: HttpProbe, rig: Rig, kept: Kept) -> None:
    rig.reply("/plans", "[]")
    healthy = rig.behaviours["/plans"]
    rig.reply("/plans", "", status="500 Internal Server Error")
    broken = rig.behaviours["/plans"]
    rig.behaviours["/plans"] = lambda connection: (broken if len(rig.asked) in (3, 5) else healthy)(connection)

    timings = http.timings("/plans", 6)

    assert len(rig.asked) == 7
    assert (len(timings), timings.failures) == (4, 2)
    assert all(0 < seconds < PATIENCE_S for seconds in timings)
    assert '"failures": 2' in kept.last()


def test_evidence_shows_the_first_part_of_a_long_body(http: HttpProbe, rig: Rig, kept: Kept) -> None:
    rig.reply("/plans", '"' + "x" * 10_000 + '"')

    http.get("/plans")

    assert "10002 B" in kept.last()
    assert "(the first 4096 B are shown)" in kept.last()
    assert len(kept.last()) < 5_000


def test_a_certificate_that_cannot_be_verified_is_a_miss(
    guard: Guard, evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 1 -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", *request.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running(context) as rig:
        settings = TargetSettings(base_url=f"https://127.0.0.1:{rig.port}", deadline_s=5)
        probe = HttpProbe("mes", settings, guard, evidence, "run-1")

        with pytest.raises(Missed, match=r"TLS failed: .*mend the certificate, it is always verified"):
            probe.get("/health")

        assert rig.asked == []


def test_a_server_that_drags_out_the_tls_handshake_meets_the_deadline(guard: Guard, evidence: Evidence) -> None:
    with running() as rig:
        rig.behaviours.clear()
        settings = TargetSettings(base_url=f"https://127.0.0.1:{rig.port}", deadline_s=0.5)

        with pytest.raises(Missed, match=r"within 0\.5 s"):
            HttpProbe("mes", settings, guard, evidence, "run-1").get("/health")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_open_files_do_not_pile_up(http: HttpProbe, rig: Rig) -> None:
    rig.raw("/cut", HEAD)
    rig.reply("/health", "{}")
    http.get("/health")
    before = open_files()

    for _ in range(20):
        with pytest.raises(Missed):
            http.get("/cut")
        http.renew()
    http.get("/health")

    assert open_files() <= before + 20  # the rig's own ends close in threads of their own
