"""What the environment files say of DocFlow: complete where its variables are set, left out where not."""

from pathlib import Path

import pytest

from gonogo.environment import load
from gonogo.guard import Guard
from gonogo.settings import Environment
from systems.docflow.service import LISTS, PAGES

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
MES = {
    "MES_HOST": "mes.example.com",
    "MES_URL": "https://mes.example.com",
    "MES_DB_HOST": "db.example.com",
    "MES_DB_NAME": "mes",
    "MES_DB_USER": "reader",
    "MES_DB_PASSWORD": "a-long-secret",
}
SMOKE = {
    "DOCFLOW_HOST": "docflow.example.com",
    "DOCFLOW_URL": "https://docflow.example.com",
    "DOCFLOW_STABLE_HOST": "stable.docflow.example.com",
    "DOCFLOW_STABLE_URL": "https://stable.docflow.example.com",
    "DOCFLOW_CANARY_HOST": "canary.docflow.example.com",
    "DOCFLOW_CANARY_URL": "https://canary.docflow.example.com",
    "DOCFLOW_TOKEN": "another-long-secret",
}
WATCHED = {
    "DOCFLOW_PROMETHEUS_HOST": "prometheus.example.com",
    "DOCFLOW_PROMETHEUS_URL": "https://prometheus.example.com",
}
OURS = {"docflow", "docflow_strangers", "docflow_stable", "docflow_canary", "docflow_canary_strangers"}


@pytest.fixture(params=["staging", "prod"])
def environment(request: pytest.FixtureRequest) -> Environment:
    return load(ENVIRONMENTS, request.param, MES | SMOKE | WATCHED)


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_without_its_variables_it_is_left_out(name: str) -> None:
    assert not {target for target in load(ENVIRONMENTS, name, MES).targets if "docflow" in target}


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_smoke_needs_addresses_and_a_token(name: str) -> None:
    found = load(ENVIRONMENTS, name, MES | SMOKE)
    assert set(found.targets) - {"mes"} == OURS
    assert found.targets["docflow"].database is None
    assert {"docflow.example.com", "canary.docflow.example.com"} <= set(found.guard.allowed_hosts)


def test_strangers_have_no_token(environment: Environment) -> None:
    for name, target in environment.targets.items():
        assert (target.token is None) == (name.endswith("strangers") or name in ("mes", "grafana")), name


def test_only_the_canary_says_which_release_is_verified(environment: Environment) -> None:
    told = {name for name, target in environment.targets.items() if target.version and "docflow" in name}
    assert told == {"docflow_canary"}


def test_every_named_query_is_one_read(environment: Environment) -> None:
    guard = Guard(environment.guard, mutating=lambda: False)
    for query in environment.targets["docflow"].queries.values():
        guard.sql(query.sql)


def test_every_list_and_page_has_a_path(environment: Environment) -> None:
    wanted = {*LISTS, *(f"{page} page" for page in PAGES)}
    assert wanted <= set(environment.targets["docflow"].paths)
    assert wanted <= set(environment.targets["docflow_strangers"].paths)


def test_both_watches_name_targets_of_the_file(environment: Environment) -> None:
    for name in ("docflow", "grafana"):
        canary = environment.targets[name].canary
        assert canary is not None
        assert {canary.baseline, canary.candidate} <= set(environment.targets)


def test_production_can_only_read() -> None:
    found = load(ENVIRONMENTS, "prod", MES | SMOKE | {"DOCFLOW_VERCEL": "vercel.sh", "DOCFLOW_FLY": "fly.sh"})
    assert {name: bool(c.reads_with) for name, c in found.targets["docflow"].commands.items() if c.mutates} == {
        "vercel": True,
        "fly": True,
    }
