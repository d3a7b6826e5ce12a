"""The optional parts: what each is for, what its absence means, and how to get it."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.browser import succeeds

NODE_MAJOR = 20
ENGINE_S = 15  # for each of an engine's two answers; one that is not there says so at once


@dataclass(frozen=True)
class Part:
    """Something the suite uses where it is there.

    Attributes:
        name: As GONOGO_REQUIRE spells it.
        without: What a run does without it.
        remedy: How to get it.
    """

    name: str
    without: str
    remedy: str


CONTAINERS = Part(
    "containers",
    "no container engine answers: hermetic runs use the embedded PostgreSQL and Redis",
    "start Docker, or set DOCKER_HOST, and be allowed to use its socket",
)
BROWSER = Part("browser", "no browser: its criteria stay unverified", "see above")
ALLURE = Part(
    "allure",
    "no Allure command line: Allure results are written, their HTML is not",
    f"npm ci (Node {NODE_MAJOR} or newer)",
)
PROMETHEUS = Part(
    "prometheus",
    "no Prometheus: tests against a real one are skipped",
    "apt-get install prometheus",
)
# Prometheus serves tests only; a person who never asked for it need not hear of it.
QUIET = frozenset({PROMETHEUS.name, BROWSER.name})


def missing(root: Path, venv: Path, *, has_browser: bool) -> list[Part]:
    """Return the parts that are not there, in a fixed order."""
    present = {
        CONTAINERS: engine_answers(venv),
        BROWSER: has_browser,
        ALLURE: allure_runs(root),
        PROMETHEUS: shutil.which("prometheus") is not None,
    }
    return [part for part, there in present.items() if not there]


def engine_answers(venv: Path) -> bool:
    """Say whether a container engine answers, asked as testcontainers asks."""
    ask = f"import docker; docker.from_env(timeout={ENGINE_S}).ping()"
    return succeeds([str(venv / "bin" / "python"), "-c", ask], 3.0 * ENGINE_S)


def allure_runs(root: Path) -> bool:
    """Say whether Allure's command line is installed and Node is new enough for it."""
    installed = (root / "node_modules" / ".bin" / "allure").exists() or shutil.which("allure") is not None
    return installed and node_major() >= NODE_MAJOR


def node_major() -> int:
    """Return the major version of Node on PATH, 0 where there is none."""
    try:
        answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False, timeout=10)
        return int(answer.stdout.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def report(missing: Sequence[Part], *, required: str, say: Callable[[str], None]) -> int:
    """Name the missing parts; return 1 where one of them, or an unknown one, is required, else 0.

    Args:
        missing: The parts that are not there.
        required: Names that must be there, separated by commas.
        say: Takes each line meant for the person at the terminal.
    """
    wanted = {name.strip() for name in required.split(",") if name.strip()}
    known = {part.name for part in (CONTAINERS, BROWSER, ALLURE, PROMETHEUS)}
    for name in sorted(wanted - known):
        say(f"GONOGO_REQUIRE: unknown part {name!r}; valid: {', '.join(sorted(known))}")
    for part in missing:
        if part.name in wanted:
            say(f"required by GONOGO_REQUIRE and missing: {part.name}: {part.without}; {part.remedy}")
        elif part.name not in QUIET:
            say(f"optional: {part.without}; to have it: {part.remedy}")
    return int(bool(wanted - known or wanted & {part.name for part in missing}))
