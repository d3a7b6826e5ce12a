"""Captured baselines: taken from a GO run and from nothing else, and compared with what a later canary serves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from watching_kit import HandClock, MadeUp, Told, canary, opened

from gonogo import baselines
from gonogo.cli import main
from gonogo.outcome import Inconclusive, Outcome, Unverified
from gonogo.watching import ErrorRate, Observation, Slower, SlowerThanCaptured
from gonogo.watching.record import Doubts
from gonogo.workbench import Workbench

QUESTIONS = (Slower(0.2), ErrorRate(0.01))
Ran = Callable[..., Path]


def written(bench: Workbench, decision: str, **about: Any) -> Path:
    """Write the verdict of a run whose evidence this is, and return its directory."""
    evidence = [one.as_dict() for one in bench.evidence.taken()]
    verdict = {
        "decision": decision,
        "environment": {"name": bench.environment.name, "kind": bench.environment.kind},
        "criteria": [{"id": "R5-P2-16", "evidence": evidence}],
    }
    (bench.directory / "verdict.json").write_text(json.dumps(verdict | about))
    return bench.directory


def observed(bench: Workbench, clock: HandClock, *questions: Any, median_s: float = 0.02) -> Observation:
    source = MadeUp(clock)
    source.candidate = source.baseline = (median_s, 0.0)
    return canary(bench, clock).observe(1800, questions or QUESTIONS, source)


def update(root: Path, run: Path) -> int:
    return main(["--root", str(root), "baseline", "update", f"--run={run}"])


def test_a_go_run_becomes_the_baseline_of_each_operation(
    bench: Workbench, clock: HandClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    observed(bench, clock)
    assert update(tmp_path, written(bench, "GO")) == 0
    assert "canary docflow: all operations: 1500 of 3000 samples of 2.1.0 in " in capsys.readouterr().out
    for operation in ("", "queue"):
        entry = baselines.entry(tmp_path / "baselines", "case", baselines.of_canary("docflow", operation), "")
        assert len(entry.samples) == 1500
        assert entry.release == "2.1.0"
    assert baselines.read(tmp_path / "baselines", "case", "canary docflow: queue")


@pytest.mark.parametrize(
    ("decision", "says"), [("NO-GO", "the verdict is NO-GO"), ("HOLD", "the verdict is HOLD"), (None, "is None")]
)
def test_no_other_run_becomes_a_baseline(
    bench: Workbench, clock: HandClock, tmp_path: Path, capsys: pytest.CaptureFixture[str], decision: str, says: str
) -> None:
    observed(bench, clock)
    assert update(tmp_path, written(bench, decision)) == 4
    assert says in capsys.readouterr().err
    assert not (tmp_path / "baselines").exists()


def test_a_rehearsal_becomes_one_in_a_hermetic_environment_only(
    clock: HandClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    staging = opened(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2", watch_s=60, kind="staging", load="refuse")
    observed(staging, clock)
    assert update(tmp_path, written(staging, "GO")) == 4
    assert "a rehearsal (60 s of 30 min) is no baseline" in capsys.readouterr().err


def test_of_a_rehearsal_that_was_tried_again_the_last_attempt_counts(
    bench: Workbench, clock: HandClock, tmp_path: Path
) -> None:
    source = MadeUp(clock)
    source.candidate = (0.05, 0.0)
    clock.on[15] = lambda: setattr(source, "candidate", (0.02, 0.0))
    observation = canary(bench, clock, Told("it woke late", "it woke late")).observe(1800, QUESTIONS, source)
    assert (observation.outcome, source.closed) == (Outcome.MET, 3)
    assert update(tmp_path, written(bench, "GO")) == 0


def test_evidence_that_changed_and_a_run_of_elsewhere_are_refused(
    bench: Workbench, clock: HandClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    observed(bench, clock)
    run = written(bench, "GO", environment={"name": "prod", "kind": "production"})
    assert update(tmp_path, run) == 4
    assert "observed in case, judged for prod" in capsys.readouterr().err
    (path,) = run.rglob("*-observation.json")
    path.write_text(path.read_text().replace('"us":[2', '"us":[1', 1))
    assert update(tmp_path, written(bench, "GO")) == 4
    assert "changed since the verdict" in capsys.readouterr().err


def test_a_run_without_a_canary_and_no_run_are_refused(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update(tmp_path, written(bench, "GO")) == 4
    assert "no canary was observed in this run" in capsys.readouterr().err
    assert update(tmp_path, tmp_path) == 4
    assert "no verdict.json that can be read" in capsys.readouterr().err


@pytest.mark.parametrize(("median_s", "wanted"), [(0.02, "met"), (0.0205, "met"), (0.03, "missed")])
def test_a_later_canary_is_compared_with_it(
    bench: Workbench, clock: HandClock, tmp_path: Path, median_s: float, wanted: str
) -> None:
    observed(bench, clock)
    update(tmp_path, written(bench, "GO"))
    later = SlowerThanCaptured(0.2, 0.95)
    judged = observed(bench, clock, later, median_s=median_s).judgement(later)
    assert str(judged.outcome) == wanted, judged.reason
    assert judged.measurement.unit == "times"
    assert "of 2.1.0" in judged.reason
    assert "p-value" in judged.reason


def test_without_a_baseline_it_is_unverified_and_says_how_to_get_one(bench: Workbench, clock: HandClock) -> None:
    later = SlowerThanCaptured(0.2)
    judged = observed(bench, clock, later).judgement(later)
    assert judged.outcome is Outcome.UNVERIFIED
    assert "gonogo baseline update --run=DIRECTORY" in judged.reason


@pytest.mark.parametrize(("days", "wanted"), [(89, "met"), (91, "inconclusive"), (None, "inconclusive")])
def test_an_old_baseline_decides_nothing(
    bench: Workbench, clock: HandClock, tmp_path: Path, days: int | None, wanted: str
) -> None:
    observed(bench, clock)
    update(tmp_path, written(bench, "GO"))
    path = tmp_path / "baselines" / "case.json"
    document = json.loads(path.read_text())
    for entry in document.values():
        entry["captured"] = (datetime.now(UTC) - timedelta(days=days)).isoformat() if days else "some day"
    path.write_text(json.dumps(document))
    later = SlowerThanCaptured(0.3)
    assert str(observed(bench, clock, later).judgement(later).outcome) == wanted


def test_what_was_captured_before_the_canary_is_compared_in_place_of_what_was_kept(
    bench: Workbench, clock: HandClock
) -> None:
    before, later = MadeUp(clock), SlowerThanCaptured(0.2, 0.5)
    before.candidate, before.baseline = (0.5, 0.0), (0.02, 0.0)
    captured = canary(bench, clock).capture(20, "2.0.9", before)
    assert 950 <= len(captured[""].samples) <= 1000
    for median_s, wanted in ((0.02, "met"), (0.03, "missed")):
        now = MadeUp(clock)
        now.candidate = now.baseline = (median_s, 0.0)
        judged = canary(bench, clock).observe(1800, [later], now, captured).judgement(later)
        assert str(judged.outcome) == wanted, judged.reason
        assert "of 2.0.9" in judged.reason


@pytest.mark.parametrize("ill", ["sick", "void", "silent"])
def test_what_could_not_be_asked_well_is_not_captured(bench: Workbench, clock: HandClock, ill: str) -> None:
    source = MadeUp(clock)
    source.ill = ill == "sick"
    source.doubt = Doubts(void=("the arms were swapped",)) if ill == "void" else Doubts()
    if ill == "silent":
        source.failure, source.silent = Unverified("no answer"), (0.0, 1e9)
    says = {"sick": "the source was sick", "void": "the arms were swapped", "silent": "no answer"}[ill]
    with pytest.raises(Inconclusive, match=f"nothing was captured: .*{says}"):
        canary(bench, clock).capture(20, "2.0.9", source)


def test_what_a_go_run_left_is_known_and_nothing_else(bench: Workbench, clock: HandClock, tmp_path: Path) -> None:
    assert canary(bench, clock).kept() == {}
    observed(bench, clock)
    update(tmp_path, written(bench, "GO"))
    assert len(canary(bench, clock).kept()[""].samples) == 1500
    path = tmp_path / "baselines" / "case.json"
    whole = path.read_text()
    path.write_text("{}")
    assert canary(bench, clock).kept() == {}
    for damaged in (whole[:-9], "[]", whole.replace('"s"', '"ms"')):
        path.write_text(damaged)
        with pytest.raises(Unverified, match="gonogo baseline update"):
            canary(bench, clock).kept()
