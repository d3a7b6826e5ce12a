"""Server-sent events against real servers: many clients, cuts, refusals, and that nothing stays behind."""

import json
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from fault_rig import Rig, closed_port, running
from probe_kit import PATIENCE_S, TOKEN, Kept
from stream_rig import HEAD, OPEN, PATH, StreamRig, chunked, probe

from gonogo import __version__
from gonogo.backstop import Backstop
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Missed, Unverified
from gonogo.settings import GuardSettings

FIRST = b'retry: 10\n\nid: 1\ndata: {"key": "PPL-0125-001"}\n\n'
SECOND = b'id: 2\ndata: {"key": "PPL-0125-002"}\n\n'
AT_ONCE_S = 5.0  # what waits for an end instead takes half a minute or more


def listeners() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("gonogo-listener")]


def sockets() -> int:
    """Return how many sockets this process has open."""
    number = 0
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # it was closed meanwhile
            number += str(path.readlink()).startswith("socket:")
    return number


def test_every_client_hears_every_event(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    go_on = threading.Event()
    StreamRig(rig, [[HEAD + FIRST, go_on, SECOND, OPEN]])
    began = time.time()

    with probe(rig, guard, evidence).listen(5) as audience:
        assert audience.require_open().wait(within_s=PATIENCE_S)
        between = time.time()
        go_on.set()
        assert audience.wait(lambda event: event.json("/key") == "PPL-0125-002", within_s=PATIENCE_S)
        heard = audience.hearings()

    assert [[event.id for event in hearing.events] for hearing in heard] == [["1", "2"]] * 5
    assert [hearing.client for hearing in heard] == [1, 2, 3, 4, 5]
    arrived = [[arrival.at_s for arrival in hearing.arrivals] for hearing in heard]
    assert all(began < first < between < second < time.time() for first, second in arrived)
    assert all(hearing.reply is not None and hearing.reply.headers["X-Release"] == "2.3.0" for hearing in heard)


def test_a_chunked_stream_is_heard_as_it_comes(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    head = HEAD.replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n")
    StreamRig(
        rig, [[head + chunked(FIRST[:30]), 0.05, chunked(FIRST[30:], SECOND[:10]), 0.05, chunked(SECOND[10:]), OPEN]]
    )

    with probe(rig, guard, evidence).listen() as audience:
        assert audience.wait(count=2, within_s=PATIENCE_S)


def test_a_request_names_us_the_run_and_the_token(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD, OPEN]])

    with probe(rig, guard, evidence, token=TOKEN, headers={"Cookie": "session=7"}).listen(last_event_id="41"):
        pass

    (asked,) = rig.asked
    assert f"User-Agent: gonogo/{__version__} (release verification)\r\n" in asked
    for line in (
        "X-Gonogo-Run: run-1",
        f"Authorization: Bearer {TOKEN}",
        "Accept: text/event-stream",
        "Last-Event-ID: 41",
    ):
        assert f"{line}\r\n" in asked


def test_an_anonymous_client_brings_no_credentials_and_its_refusal_is_seen(
    rig: Rig, guard: Guard, evidence: Evidence
) -> None:
    rig.reply(PATH, '{"error": "sign in"}', status="401 Unauthorized")
    stream = probe(rig, guard, evidence, token=TOKEN, headers={"Cookie": "session=7", "X-Tenant": "7"})

    with stream.listen(anonymous=True) as audience:
        (hearing,) = audience.hearings()

    assert "Authorization" not in rig.asked[0]
    assert "Cookie" not in rig.asked[0]
    assert "X-Tenant: 7" in rig.asked[0]
    assert (hearing.reply.status, hearing.reply.json_at("/error"), hearing.ended) == (401, "sign in", "status 401")
    with pytest.raises(
        Unverified, match="GET /stream/plans: status 401, required 200; the credentials were not accepted"
    ):
        hearing.require_open()


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"200 OK\r\ncontent-type: text/html\r\n\r\nhi", "content type text/html, required text/event-stream"),
        (b"200 OK\r\n\r\ndata: x\n\n", "content type none, required text/event-stream"),
        (b"204 No Content\r\n\r\n", "status 204, required 200"),
        (b"502 Bad Gateway\r\n\r\nno host", "status 502, required 200; the body starts with 'no host'"),
        (b"302 Found\r\nlocation: /login\r\n\r\n", "it redirects to /login, and redirects are not followed"),
    ],
)
def test_what_is_no_event_stream_is_missed_and_not_asked_again(
    rig: Rig, guard: Guard, evidence: Evidence, head: bytes, says: str
) -> None:
    rig.raw(PATH, b"HTTP/1.1 " + head)

    with probe(rig, guard, evidence).listen() as audience:
        assert not audience.wait(within_s=PATIENCE_S)
        with pytest.raises(Missed, match=says):
            audience.require_open()

    assert len(rig.asked) == 1


