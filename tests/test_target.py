"""Targets: probes are made once, and a name that is not configured says where to add it."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Unverified
from gonogo.secrets import Redactor
from gonogo.settings import GuardSettings, TargetSettings
from gonogo.target import Target

FILE = "environments/staging.toml"
Make = Callable[..., Target]


class StandIn(http.server.ThreadingHTTPServer):
    """Answers /health with a release, and plays a control port."""

    def __init__(self) -> None:
        self.releases: list[object] = ["2.3.0"]
        self.told: list[tuple[str, str, object]] = []
        self.connections = 0
        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self) -> object:
        self.connections += 1
        return super().get_request()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def answer(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or "null")
        self.server.told.append((self.command, self.path, body))
        known = self.path != "/faults" or body in (None, {"name": "slow-list"})
        reply = json.dumps(self.reply() if known else {"error": "unknown fault; did you mean slow-list?"}).encode()
        self.send_response(200 if known else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def reply(self) -> object:
        if self.path == "/health":
            releases = self.server.releases
            return {"release": releases.pop(0) if len(releases) > 1 else releases[0]}
        return [{"path": "/health"}] if self.path == "/requests" else {"state": "legacy"}

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def make(tmp_path: Path, stand_in: StandIn) -> Make:
    guard = Guard(
        GuardSettings(kind="hermetic", allowed_hosts=("127.0.0.1",), mutations="refuse"),
        mutating=lambda: False,
        file=FILE,
    )

    def make(**settings: object) -> Target:
        url = f"http://127.0.0.1:{stand_in.server_port}"
        table = TargetSettings.model_validate({"base_url": url, **settings})
        return Target("mes", table, guard, Evidence(tmp_path, Redactor()), "run-1", FILE)

    return make


@pytest.mark.parametrize(("probe", "section"), [("sql", "database"), ("redis", "redis"), ("cloudwatch", "cloudwatch")])
def test_a_section_that_is_missing_is_unverified(make: Make, probe: str, section: str) -> None:
    with pytest.raises(Unverified) as missing:
        getattr(make(), probe)

    assert str(missing.value) == f"mes: no [targets.mes.{section}] in {FILE}; add it, or set the variables it names"


@pytest.mark.parametrize(
    ("ask", "section"),
    [
        ("metric", "metrics"),
        ("query", "queries"),
        ("value", "queries"),
        ("command", "commands"),
        ("log", "logs"),
        ("folder", "folders"),
        ("text", "texts"),
        ("path", "paths"),
    ],
)
def test_a_name_that_is_unknown_is_unverified_with_the_closest(make: Make, ask: str, section: str) -> None:
    tables = {
        "metrics": {"value": "/metrics#/errors"},
        "queries": {"sql": "select 1"},
        "commands": {"argv": ["true"]},
        "logs": {"path": "/tmp/x"},
        "folders": {"path": "/tmp"},
        "texts": "a text",
        "paths": "/plans",
    }
    target = make(database=None, **{section: {"backend": tables[section]}})

    with pytest.raises(Unverified) as unknown:
        getattr(target, ask)("backed")

    assert str(unknown.value) == (
        f"mes: there is no 'backed' in {FILE} [targets.mes.{section}], did you mean 'backend'? "
        "Valid: backend; or add it there"
    )


def test_a_section_without_names_says_so(make: Make) -> None:
    with pytest.raises(Unverified, match=r"there is no 'backend' in .* \[targets.mes.logs\]. Valid: none yet; or add"):
        make().log("backend")


def test_probes_are_made_once_and_closed_together(make: Make, stand_in: StandIn) -> None:
    target = make()
    assert target.http is target.http
    target.http.get("/health")

    target.close()
    target.close()
    assert target.http.get("/health").status == 200


def test_paths_are_filled_in_and_quoted(make: Make) -> None:
    target = make(paths={"plan": "/plans/{plan}"})

    assert target.path("plan", plan="A/B ?") == "/plans/A%2FB%20%3F"
    with pytest.raises(Unverified, match=r"needs \['plan'\], given \['id'\]"):
        target.path("plan", id="1")


def test_texts_are_told(make: Make) -> None:
    assert make(texts={"rollback message": "rolled back"}).text("rollback message") == "rolled back"


def test_each_release_is_asked_on_a_fresh_connection(make: Make, stand_in: StandIn) -> None:
    stand_in.releases = ["2.3.0", "2.2.9", "2.3.0"]
    target = make(version={"json": "/health#/release", "probes": 3})

    assert target.releases() == ("2.3.0", "2.2.9", "2.3.0")
    assert stand_in.connections == 3


@pytest.mark.parametrize("release", [None, "", 23, []])
def test_a_release_that_is_no_name_is_unverified(make: Make, stand_in: StandIn, release: object) -> None:
    stand_in.releases = [release]

    with pytest.raises(Unverified, match="required the name of a release"):
        make(version={"json": "/health#/release"}).releases()


def test_a_target_without_a_version_is_unverified(make: Make) -> None:
    with pytest.raises(Unverified, match=r"no \[targets.mes.version\]"):
        make().releases()


def test_a_real_system_has_no_control_port(make: Make) -> None:
    assert make().control is None


def test_a_stand_in_is_arranged_and_broken_through_its_control_port(make: Make, stand_in: StandIn) -> None:
    control = make(control_url=f"http://127.0.0.1:{stand_in.server_port}").control

    assert control.arrange("legacy", plans=500) == {"state": "legacy"}
    assert control.state() == {"state": "legacy"}
    control.fault("slow-list")
    control.clear_faults()
    assert control.requests() == [{"path": "/health"}]
    control.clear_requests()

    assert stand_in.told == [
        ("POST", "/arrange", {"state": "legacy", "plans": 500}),
        ("GET", "/state", None),
        ("POST", "/faults", {"name": "slow-list"}),
        ("DELETE", "/faults", None),
        ("GET", "/requests", None),
        ("DELETE", "/requests", None),
    ]


def test_an_unknown_fault_is_unverified_with_the_stand_ins_words(make: Make, stand_in: StandIn) -> None:
    control = make(control_url=f"http://127.0.0.1:{stand_in.server_port}").control

    with pytest.raises(Unverified, match=r"POST /faults .*status 404: .*did you mean slow-list\?"):
        control.fault("slow-lost")


def test_a_stand_in_that_is_gone_is_unverified(make: Make) -> None:
    with pytest.raises(Unverified, match=r"no answer \(ConnectionError\); is the stand-in still running\?"):
        make(control_url="http://127.0.0.1:9").control.state()
