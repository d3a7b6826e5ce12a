"""When a fault counts as caught: never because nothing ran."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from gonogo import prove
from gonogo.cli import main
from gonogo.prove import Fault, Proof

BREAKS_TWO = Fault("two", "mes", "breaks two", ("R9-P1-01", "R9-P1-02"))
BREAKS_NONE = Fault("none", "mes", "no scenario can run under it", ())


@pytest.mark.parametrize(
    ("outcomes", "ended", "holds"),
    [
        ({"R9-P1-01": "missed", "R9-P1-02": "missed"}, True, True),
        ({"R9-P1-01": "missed", "R9-P1-02": "missed"}, False, False),
        ({"R9-P1-01": "missed", "R9-P1-02": "unverified"}, True, False),
        ({"R9-P1-01": "missed"}, True, False),
        ({}, True, False),
    ],
)
def test_a_fault_is_caught_when_every_criterion_it_breaks_is_missed(outcomes, ended, holds):
    assert Proof(BREAKS_TWO, outcomes, "NO-GO", ended=ended).holds is holds


@pytest.mark.parametrize(
    ("decision", "ended", "holds"),
    [("HOLD", True, True), ("GO", True, False), ("HOLD", False, False), ("", False, False)],
)
def test_a_fault_under_which_nothing_can_run_must_make_the_run_hold(decision, ended, holds):
    assert Proof(BREAKS_NONE, {}, decision, ended=ended).holds is holds


@pytest.mark.parametrize(
    ("second", "undecided"),
    [("inconclusive", True), ("unverified", True), ("met", False), ("missed", False)],
)
def test_only_a_fault_that_the_machine_left_open_is_tried_again(second, undecided):
    outcomes = {"R9-P1-01": "missed", "R9-P1-02": second}
    assert Proof(BREAKS_TWO, outcomes, "NO-GO", ended=True).undecided is undecided
    assert not Proof(BREAKS_TWO, {}, "", ended=True).undecided


@pytest.mark.parametrize(("answers", "runs"), [(["inconclusive", "missed"], 2), (["met"], 1), (["missed"], 1)])
def test_it_is_tried_once_more_and_the_second_answer_counts(monkeypatch, tmp_path, answers, runs):
    fault = Fault("one", "mes", "breaks one", ("R9-P1-01",))
    monkeypatch.setattr(prove, "_plant", lambda *_: None)
    given = iter(answers)
    ran = []

    def run(*_):
        ran.append(next(given))
        return Proof(fault, {"R9-P1-01": ran[-1]}, "NO-GO", ended=True)

    monkeypatch.setattr(prove, "_run_pytest", run)
    coverage = SimpleNamespace(scenarios={"R9-P1-01": []})
    proof = prove._prove(tmp_path, coverage, fault, SimpleNamespace(control={}), tmp_path / "world.json")
    assert len(ran) == proof.tries == runs
    assert ("(second try)" in prove._line(proof)) is (runs == 2)
    assert proof.holds is (answers[-1] == "missed")


@pytest.mark.parametrize("of", [1, 2, 4, 9])
def test_all_parts_together_are_all_faults(of):
    faults = [Fault(str(number), "mes", "", ()) for number in range(7)]
    proven = []
    for number in range(1, of + 1):
        now, later = prove._parted(faults, (number, of))
        assert sorted(now + later, key=lambda fault: fault.name) == faults
        proven += now
    assert sorted(proven, key=lambda fault: fault.name) == faults


@pytest.mark.parametrize("part", ["0/4", "5/4", "2", "a/b", "1/0", "-1/4"])
def test_a_part_that_does_not_exist_is_refused(part, capsys):
    with pytest.raises(SystemExit, match="4"):
        main(["prove", f"--part={part}"])
    assert "give K/N, such as 2/4" in capsys.readouterr().err


@pytest.mark.parametrize("worlds", ["0", "-1", "many"])
def test_faults_are_planted_in_at_least_one_world(worlds, capsys):
    with pytest.raises(SystemExit, match="4"):
        main(["prove", f"--worlds={worlds}"])
    assert "give a number from 1 up" in capsys.readouterr().err


class Unwilling(BaseHTTPRequestHandler):
    """A control port that clears faults and plants none."""

    def do_DELETE(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b"the server did not start")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def unwilling() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Unwilling)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_fault_that_the_stand_in_does_not_take_is_not_caught_and_ends_nothing(unwilling: str, tmp_path: Path) -> None:
    world = SimpleNamespace(control={"mes": unwilling})
    coverage = SimpleNamespace(scenarios={identifier: [] for identifier in BREAKS_TWO.breaks})
    proof = prove._prove(tmp_path, coverage, BREAKS_TWO, world, tmp_path / "world.json")
    assert not proof.holds
    assert "did not take the fault: the server did not start" in prove._line(proof)
