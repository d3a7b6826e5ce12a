"""Allure's HTML: refused when the results are not the run's; made by a real Allure where there is one."""

import json
import os
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import samples
from machine_parts import needed

from gonogo.report import allure_html
from gonogo.run import Run

STATUS = {"GO": "passed", "NO-GO": "failed", "HOLD": "broken"}


def result(folder: Path, number: int, **changes: Any) -> Path:
    start = datetime.fromisoformat(samples.STARTED).timestamp() * 1000 + number
    content = {"uuid": f"{number:036}", "historyId": str(number), "name": f"scenario {number}", "status": "passed",
               "start": start, "stop": start + 1, "labels": [{"name": "epic", "value": "canonical_model"}]}  # fmt: skip
    path = folder / f"{number:036}-result.json"
    path.write_text(json.dumps(content | changes), encoding="utf-8")
    return path


def prepared(directory: Path, sample: samples.Sample) -> tuple[Path, Mapping[str, Any]]:
    """Return a run's results, complete, and its verdict."""
    verdict, records = sample
    results = directory / "allure-results"
    results.mkdir()
    run = Run(directory)
    for number, record in enumerate(records, 1):
        run.event("scenario.end", record=record)
        result(results, number, name=record["scenario"], status=record["status"])
    late = datetime.fromisoformat(samples.FINISHED).timestamp() * 1000 + 60_000
    result(results, 0, name="VERDICT", status=STATUS[verdict["decision"]], start=late, stop=late)
    return results, verdict


def program(path: Path, version: str, script: str = "exit 0") -> Path:
    """Make a stand-in for Allure's command line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = f'if [ "$1" = --version ]; then echo "{version}"; exit 0; fi'
    path.write_text(f"#!/bin/sh\n{answer}\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout and a PATH without Allure."""
    monkeypatch.setattr(allure_html, "_ROOT", tmp_path / "checkout")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin")
    if allure_html.find():
        pytest.skip("an Allure 3 lies in /usr/bin")
    return tmp_path


@pytest.fixture
def ready(tmp_path: Path) -> tuple[Path, Mapping[str, Any]]:
    directory = tmp_path / "run"
    directory.mkdir()
    return prepared(directory, samples.no_go("canonical_model/2"))


def test_without_allure_a_sentence_says_how_to_get_it(nowhere: Path, ready: Any) -> None:
    said = allure_html.generate(ready[0], nowhere / "report", ready[1])
    assert said is not None
    assert "npm ci" in said
    assert "Node 20" in said


def test_allure_2_is_not_taken_for_allure_3(nowhere: Path, ready: Any) -> None:
    program(nowhere / "bin" / "allure", "2.46.1")
    assert allure_html.find() is None


def test_the_checkouts_own_allure_comes_before_the_one_on_path(nowhere: Path) -> None:
    program(nowhere / "bin" / "allure", "3.18.0")
    own = program(nowhere / "checkout" / "node_modules" / ".bin" / "allure", "3.18.0")
    assert allure_html.find() == str(own)


def test_a_failing_allure_leaves_the_older_report_and_says_what_it_said(nowhere: Path, ready: Any) -> None:
    program(nowhere / "bin" / "allure", "3.18.0", "echo no space left >&2; exit 7")
    (nowhere / "report").mkdir()
    (nowhere / "report" / "index.html").write_text("older", encoding="utf-8")
    said = allure_html.generate(ready[0], nowhere / "report", ready[1])
    assert said is not None
    assert "ended with code 7 and said: no space left" in said
    assert (nowhere / "report" / "index.html").read_text(encoding="utf-8") == "older"


def test_an_allure_that_writes_nothing_is_not_believed(nowhere: Path, ready: Any) -> None:
    program(nowhere / "bin" / "allure", "3.18.0", "exit 0")
    said = allure_html.generate(ready[0], nowhere / "report", ready[1])
    assert said is not None
    assert "ended with code 0" in said


def test_a_result_too_many_is_refused(nowhere: Path, ready: Any) -> None:
    result(ready[0], 999)
    assert "results are there, but" in str(allure_html.generate(ready[0], nowhere / "report", ready[1]))


def test_a_lost_result_is_refused(nowhere: Path, ready: Any) -> None:
    next(path for path in ready[0].iterdir() if "VERDICT" not in path.read_text()).unlink()
    assert "results are there, but" in str(allure_html.generate(ready[0], nowhere / "report", ready[1]))


def test_a_result_of_another_run_is_refused(nowhere: Path, ready: Any) -> None:
    result(ready[0], 1, name="old pass", start=1_000, stop=2_000)
    assert "'old pass' is of another run" in str(allure_html.generate(ready[0], nowhere / "report", ready[1]))


def test_a_truncated_result_is_refused(nowhere: Path, ready: Any) -> None:
    path = result(ready[0], 1)
    path.write_bytes(path.read_bytes()[:40])
    assert "cannot be read" in str(allure_html.generate(ready[0], nowhere / "report", ready[1]))


@pytest.mark.parametrize("status", ["passed", "broken"])
def test_a_verdict_entry_that_says_something_else_is_refused(nowhere: Path, ready: Any, status: str) -> None:
    result(ready[0], 0, name="VERDICT", status=status)
    said = str(allure_html.generate(ready[0], nowhere / "report", ready[1]))
    assert "an entry VERDICT that says NO-GO, and no other" in said


def test_a_second_verdict_entry_that_disagrees_is_refused(nowhere: Path, ready: Any) -> None:
    result(ready[0], 998, name="VERDICT", status="passed")
    said = str(allure_html.generate(ready[0], nowhere / "report", ready[1]))
    assert "an entry VERDICT that says NO-GO, and no other" in said


def test_a_torn_event_log_is_refused(nowhere: Path, ready: Any) -> None:
    log = ready[0].parent / "events.jsonl"
    log.write_text(log.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert allure_html.generate(ready[0], nowhere / "report", ready[1]) is not None
    assert not (nowhere / "report").exists()


def test_the_page_is_rid_of_visitor_statistics_and_closed_to_other_addresses() -> None:
    page = (
        "<html><head><title>x</title></head><body><p>kept</p>"
        '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n<script>\n'
        "window.dataLayer = window.dataLayer || [];</script><script>app()</script></body></html>"
    )
    cleaned = allure_html.without_network(page)
    assert "googletagmanager" not in cleaned
    assert "dataLayer" not in cleaned
    assert "<p>kept</p><script>app()</script>" in cleaned
    assert "<head><meta http-equiv=" in cleaned


def test_the_configuration_carries_the_decision() -> None:
    verdict, _ = samples.no_go()
    made = allure_html.configuration(verdict, Path("out"))
    assert made["name"] == "NO-GO · canonical_model/2 · release 2.3.0"
    assert made["variables"]["Decision"] == "NO-GO"
    assert made["plugins"]["awesome"]["options"]["singleFile"] is True


def test_a_real_allure_makes_one_file_that_names_the_decision(tmp_path: Path, ready: Any) -> None:
    needed("allure", allure_html.find() is not None, "`npm ci` in the checkout gets Allure 3")
    assert allure_html.generate(ready[0], tmp_path / "report", ready[1]) is None
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "NO-GO · canonical_model/2 · release 2.3.0" in page
    assert "googletagmanager" not in page
