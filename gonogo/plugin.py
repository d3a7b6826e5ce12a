"""The pytest plugin: the options of a run, and who does what in which process.

It wakes only when feature files are asked for; `pytest tests` is plain pytest. Under xdist the controller owns the run
and the services (`gonogo.ownership`), and every worker runs scenarios in a world of its own (`gonogo.fixtures`).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gonogo import criteria
from gonogo.bdd.tags import known_markers
from gonogo.outcome import UsageError
from gonogo.process import die_with_parent
from gonogo.request import Request
from gonogo.selection import Place
from gonogo.session import Session

pytest_plugins = ["gonogo.bdd.plugin", "gonogo.probes.browser", "gonogo.fixtures"]


_ONCE = {
    "--env": "environment to verify, by its file environments/NAME.toml (default: hermetic)",
    "--gate": "gate to decide, such as canonical_model/2; runs exactly the scenarios that it requires",
    "--release": "release that must be live; required for staging and production",
    "--stack": "use the hermetic stack whose ready line is in this file, instead of starting one",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("gonogo", "release verification")
    for option, meaning in _ONCE.items():
        group.addoption(option, default="", metavar=option.strip("-").upper(), help=meaning)
    backings = ("auto", "containers", "embedded", "external")
    group.addoption("--backing", default="auto", choices=backings, help="source of the services of a hermetic run")
    group.addoption("--brief", action="store_true", help="run load a fifth as long; enough to show what a fault breaks")
    group.addoption(
        "--enough",
        action="append",
        default=[],
        metavar="CRITERION",
        help="skip scenarios whose criteria among these are missed already; for one process",
    )
    group.addoption("--full", action="store_true", help="run load in full, not at the environment's [scale]")
    group.addoption("--fault", action="append", default=[], metavar="NAME", help="plant a fault in the stand-ins")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the ids of all criteria as tags, then plan the run, or refuse it before anything is sent."""
    with _usage_errors():
        for criterion in criteria.load(config.rootpath / "features").criteria.values():
            config.addinivalue_line("markers", f"{criterion.id}: {criterion.statement}")
        given = getattr(config, "workerinput", {}).get("gonogo")
        if given:
            _become_worker(config, json.loads(given))
        elif not hasattr(config, "workerinput") and _wakes(config):
            _become_owner(config)


@contextmanager
def _usage_errors() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _wakes(config: pytest.Config) -> bool:
    if config.getoption("unused_steps", False) or config.getoption("version", 0) or config.getoption("help", False):
        return False
    if config.option.collectonly and not (config.option.env or config.option.gate):
        return False
    paths = [place.path for place in _places(config)]
    return any(path.suffix == ".feature" or (path.is_dir() and any(path.rglob("*.feature"))) for path in paths)


def _places(config: pytest.Config) -> tuple[Place, ...]:
    """Return the files, folders and node ids that were asked for; without any, those of `testpaths`."""
    split = (argument.partition("::") for argument in config.args)
    return tuple(Place((config.invocation_params.dir / path).resolve(), name) for path, _, name in split)


def _become_owner(config: pytest.Config) -> None:
    from gonogo.ownership import RunOwner  # only now: pytest rewrites the assertions of modules it has not yet seen

    option = config.option
    _refuse_repeated(config)
    request = Request(
        root=config.rootpath,
        environment=option.env or "hermetic",
        gate=option.gate,
        release=option.release,
        backing=option.backing,
        faults=tuple(option.fault),
        stack=option.stack,
        full=option.full,
        brief=option.brief,
        enough=tuple(option.enough),
        expression=option.markexpr,
        places=_places(config),
    )
    owner = RunOwner(config, Session.plan(request, known_markers(config)))
    config.pluginmanager.register(owner, "gonogo-run-owner")


def _refuse_repeated(config: pytest.Config) -> None:
    """Refuse an option that is given twice: of two environments, the last would win silently."""
    given = [str(argument).partition("=")[0] for argument in config.invocation_params.args]
    for option in _ONCE:
        if given.count(option) > 1:
            raise UsageError(f"{option} is given twice; a run has one")


def _become_worker(config: pytest.Config, given: dict[str, Any]) -> None:
    from gonogo.fixtures import ScenarioHost, attach_to_report
    from gonogo.report.allure import DIRECTORY_KEY, SCRUB_KEY
    from gonogo.turns import Turns
    from gonogo.workbench import Workbench

    die_with_parent()
    directory = Path(given["run"])
    config.stash[DIRECTORY_KEY] = directory / "allure-results"
    variables = {**os.environ, **given["variables"]}
    bench = Workbench.open(
        config.rootpath, given["environment"], variables, directory, given["release"], attach_to_report,
        full=given["full"], brief=given["brief"],
    )  # fmt: skip
    config.stash[SCRUB_KEY] = bench.redactor.scrub
    config.pluginmanager.register(
        ScenarioHost(bench, given["planned"], Turns(Path(given["turns"]))), "gonogo-scenario-host"
    )