def test_a_stream_that_never_starts_is_missed_in_time(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    rig.hang(PATH)
    started = time.monotonic()

    with (
        probe(rig, guard, evidence, deadline_s=0.4).listen(3) as audience,
        pytest.raises(Missed, match=r"GET /stream/plans of mes: no complete answer within 0\.4 s"),
    ):
        audience.require_open()

    assert time.monotonic() - started < PATIENCE_S


def test_a_listening_that_ends_before_an_answer_is_missed(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    rig.hang(PATH)

    with (
        probe(rig, guard, evidence, deadline_s=5.0).listen(deadline_s=0.3) as audience,
        pytest.raises(Missed, match="client 1 had no answer when its time was up"),
    ):
        audience.require_open()


def test_a_quiet_stream_outlives_the_deadline_of_its_answer(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD, 1.5, FIRST, OPEN]])

    with probe(rig, guard, evidence, deadline_s=1.0).listen() as audience:
        assert audience.wait(within_s=PATIENCE_S)
        assert audience.hearings()[0].cuts == 0


def test_a_deadline_ends_every_client(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + FIRST, OPEN]])
    started = time.monotonic()

    with probe(rig, guard, evidence).listen(2, deadline_s=2) as audience:
        assert not audience.wait(count=2)
        assert 1.9 < time.monotonic() - started < PATIENCE_S

    assert [hearing.ended for hearing in audience.hearings()] == ["deadline", "deadline"]
    assert [hearing.error for hearing in audience.hearings()] == [None, None]


def test_nobody_there_is_unverified(guard: Guard, evidence: Evidence) -> None:
    with (
        probe(Rig(closed_port()), guard, evidence).listen() as audience,
        pytest.raises(Unverified, match=r"no answer from http://127\.0\.0\.1:\d+: Connection refused"),
    ):
        audience.require_open()


def test_a_cut_client_comes_back_naming_the_last_event(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + FIRST + SECOND[:20]], [HEAD + SECOND, OPEN]])

    with probe(rig, guard, evidence).listen() as audience:
        assert audience.wait_reconnected(within_s=PATIENCE_S)
        assert audience.wait(count=2, within_s=PATIENCE_S)

    (hearing,) = audience.hearings()
    assert [(arrival.event.id, arrival.connection) for arrival in hearing.arrivals] == [("1", 1), ("2", 2)]
    assert (hearing.connections, hearing.cuts, hearing.ended) == (2, 1, "closed by us")
    assert "Last-Event-ID" not in rig.asked[0]
    assert "Last-Event-ID: 1\r\n" in rig.asked[1]


def test_a_client_waits_as_long_as_the_stream_says(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + b"retry: 400\n\n" + SECOND], [HEAD + SECOND, OPEN]])
    with probe(rig, guard, evidence).listen() as audience:
        assert audience.wait(count=2, within_s=PATIENCE_S)

    first, second = audience.hearings()[0].arrivals
    assert 0.4 < second.at_s - first.at_s < 3, "the retry of a stream that says nothing is 3 s"


def test_a_client_gives_up_after_so_many_cuts(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + FIRST]])

    with probe(rig, guard, evidence).listen(reconnects=2) as audience:
        assert not audience.wait(count=9, within_s=PATIENCE_S)

    (hearing,) = audience.hearings()
    assert (hearing.connections, hearing.cuts, hearing.ended) == (3, 3, "cut, and reconnected 2 times")


