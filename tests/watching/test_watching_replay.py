"""A verdict can be had again from its evidence, by the command line too; what was changed is found out."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from watching_kit import HandClock, MadeUp, canary

from gonogo.cli import main
from gonogo.outcome import UsageError
from gonogo.watching import ErrorRate, Failing, Quantile, Slower, SlowerThanCaptured, Split
from gonogo.watching.observation import replayed
from gonogo.watching.questions import as_dict, from_dict
from gonogo.watching.record import Doubts
from gonogo.watching.replay import run
from gonogo.workbench import Workbench

ALL = (Slower(0.2), Failing(3.0), ErrorRate(0.01), Quantile(0.95, 0.2, "queue"), Quantile(0.95, 0.02, "publishing"))


@pytest.fixture
def kept(bench: Workbench, clock: HandClock, tmp_path: Path) -> Callable[..., Path]:
    """Observe a canary with these values, and return the file that is left."""

    def observe(*questions: Any, **values: Any) -> Path:
        source = MadeUp(clock)
        for name, value in values.items():
            setattr(source, name, value)
        canary(bench, clock).observe(1800, questions or ALL, source)
        return max((tmp_path / "runs").rglob("*-observation.json"))

    return observe


@pytest.mark.parametrize(
    ("values", "code", "decision"),
    [
        ({}, 8, "HOLD"),
        ({"candidate": (0.05, 0.0)}, 1, "NO-GO"),
        ({"doubt": Doubts(unmet=("a counter was reset",), open={0: "x"}, unshown={1: "y"})}, 8, "HOLD"),
        ({"per_s": 0}, 8, "HOLD"),
    ],
)
def test_the_same_answers_come_out(
    kept: Callable[..., Path], capsys: pytest.CaptureFixture[str], values: dict[str, Any], code: int, decision: str
) -> None:
    path = kept(**values)
    assert main(["replay", str(path)]) == code
    said = capsys.readouterr().out
    assert f"{decision}: " in said
    assert "5 answers are the same" in said
    for one in json.loads(path.read_text())["judgements"]:
        assert one["reason"] in said


def test_all_met_is_a_go(kept: Callable[..., Path]) -> None:
    assert main(["replay", str(kept(Slower(0.2), ErrorRate(0.01)))]) == 0


def test_an_observation_judged_again_is_the_same_in_every_part(kept: Callable[..., Path]) -> None:
    content = json.loads(kept().read_text())
    assert json.loads(replayed(content).as_json()) == content


def change_latency(content: Any) -> None:
    content["looks"][5]["arms"]["pairs"]["queue"][0]["us"][3] += 900_000


def change_outcome(content: Any) -> None:
    content["judgements"][0]["outcome"] = "missed"


def drop_a_look(content: Any) -> None:
    del content["looks"][7]


def hide_a_doubt(content: Any) -> None:
    content["doubts"]["unmet"] = ["all is well"]


@pytest.mark.parametrize("change", [change_latency, change_outcome, drop_a_look, hide_a_doubt])
def test_what_was_changed_is_said_and_is_never_go(kept: Callable[..., Path], change: Callable[[Any], None]) -> None:
    path, out = kept(Slower(0.2), ErrorRate(0.01)), io.StringIO()
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    assert run(path, out) == 8
    assert "differs: " in out.getvalue()
    assert "the evidence does not bear what was said of it" in out.getvalue()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<svg/>", "no JSON"),
        ("[]", "no observation"),
        ("{}", "required 'gonogo/observation/1'"),
        ('{"schema": "gonogo/observation/1"}', "the observation is damaged: KeyError: 'header'"),
    ],
)
def test_what_is_no_observation_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert main(["replay", str(path)]) == 4
    assert says in capsys.readouterr().err
    assert main(["replay", str(tmp_path / "none.json")]) == 4
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "question",
    [*ALL, Slower(0.2, "queue", 0.05), Split(0.03), SlowerThanCaptured(0.05, 0.99, "queue")],
)
def test_a_question_is_read_as_it_was_kept(question: Any) -> None:
    assert from_dict(json.loads(json.dumps(as_dict(question)))) == question
    assert str(question)


@pytest.mark.parametrize("content", [{"kind": "faster"}, {"kind": "slower", "by": 2}, {}])
def test_an_unknown_question_names_the_known_ones(content: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="valid kinds: slower, failing"):
        from_dict(content)
