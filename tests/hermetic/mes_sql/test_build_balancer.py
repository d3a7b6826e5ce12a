"""The balancer: its configuration, its shares, and both programs that can stand there."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from build_world import Build

from hermetic.kit.balancer.conf import Server, read
from hermetic.kit.balancer.nginx import program
from hermetic.kit.balancer.rotation import Rotation
from hermetic.mes_sql.balancer import conf

WRONG = {
    "a weight of 0": ("weight=100", "weight=0", 'invalid parameter "weight=0"', 4),
    "nobody live": ("down", "down", 'no live upstreams in "burkol_api"', 2),
    "nobody at all": ("out", "out", "no servers are inside upstream", 2),
    "an unknown word": ("weight=1 fast", "out", 'invalid parameter "fast"', 3),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_nginx_refuses_is_refused_with_file_and_line(build: Build, case: str) -> None:
    blue, green, problem, line = WRONG[case]
    done = build.run("balancer", "test", f"--blue={blue}", f"--green={green}")
    assert done.returncode == 1
    assert f"nginx: [emerg] {problem} in " in done.stdout
    assert f"balancer.conf:{line}\n" in done.stdout


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("upstream burkol_api { server localhost:3000; ", 'unexpected end of file, expecting ";" or "}"'),
        ("upstream burkol_api { servers localhost:3000; }", 'unknown directive "servers"'),
        ("}", 'unexpected "}"'),
        ("server { listen 80; }", 'host not found in upstream "burkol_api"'),
    ],
)
def test_a_file_is_read_as_nginx_reads_it(build: Build, tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "mine.conf"
    file.write_text(text, encoding="utf-8")
    done = build.run("balancer", "test", str(file))
    assert done.returncode == 1
    assert f"{problem} in {file}:1" in done.stdout


def test_the_blocks_that_a_rollback_needs_are_fine(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "plan.conf"
    file.write_text(
        "upstream burkol_api {\n  server localhost:3000 weight=90;  # Blue\n  server localhost:3001 down;\n}\n"
    )
    for arguments in ((str(file),), ("--blue=weight=100", "--green=down"), ()):
        done = build.run("balancer", "test", *arguments)
        assert done.returncode == 0, done.stdout
        assert "test is successful" in done.stdout


@pytest.mark.parametrize(
    ("blue", "green", "share"), [("90", "10", 10), ("50", "50", 50), ("out", "100", 100), ("100", "0", 0)]
)
def test_requests_are_shared_as_the_weights_say(build: Build, blue: str, green: str, share: int) -> None:
    assert build.run("balancer", "set", f"--blue={blue}", f"--green={green}").returncode == 0
    seen = Counter(build.ask("GET", "/health", port="balancer").headers["X-Colour"] for _ in range(100))
    assert abs(seen["green"] - share) <= 1
    shown = build.run("balancer", "show").stdout
    assert ("localhost:3000" in shown, "localhost:3001" in shown) == (blue != "out", True)


def test_a_configuration_that_is_refused_changes_nothing(build: Build) -> None:
    build.run("balancer", "set", "--blue=100", "--green=0")
    before = build.run("balancer", "show").stdout
    assert build.run("balancer", "set", "--blue=0", "--green=0").returncode == 1
    assert build.run("balancer", "show").stdout == before


@pytest.mark.parametrize("arguments", [("set",), ("set", "--blue=1"), ("set", "--blue=x", "--green=1"), ("forget",)])
def test_a_wrong_question_is_usage(build: Build, arguments: tuple[str, ...]) -> None:
    assert build.run("balancer", *arguments).returncode == 2


def test_the_state_says_which_balancer_serves(build: Build) -> None:
    assert build.control("GET", "/state")["balancer"] == ("nginx" if program() else "own")
    assert bool(program()) or shutil.which("nginx") is None


def test_a_body_and_an_error_pass_through(build: Build) -> None:
    reply = build.ask("POST", "/api/mes/production-plans", {"quantity": 0}, port="balancer")
    assert (reply.status_code, reply.json()["error"]) == (400, "Invalid request")


class TestRotation:
    """Our own balancer's turns."""

    def test_turns_are_smooth_and_exact(self) -> None:
        rotation = Rotation([Server(1, 5, False), Server(2, 1, False), Server(3, 1, False)])
        turns = [server.port for server in (rotation.turn() for _ in range(7)) if server]
        assert turns == [1, 1, 2, 1, 3, 1, 1]

    def test_who_is_down_or_tried_gets_none(self) -> None:
        rotation = Rotation([Server(1, 1, True), Server(2, 1, False)])
        first = rotation.turn()
        assert first is not None
        assert first.port == 2
        assert rotation.turn(without=[first]) is None

    def test_a_composed_configuration_is_read_back(self, tmp_path: Path) -> None:
        file = tmp_path / "balancer.conf"
        file.write_text(conf.compose("weight=90", "down"))
        assert read(file, conf.UPSTREAM) == [Server(3000, 90, False), Server(3001, 1, True)]