def test_endless_comments_are_missed_at_the_size_limit(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD, *[b": still here\n" * 1000] * 20, OPEN]])

    with probe(rig, guard, evidence).listen() as audience:
        assert not audience.wait(within_s=PATIENCE_S)
        with pytest.raises(Missed, match=r"the stream is larger than 100000 B \(max_bytes of the target\)"):
            audience.require_open()


def test_closing_is_prompt_and_leaves_neither_thread_nor_socket(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    served = StreamRig(rig, [[HEAD + FIRST, OPEN]])
    stream = probe(rig, guard, evidence)
    before = sockets()
    audience = stream.listen(10)
    assert len(listeners()) == 10
    started = time.monotonic()

    stream.close()

    assert time.monotonic() - started < AT_ONCE_S
    assert listeners() == []
    assert served.left(10)
    end = time.monotonic() + PATIENCE_S
    while sockets() > before and time.monotonic() < end:  # the rig's own ends close in threads of their own
        time.sleep(0.02)
    assert sockets() <= before
    assert {hearing.ended for hearing in audience.hearings()} == {"closed by us"}


def test_a_client_that_waits_to_come_back_is_closed_at_once(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + b"retry: 60000\n\n" + SECOND]])
    audience = probe(rig, guard, evidence).listen()
    assert audience.wait(within_s=PATIENCE_S)
    started = time.monotonic()

    audience.close()

    assert time.monotonic() - started < AT_ONCE_S


def test_the_transcript_is_kept_once_and_scrubbed(rig: Rig, guard: Guard, evidence: Evidence, kept: Kept) -> None:
    echo = f'data: {{"token": "{TOKEN}"}}\n\n'.encode()
    StreamRig(rig, [[HEAD + FIRST + echo, OPEN]])
    audience = probe(rig, guard, evidence, token=TOKEN).listen()
    assert audience.wait(count=2, within_s=PATIENCE_S)

    audience.close()
    audience.close()

    (transcript,) = kept.texts()
    answer, first, second, end = map(json.loads, transcript.splitlines())
    assert (answer["client"], answer["status"], answer["headers"]["x-release"]) == (1, 200, "2.3.0")
    assert (first["id"], first["data"], first["connection"]) == ("1", '{"key": "PPL-0125-001"}', 1)
    assert first["at"].endswith("+00:00")
    assert "redacted:MES_TOKEN" in second["data"]
    assert TOKEN not in transcript
    assert end["ended"] == "closed by us"


def test_a_stream_elsewhere_is_refused_before_a_byte(rig: Rig, evidence: Evidence) -> None:
    settings = GuardSettings(kind="staging", allowed_hosts=("mes.example.com",), mutations="refuse")

    with pytest.raises(GuardRefused, match="GET /stream/plans at 127"):
        probe(rig, Guard(settings, mutating=lambda: False), evidence).listen()

    assert rig.connections == 0


def test_the_backstop_lets_a_stream_pass_that_the_guard_let_pass(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    StreamRig(rig, [[HEAD + FIRST + SECOND[:20]], [HEAD + SECOND, OPEN]])

    with Backstop(guard) as backstop, probe(rig, guard, evidence).listen() as audience:
        assert audience.wait_reconnected(within_s=PATIENCE_S)

    assert backstop.attempts == []


def test_a_stream_over_tls_is_closed_at_once_too(
    guard: Guard, evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 1 -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", *request.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running(context) as rig:
        StreamRig(rig, [[HEAD + FIRST, 0.1, SECOND, OPEN]])
        audience = probe(rig, guard, evidence, base_url=f"https://127.0.0.1:{rig.port}").listen(2)
        assert audience.require_open().wait(count=2, within_s=PATIENCE_S)
        started = time.monotonic()

        audience.close()

        assert time.monotonic() - started < AT_ONCE_S
        assert listeners() == []


def test_many_clients_are_load(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    with pytest.raises(GuardRefused, match="11 clients at once of GET /stream/plans was refused"):
        probe(rig, guard, evidence).listen(11)

    assert rig.connections == 0
