"""Allure's HTML from the results of a run, where Allure 3 (npm package `allure`, Node 20 or newer) is there.

The results are checked first: Allure shows whatever lies in the folder, also of another run, and skips without a word
what it cannot read. A report that would say something else than the verdict is refused.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.report import wording
from gonogo.run import Run

VERDICT_NAME = "VERDICT"
VERDICT_STATUS = {"GO": "passed", "NO-GO": "failed", "HOLD": "broken"}
LIMIT_S = 300
_STATISTICS = re.compile(
    r"<script[^>]*googletagmanager\.com[^>]*>\s*</script>\s*<script>\s*window\.dataLayer\b.*?</script>", re.DOTALL
)
_HEAD = re.compile(r"<head[^>]*>")
_CLOSED = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:\">"
)
_ROOT = Path(__file__).resolve().parents[2]
_CLOCK_TOLERANCE_MS = 2_000
# Node 20 lacks Iterator.prototype.toArray, which Allure 3 calls.
_CONFIGURATION = """\
Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())).toArray ??= function () { return [...this]; };
export default %s;
"""


def generate(results: Path, output: Path, verdict: Mapping[str, Any]) -> str | None:
    """Write `output`/index.html, one file that needs no network; return None, or a sentence on why there is none.

    Args:
        results: The run's own folder of Allure results; the run's event log lies beside it.
        output: Folder to make; an older report in it is replaced.
        verdict: The content of verdict.json.
    """
    wrong = _mismatch(results, verdict)
    if wrong:
        return f"no Allure HTML: {wrong}; the decision page and verdict.json stand; run the gate again for a whole one"
    program = find()
    if program is None:
        return (
            "no Allure HTML: there is no Allure 3 on this machine; with Node 20 or newer, `npm ci` in the checkout "
            "gets it. The decision page needs none"
        )
    with tempfile.TemporaryDirectory(prefix="gonogo-allure-") as scratch:
        return _run(program, results.resolve(), output.resolve(), Path(scratch), verdict)


def find() -> str | None:
    """Return the path of Allure's command line, the checkout's own before PATH's, where its major version is 3."""
    own = _ROOT / "node_modules" / ".bin" / "allure"
    for candidate in (str(own) if own.exists() else None, shutil.which("allure")):
        if candidate and _version(candidate).startswith("3."):
            return candidate
    return None


def configuration(verdict: Mapping[str, Any], output: Path) -> dict[str, Any]:
    """Return Allure's configuration: the verdict as name and variables, one file, grouped as the features are."""
    release, environment = verdict.get("release") or {}, verdict.get("environment") or {}
    variables = {
        "Decision": verdict["decision"],
        "Gate": verdict.get("gate"),
        "Environment": wording.environment_text(environment),
        "Release": wording.release_text(release).removeprefix("release "),
        "Criteria": wording.counts_text(verdict["counts"]),
        "Run": verdict.get("run"),
    }
    return {
        "name": wording.title(verdict),
        "output": str(output),
        "variables": {key: wording.visible(value) for key, value in variables.items() if value},
        "plugins": {"awesome": {"options": {"singleFile": True, "groupBy": ["epic", "feature", "story"]}}},
    }


def without_network(page: str) -> str:
    """Return Allure's page without its visitor statistics, and closed to every other address."""
    return _HEAD.sub(rf"\g<0>{_CLOSED}", _STATISTICS.sub("", page), count=1)


def _run(program: str, results: Path, output: Path, scratch: Path, verdict: Mapping[str, Any]) -> str | None:
    """Let Allure write into a folder of its own first, so that a failure leaves an older report as it was."""
    made, config = scratch / "report", scratch / "allurerc.mjs"
    text = json.dumps(configuration(verdict, made), ensure_ascii=True, indent=1)
    config.write_text(_CONFIGURATION % text, encoding="utf-8")
    command = [program, "generate", "--config", str(config), "--output", str(made), str(results)]
    try:
        done = subprocess.run(
            command, cwd=scratch, capture_output=True, text=True, errors="replace", timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no Allure HTML: {program} did not do its work: {error}"
    page = next(iter(sorted(made.rglob("index.html"), key=lambda path: len(path.parts))), None)
    if done.returncode or page is None:
        said = wording.visible((done.stderr or done.stdout)[-400:]) or "nothing"
        return f"no Allure HTML: {program} ended with code {done.returncode} and said: {said}"
    page.write_text(without_network(page.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(page.parent, output)
    return None


def _version(program: str) -> str:
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip()


def _mismatch(results: Path, verdict: Mapping[str, Any]) -> str | None:
    """Return how the results differ from what the run and its verdict say, or None."""
    found: list[dict[str, Any]] = []
    for path in sorted(results.glob("*-result.json")):
        try:
            found.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return f"{path.name} cannot be read"
    verdicts = [result for result in found if result.get("name") == VERDICT_NAME]
    if {result.get("status") for result in verdicts} != {VERDICT_STATUS[verdict["decision"]]}:
        return f"the results do not hold an entry {VERDICT_NAME} that says {verdict['decision']}, and no other"
    try:
        ran = sum(event["kind"] == "scenario.end" for event in Run(results.parent).events())
    except ValueError as error:
        return str(error)
    if len(found) - len(verdicts) != ran:
        return f"{len(found) - len(verdicts)} results are there, but {ran} scenarios were run"
    return _foreign([result for result in found if result.get("name") != VERDICT_NAME], verdict)


def _foreign(found: list[dict[str, Any]], verdict: Mapping[str, Any]) -> str | None:
    """Return which result began outside the run's own time, so belongs to another run, or None."""
    try:
        first, last = (datetime.fromisoformat(verdict[key]).timestamp() * 1000 for key in ("started", "finished"))
    except (KeyError, TypeError, ValueError):
        return "the verdict does not say when the run began and ended"
    for result in found:
        start = result.get("start", 0)
        if not first - _CLOCK_TOLERANCE_MS <= start <= last + _CLOCK_TOLERANCE_MS:
            return f"the result {wording.visible(result.get('name', ''))!r} is of another run"
    return None
