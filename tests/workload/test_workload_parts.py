"""The small parts: framing of answers, abort thresholds, the fence, the recorder, command lines, progress, pictures."""

import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_workload_health import ORDER
from test_workload_judging import result

from gonogo.workload import picture, progress
from gonogo.workload.buckets import Histogram
from gonogo.workload.command import Layout, commands, variables
from gonogo.workload.figures import Vitals
from gonogo.workload.generator.abort import Watch
from gonogo.workload.generator.answer import Answer, ProtocolError, read_answer
from gonogo.workload.generator.fence import Fence, Refused
from gonogo.workload.generator.recorder import Recorder
from gonogo.workload.recording import STEADY, WARM, Recording

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Release: 2.3.0\r\n\r\n"
WHOLE = HEAD + b"5\r\nhello\r\n7;x\r\n, world\r\n0\r\nT: 1\r\n\r\n"


@given(st.lists(st.integers(min_value=1, max_value=len(WHOLE) - 1), unique=True))
def test_an_answer_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(WHOLE)]
    pieces = iter([WHOLE[a:b] for a, b in itertools.pairwise(ends)])

    answer = read_answer(lambda: next(pieces, b""), "GET", 100)

    assert (answer.status, answer.body, answer.reusable) == (200, b"hello, world", True)
    assert answer.header("x-release") == "2.3.0"


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1))
def test_an_answer_that_breaks_off_anywhere_is_an_error(end: int) -> None:
    pieces = iter([WHOLE[:end]])

    with pytest.raises(ProtocolError, match="the connection ended"):
        read_answer(lambda: next(pieces, b""), "GET", 100)


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_but_an_answer_or_a_protocol_error(data: bytes) -> None:
    pieces = iter([data])
    with contextlib.suppress(ProtocolError):
        read_answer(lambda: next(pieces, b""), "GET", 100)


# Abort thresholds


def seconds(done: int, failed: int, took: float = 0.01) -> Recording:
    recorder = Recorder()
    for number in range(done):
        if number < failed:
            recorder.failure("GET /", 1.0, 1.0, 1.0 + took, "status 500")
        else:
            recorder.success("GET /", 1.0, 1.0, 1.0 + took)
    return recorder.take()


def test_a_burst_of_errors_aborts_and_says_how_many() -> None:
    watch = Watch(replace(ORDER, abort_error_ratio=0.05))

    assert watch.look(0.0, seconds(100, 5)) == ""
    assert watch.look(1.0, seconds(100, 30)) == ("aborted: 17.5 % of 200 requests failed within 2 s, allowed 5 %")


def test_what_is_longer_ago_than_the_window_is_forgotten() -> None:
    watch = Watch(replace(ORDER, abort_error_ratio=0.05))
    watch.look(0.0, seconds(9, 9))

    assert watch.look(5.0, seconds(100, 0)) == ""


def test_slowness_aborts_once_there_are_enough_answers() -> None:
    watch = Watch(replace(ORDER, abort_p99_s=1.0))

    assert watch.look(0.0, seconds(50, 0, took=3.0)) == ""
    assert watch.look(0.5, seconds(50, 0, took=3.0)).startswith(
        "aborted: 100 % of 100 answers took longer than 1 s within 2 s, allowed 1 % (p99)"
    )


def test_without_thresholds_nothing_aborts() -> None:
    assert Watch(ORDER).look(0.0, seconds(1000, 1000)) == ""


# The fence


def test_the_rate_is_held_whatever_is_asked() -> None:
    now = [0.0]
    fence = Fence(replace(ORDER, max_rate_per_s=10), clock=lambda: now[0])
    passed = 0
    for step in range(1000):  # 100 a second for 10 s
        now[0] = step / 100
        with contextlib.suppress(Refused):
            fence.request("GET")
            passed += 1

    assert 100 <= passed <= 110
    assert sum(fence.refusals.values()) == 1000 - passed


def test_a_process_gets_its_share_of_the_rate() -> None:
    fence = Fence(replace(ORDER, max_rate_per_s=10), share=0.5, clock=lambda: 0.0)
    for _ in range(5):
        fence.request("GET")

    with pytest.raises(Refused, match="more than 5 requests a second; ask for a lower rate"):
        fence.request("GET")


# The recorder


def test_a_sample_goes_to_its_phase_its_name_and_its_series() -> None:
    recorder = Recorder()
    recorder.steady_from = 100.0
    recorder.success("GET /a", due=99.0, sent=99.5, done=100.5)
    recorder.success("GET /a", due=100.0, sent=100.25, done=101.0)
    recorder.failure("GET /a", due=100.0, sent=100.0, done=102.0, reason="status 500")
    taken = recorder.take()

    steady = taken.figures[STEADY, "GET /a"]
    assert [round(Histogram.of(counts).quantile(1), 2) for counts in (steady.intended, steady.sent, steady.failed)] == [
        1.0, 0.75, 2.0,
    ]  # fmt: skip
    assert sum(steady.late.values()) == 2
    assert sum(taken.figures[WARM, "GET /a"].intended.values()) == 1
    assert taken.errors == {"GET /a: status 500": 1}
    assert recorder.take().figures == {}


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), min_size=1, max_size=30))
def test_the_inlined_buckets_are_the_buckets(samples: list[tuple[float, float]]) -> None:
    recorder = Recorder()
    for wait, took in samples:
        recorder.success("GET /", 0.0, wait, wait + took)

    figures = recorder.take().figures[STEADY, "GET /"]
    assert Histogram.of(figures.intended) == Histogram.from_samples(wait + took for wait, took in samples)
    assert Histogram.of(figures.late) == Histogram.from_samples(wait for wait, _ in samples)


