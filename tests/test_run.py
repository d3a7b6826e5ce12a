"""The run directory."""

import json
from pathlib import Path

import pytest

from gonogo.run import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path, "staging")


def test_each_run_has_a_directory_of_its_own_that_names_the_environment(tmp_path: Path) -> None:
    runs = [Run.create(tmp_path, "staging") for _ in range(20)]
    assert len({run.id for run in runs}) == 20
    assert all(run.directory.parent == tmp_path / "runs" and "-staging-" in run.id for run in runs)


def test_events_are_numbered_and_come_back_in_order(run: Run) -> None:
    run.event("run.start", gate="x/1")
    run.event("problem", text="a worker died")
    events = run.events()
    assert [(event["seq"], event["kind"]) for event in events] == [(1, "run.start"), (2, "problem")]
    assert events[1]["text"] == "a worker died"


def test_a_second_process_goes_on_where_the_first_ended(run: Run) -> None:
    run.event("run.start")
    later = Run(run.directory)
    later.event("problem", text="the child was killed")
    assert [event["seq"] for event in later.events()] == [1, 2]


@pytest.mark.parametrize("text", ["a\nb", "a\u2028b", "a\x85b", "a\x0bb", "\ud800", "\x00", "ü"])
def test_any_text_survives_the_event_log(run: Run, text: str) -> None:
    run.event("problem", text=text)
    run.event("run.end")
    assert [event.get("text") for event in run.events()] == [text, None]


def test_a_run_without_events_has_none(run: Run) -> None:
    assert run.events() == []


@pytest.mark.parametrize(
    "log",
    [
        '{"seq": 1, "kind": "run.start"}\n{"seq": 3, "kind": "run.end"}\n',
        '{"seq": 2, "kind": "run.end"}\n',
        '{"seq": 1, "kind": "run.start"}\n{"seq": 1, "kind": "run.end"}\n',
        '{"seq": 1, "kind": "run.st',
        '{"seq": 1, "kind": "run.start"}\n\n',
    ],
)
def test_a_torn_log_or_a_gap_is_an_error_and_never_a_shorter_log(run: Run, log: str) -> None:
    run.path("events.jsonl").write_text(log, encoding="utf-8")
    with pytest.raises(ValueError, match=r"gap|Expecting|Unterminated"):
        run.events()


def test_a_file_is_replaced_whole_and_leaves_nothing_else(run: Run) -> None:
    run.write("verdict.json", {"decision": "HOLD"})
    run.write("verdict.json", {"decision": "GO"})
    assert run.read("verdict.json") == {"decision": "GO"}
    assert [path.name for path in run.directory.iterdir()] == ["verdict.json"]


def test_a_failed_write_leaves_the_old_file(run: Run) -> None:
    run.write("verdict.json", {"decision": "HOLD"})
    with pytest.raises(TypeError):
        run.write("verdict.json", {"decision": object()})
    assert run.read("verdict.json") == {"decision": "HOLD"}


def test_a_lone_surrogate_is_written_as_its_escape(run: Run) -> None:
    run.write("verdict.json", {"reason": "\ud800"})
    assert json.loads(run.path("verdict.json").read_bytes()) == {"reason": "\ud800"}


@pytest.mark.parametrize("content", ["", '{"decision": "G', "[]", "null"])
def test_a_file_that_is_absent_torn_or_no_object_reads_as_empty(run: Run, content: str) -> None:
    assert run.read("verdict.json") == {}
    run.path("verdict.json").write_text(content, encoding="utf-8")
    assert run.read("verdict.json") == {}


def test_reports_points_at_the_run_published_last(tmp_path: Path) -> None:
    for _ in range(2):
        run = Run.create(tmp_path, "staging")
        run.write("verdict.json", {"run": run.id})
        run.publish(tmp_path)
        assert json.loads((tmp_path / "reports" / "verdict.json").read_text(encoding="utf-8")) == {"run": run.id}
    assert not (tmp_path / "reports").readlink().is_absolute()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
