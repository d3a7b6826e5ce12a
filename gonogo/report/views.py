"""All views of a verdict, written from the run directory alone, so that no two of them can differ."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gonogo.conclusion import records_of
from gonogo.outcome import Decision, exit_code
from gonogo.report import allure_html, junit, page, terminal, wording
from gonogo.report.allure import AllureWriter, Attachment
from gonogo.run import Run

PAGE = "decision.html"
JUNIT = "junit.xml"
_STATUS = {"GO": "passed", "NO-GO": "failed", "HOLD": "broken"}


def write(run: Run, scrub: Callable[[str], str] = str) -> None:
    """Write the decision page, JUnit and the Allure entries of the verdict into the run directory."""
    verdict, records = run.read("verdict.json"), _records(run)
    run.path(PAGE).write_text(scrub(page.render(verdict, records)), encoding="utf-8")
    run.path(JUNIT).write_text(scrub(junit.render(verdict, records)), encoding="utf-8")
    if run.path("allure-results").is_dir():
        _write_allure(run, verdict, scrub)


def _write_allure(run: Run, verdict: Mapping[str, Any], scrub: Callable[[str], str]) -> None:
    """Add the decision to the Allure results, as an entry of the decision's colour, and their three side files."""
    writer = AllureWriter(run.path("allure-results"), scrub)
    decision = verdict["decision"]
    against = [c for c in verdict["criteria"] if c["outcome"] not in ("met", "waived")]
    lines = [*verdict["problems"], *(f"{c['id']} is {c['outcome']}: {c['reason']}" for c in against)]
    page_file = Attachment("Decision page", run.path(PAGE).read_bytes(), "text/html")
    json_file = Attachment("verdict.json", run.path("verdict.json").read_bytes(), "application/json")
    labels = {"epic": "Decision", "feature": verdict["gate"], "story": "Verdict", "severity": "blocker"}
    writer.write_extra(
        "VERDICT", _STATUS[decision], "\n".join([wording.title(verdict), *lines]), (), (page_file, json_file), labels
    )
    writer.write_environment(_facts(verdict))
    writer.write_executor(
        {"name": "gonogo", "type": "gonogo", "reportName": wording.title(verdict), "buildName": run.id}
    )
    writer.write_categories()


def _facts(verdict: Mapping[str, Any]) -> dict[str, str]:
    facts = {"Decision": verdict["decision"], "Gate": verdict["gate"], "Run": verdict["run"]}
    facts |= {"Environment": wording.environment_text(verdict["environment"])}
    facts |= {"Release": wording.release_text(verdict["release"])}
    facts |= {f"Backing {key}": str(value) for key, value in verdict.get("backing", {}).items()}
    return facts | {"Suite": f"{verdict['suite']['version']} ({verdict['suite']['commit'][:12]})"}


def say(run: Run, out: terminal.Out | None = None) -> None:
    """Say the decision, and what keeps it from being GO."""
    terminal.write(
        run.read("verdict.json"),
        out or terminal.Console(sys.stdout),
        records=_records(run),
        directory=run.directory,
    )


def render(run: Run) -> int:
    """Write all views anew, with the Allure report where its program is installed; return the decision's exit code."""
    write(run)
    verdict = run.read("verdict.json")
    missing = allure_html.generate(run.path("allure-results"), run.path("allure-report"), verdict)
    say(run)
    print(missing or f"Allure report: {_shown(run.path('allure-report') / 'index.html')}")
    return exit_code(Decision(verdict["decision"]))


def _records(run: Run) -> list[dict[str, Any]]:
    """Return the scenario records; of a torn event log none, and the verdict says that it is torn."""
    try:
        return records_of(run)
    except ValueError:
        return []


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