def test_differences_add_up_to_the_whole_also_through_their_file() -> None:
    whole = Recording(expected_processes=2, begun=1.5, stopped="the end")
    for _ in range(3):
        difference = seconds(10, 2)
        difference.timeline[0] = [10, 2]
        difference.processes["0"] = Vitals(planned=10, lag={5: 1}, final=True)
        whole.add(Recording.from_dict(json.loads(json.dumps(difference.as_dict()))))

    read = Recording.from_dict(json.loads(json.dumps(whole.as_dict())))
    assert read.as_dict() == whole.as_dict()
    assert read.requests() == (30, 6)
    assert read.timeline == {0: [30, 6]}
    assert read.errors == {"GET /: status 500": 6}
    assert read.processes["0"].planned == 10


def test_many_different_reasons_are_counted_together() -> None:
    recording = Recording()
    for number in range(100):
        recording.fail(f"reason {number}")

    assert len(recording.errors) == 41
    assert recording.errors["other reasons"] == 60


def test_a_file_of_another_schema_is_no_recording() -> None:
    with pytest.raises(ValueError, match="a recording of schema 'x/1'"):
        Recording.from_dict({"schema": "x/1"})


# Command lines


def test_no_proxy_and_no_variable_of_locust_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "https_proxy", "LOCUST_USERS", "LOCUST_HOST", "PYTEST_ADDOPTS", "SOME_SECRET"):
        monkeypatch.setenv(name, "trap")

    found = variables(Path("/order.json"), {"MES_TOKEN": "t"})

    assert "trap" not in found.values()
    assert (found["MES_TOKEN"], found["GONOGO_WORKLOAD_ORDER"]) == ("t", "/order.json")
    assert found["PATH"] == os.environ["PATH"]


def test_one_core_several_cores_and_a_master_with_workers() -> None:
    (alone,) = commands(ORDER, Path("load/frame.py"), Layout(), 5557)
    (forked,) = commands(ORDER, Path("load/frame.py"), Layout(processes=2), 5557)
    master, *workers = commands(ORDER, Path("load/frame.py"), Layout(workers=2), 5557)

    assert "--headless" in alone
    assert "--processes" not in alone
    assert forked[-2:] == ["--processes", "2"]
    assert forked.count("5557") == 2, "not locust's own port, which another run may have"
    assert master[-4:] == ["--expect-workers", "2", "--expect-workers-max-wait", "30"]
    assert [worker[-1] for worker in workers] == ["5557", "5557"]


def test_workers_elsewhere_are_waited_for_and_not_started() -> None:
    (master,) = commands(ORDER, Path("load/frame.py"), Layout(remote=3, bind="10.0.0.7", port=6000), 5557)

    assert master[master.index("--master") :] == [
        "--master", "--master-bind-host", "10.0.0.7", "--master-bind-port", "6000", "--expect-workers", "3",
        "--expect-workers-max-wait", "30",
    ]  # fmt: skip


def test_neither_locust_nor_gevent_comes_with_the_engine() -> None:
    modules = "gonogo.workload.gate, gonogo.workload.judging, gonogo.workload.generator.answer"
    code = f"import sys, {modules}; print([m for m in ('locust', 'gevent') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_renews_one_line_on_a_terminal_and_writes_plain_lines_elsewhere(tmp_path: Path) -> None:
    live = tmp_path / "live.json"
    live.write_text(json.dumps({"requests": 120, "failures": 3, "p50_s": 0.02, "p99_s": 0.4, "lag_p99_s": 0.001}))
    order = replace(ORDER, live=str(live))
    terminal, plain = Terminal(), io.StringIO()
    for stream in (terminal, plain):
        shown = progress.Progress(order, stream)
        shown.look()
        shown.look()
        shown.close("done")

    said = "load frame: 0 of 10 s, 120 requests, 3 failed, now p50 20 ms, p99 400 ms, generator lag 1 ms"
    assert terminal.getvalue() == f"\r{said}\r{'done'.ljust(len(said))}\n"
    assert plain.getvalue() == f"{said}\ndone\n"


def test_before_the_first_word_of_the_generator_it_is_starting() -> None:
    assert progress.line(ORDER, 0.4, {}) == "load frame: 0 of 10 s, starting"


# Pictures


def test_a_picture_shows_distribution_course_and_that_it_was_a_rehearsal() -> None:
    run = replace(result([0.01, 0.02, 0.5] * 300, 90), rehearsal="1 of 5 users")
    run.recording.timeline.update({0: [500, 10], 2: [490, 80]})
    drawn = picture.render(run)

    assert drawn.startswith("<svg")
    assert drawn.count('class="failed"') == 2
    assert "p99 500 ms" in drawn
    assert "(rehearsal: 1 of 5 users)" in drawn


def test_a_picture_of_nothing_says_so() -> None:
    assert "no successful request" in picture.render(replace(result([0.1]), recording=Recording()))


def test_every_sample_is_in_the_picture_once() -> None:
    heights, least, most = picture.bars(Histogram.from_samples([0.001, 0.01, 0.1, 1.0]))

    assert sum(heights) == 4
    assert least <= 0.001 < 1.0 <= most


def test_an_answer_shows_a_header_as_it_came() -> None:
    assert Answer(200, b"HTTP/1.1 200 OK\r\nX-Mixed: CaSe").header("x-mixed") == "CaSe"
    assert Answer(200, b"HTTP/1.1 200 OK").header("x-mixed") == ""
