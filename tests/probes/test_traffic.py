"""Who answers through a balancer: counted by a header over fresh connections, and nothing is left out."""

import itertools
import json
import socket
from pathlib import Path

import pytest
from fault_rig import Rig, closed_port
from probe_kit import Kept

from gonogo import judge
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Inconclusive, Outcome
from gonogo.probes.http import HttpProbe
from gonogo.probes.traffic import spread
from gonogo.settings import GuardSettings, TargetSettings
from gonogo.target import Target

SHARES = {"blue": 0.9, "green": 0.1}


def balance(rig: Rig, *answers: bytes) -> None:
    """Let the answers take turns, as a balancer that deals requests out does."""
    turns = itertools.cycle(answers)

    def behave(connection: socket.socket) -> bool:
        connection.sendall(next(turns))
        return True

    rig.behaviours["/health"] = behave


def answer(colour: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: 2\r\nx-colour: {colour}\r\n\r\n{{}}".encode()


def test_answers_are_counted_by_who_gave_them(http: HttpProbe, rig: Rig, evidence: Evidence, kept: Kept) -> None:
    balance(rig, *[answer("blue")] * 9, answer("green"))

    found = spread(http, evidence, "/health", 600, "X-Colour")

    assert found.complete() == {"blue": 540, "green": 60}
    assert rig.connections == 600
    assert len(kept.texts()) == 1
    assert json.loads(kept.last())["counts"] == {"blue": 540, "green": 60}
    assert judge.split("traffic", found.complete(), SHARES).outcome is Outcome.MET


def test_an_answer_that_fails_was_still_sent_there(http: HttpProbe, rig: Rig, evidence: Evidence) -> None:
    balance(rig, answer("blue"), answer("green", "500 Internal Server Error"))

    found = spread(http, evidence, "/health", 10, "X-Colour")

    assert (found.complete(), found.errors) == ({"blue": 5, "green": 5}, {"green": 5})


def test_what_nobody_can_be_said_to_have_answered_is_never_dropped(
    http: HttpProbe, rig: Rig, evidence: Evidence
) -> None:
    cut = b"HTTP/1.1 200 OK\r\nx-colour: green\r\ncontent-length: 99\r\n\r\n"
    bad = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
    balance(rig, answer("blue"), bad, answer(""))

    found = spread(http, evidence, "/health", 9, "X-Colour")

    assert (found.counts, found.asked) == ({"blue": 3}, 9)
    assert found.unassigned == {"status 502 without X-Colour": 3, "status 200 without X-Colour": 3}
    with pytest.raises(
        Inconclusive, match="GET /health: 6 of 9 requests cannot be counted by X-Colour: 3 times status 502"
    ):
        found.complete()
    rig.raw("/health", cut)
    assert sum(spread(http, evidence, "/health", 2, "X-Colour").unassigned.values()) == 2


def test_nobody_there_is_no_split(guard: Guard, evidence: Evidence) -> None:
    probe = HttpProbe("mes", TargetSettings(base_url=f"http://127.0.0.1:{closed_port()}"), guard, evidence, "run-1")

    found = spread(probe, evidence, "/health", 2, "X-Colour")

    assert sum(found.unassigned.values()) == 2
    assert "Connection refused" in next(iter(found.unassigned))


def test_a_balancer_elsewhere_is_refused(rig: Rig, evidence: Evidence, tmp_path: Path) -> None:
    settings = GuardSettings(kind="staging", allowed_hosts=("mes.example.com",), mutations="refuse")
    target = Target(
        "balancer", TargetSettings(base_url=rig.url), Guard(settings, mutating=lambda: False), evidence, "r"
    )

    with pytest.raises(GuardRefused):
        target.spread("/health", 5)

    assert rig.connections == 0
