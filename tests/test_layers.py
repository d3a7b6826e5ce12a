"""Imports point one way: steps and systems to the engine, probes to measurements, the judge to almost nothing."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_the_contracts_of_pyproject_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("gonogo", "hermetic", "steps", "systems", cache_dir=None)


def test_the_judge_imports_only_measurements_outcomes_and_units(graph: grimp.ImportGraph) -> None:
    judge = {"gonogo.judge", *graph.find_descendants("gonogo.judge")}
    assert len(judge) > 1
    imported = {target for module in judge for target in graph.find_modules_directly_imported_by(module)}
    assert imported - judge <= {"gonogo.measurement", "gonogo.outcome", "gonogo.units"}


def test_nothing_of_the_suite_imports_its_tests_or_tools() -> None:
    sources = [
        path for package in ("gonogo", "hermetic", "steps", "systems") for path in (ROOT / package).rglob("*.py")
    ]
    assert sources
    prefixes = ("from tests", "import tests", "from tools", "import tools", "from bench", "import bench")
    guilty = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(prefixes)
    ]
    assert guilty == []
