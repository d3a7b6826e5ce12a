"""The verdict as text."""

import io
from pathlib import Path
from typing import Any

import pytest
import samples

from gonogo.report import terminal


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(sample: samples.Sample, directory: Path | None = None, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    terminal.write(sample[0], terminal.Console(stream), records=sample[1], directory=directory)
    return stream.getvalue()


def lines(sample: samples.Sample) -> list[str]:
    return written(sample).splitlines()


@pytest.mark.parametrize(
    ("sample", "first"),
    [
        (samples.go, "GO: canonical_model/2 on staging, release 2.3.0: 3 waived, 63 met of 66 criteria"),
        (
            samples.no_go,
            "NO-GO: canonical_model/2 on staging, release 2.3.0: "
            "1 missed, 3 unverified, 3 inconclusive, 59 met of 66 criteria",
        ),
        (
            samples.hold,
            "HOLD: canonical_model on prod (production), release 2.3.0 (not observed): "
            "143 unverified, 258 met of 401 criteria",
        ),
    ],
)
def test_the_decision_comes_first_with_gate_environment_release_and_counts(sample: Any, first: str) -> None:
    ruled, headline = lines(sample())[:2]
    assert ruled.strip("= ") == first.partition(":")[0]
    assert headline == first


def test_outcomes_come_worst_first_and_the_met_ones_not_at_all() -> None:
    text = written(samples.no_go())
    order = [text.index(f"{word} (") for word in ("MISSED", "UNVERIFIED", "INCONCLUSIVE")]
    assert order == sorted(order)
    assert "MET (" not in text


def test_a_missed_criterion_says_what_was_measured_required_and_to_be_done_and_where() -> None:
    text = written(samples.no_go())
    missed = text[text.index("MISSED (1)") : text.index("UNVERIFIED (3)")]
    assert "R1-P2-49  API latency on staging stays within a tenth of the baseline" in missed
    assert "measured  1.24 times (1.19 times to 1.31 times): plan list against its baseline, from 240 samples" in missed
    assert "required  <= 1.1 times" in missed
    assert f"remedy    {samples.REMEDY}" in missed
    assert "scenario  features/canonical_model/2.feature:12" in missed
    assert "reason" not in missed, "measured and required have said it"


def test_an_inconclusive_rate_says_what_more_would_settle_it() -> None:
    assert "reason    about 24000 in all would settle it at this rate" in written(samples.no_go())


def test_many_criteria_with_one_reason_are_said_once_with_count_and_first_ids() -> None:
    text = written(samples.hold())
    assert text.count("its scenario was not run") == 1
    assert "143 criteria: R1-RB-04, R1-RB-05," in text
    assert "and 131 more (all in verdict.json)" in " ".join(text.split())
    assert len(text.splitlines()) < 30


def test_a_waiver_is_shown_with_who_until_when_and_what_it_lets_go() -> None:
    text = " ".join(written(samples.go()).split())
    assert "WAIVED (3): let go by a named person" in text
    assert "waived by Operations (Technical lead, 2026-11-20) until 2026-12-20: low traffic" in text
    assert "without the waiver: inconclusive: validation error rate: 0.8333 %" in text


def test_problems_of_the_run_are_shown_before_the_criteria() -> None:
    text = written(samples.hold())
    assert text.index("the run was interrupted") < text.index("UNVERIFIED (143)")


def test_a_run_without_criteria_says_so() -> None:
    from gonogo.verdict import Expected, derive

    empty = derive(Expected("x/1", [], {}), {}, {}, []).as_dict(samples.REQUEST, "", "")
    text = written((empty, []))
    assert "HOLD: x/1 on staging, release 2.3.0: no criterion at all" in text
    assert "nothing is required" in text


def test_hostile_text_forges_no_line_and_sends_no_control_character() -> None:
    text = written(samples.hostile())
    assert not [line for line in text.splitlines() if line.startswith("verdict: GO")]
    assert not [character for character in text if character < " " and character != "\n"]


def test_colours_only_on_a_terminal_and_never_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in written(samples.no_go())
    assert "\x1b[1;31m" in written(samples.no_go(), stream=Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in written(samples.no_go(), stream=Terminal())


def test_a_stream_that_cannot_encode_a_character_gets_it_spelled_out() -> None:
    raw = io.BytesIO()
    console = terminal.Console(io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    console.write_line("R1 · é")
    assert raw.getvalue() == b"R1 \\xb7 \\xe9\n"


def test_the_files_of_the_run_are_named_where_they_exist(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").touch()
    (tmp_path / "allure-results").mkdir()
    text = written(samples.go(), tmp_path)
    assert f"verdict      {tmp_path / 'verdict.json'}" in text
    assert f"Allure       {tmp_path / 'allure-results'}" in text
    assert "decision.html" not in text


def test_a_value_that_only_rounds_to_its_limit_is_shown_exactly() -> None:
    from gonogo.report.wording import measured_text

    entry = {"reason": "", "measured": {"value": 0.20004, "unit": "s"}, "limit": {"op": "<", "value": 0.2, "unit": "s"}}
    assert measured_text(entry) == "200 ms, exactly 0.20004 s"


def rehearsed() -> samples.Sample:
    verdict, records = samples.no_go()
    for entry in verdict["criteria"]:
        if entry["id"] in (samples.SLOW, "R1-P2-04"):
            entry["measured"]["rehearsal"] = "5 of 50 users, 6 s of 60 s"
    return verdict, records


def test_criteria_that_rest_on_a_rehearsal_are_named_the_met_ones_too() -> None:
    said = lines(rehearsed())
    start = said.index("REHEARSED (2): load and watches below their full size; --full runs them in full")

    assert said[start + 1] == "  R1-P2-04  met, rehearsal: 5 of 50 users, 6 s of 60 s"
    assert said[start + 2] == f"  {samples.SLOW}  missed, rehearsal: 5 of 50 users, 6 s of 60 s"
    assert "by http: GET /plans (rehearsal: 5 of 50 users, 6 s of 60 s)" in " ".join(" ".join(said).split())
    assert "REHEARSED" not in written(samples.no_go())
