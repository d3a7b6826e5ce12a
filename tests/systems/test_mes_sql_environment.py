"""What the environment files say of the database build: complete where its variables are set, left out where not."""

import re
from pathlib import Path

import pytest

from gonogo.environment import load
from gonogo.guard import Guard
from gonogo.settings import Environment
from systems.mes_sql.build import KEYS
from systems.mes_sql.stores import PARTS

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
MES = {
    "MES_HOST": "mes.example.com",
    "MES_URL": "https://mes.example.com",
    "MES_DB_HOST": "db.example.com",
    "MES_DB_NAME": "mes",
    "MES_DB_USER": "reader",
    "MES_DB_PASSWORD": "a-long-secret",
}
BUILD = {
    "MES_SQL_HOST": "green.example.com",
    "MES_SQL_URL": "https://green.example.com",
    "MES_SQL_TOKEN": "another-long-secret",
}


def targets(name: str, **variables: str) -> set[str]:
    return set(load(ENVIRONMENTS, name, MES | variables).targets)


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_without_its_variables_the_build_is_left_out(name: str) -> None:
    assert "mes_sql" not in targets(name)
    assert "mes" in targets(name)


@pytest.mark.parametrize("name", ["staging", "prod"])
def test_smoke_needs_three_variables(name: str) -> None:
    environment = load(ENVIRONMENTS, name, MES | BUILD)
    build = environment.targets["mes_sql"]
    assert build.database is None
    assert set(build.streams) == {"plans", "assignments", "workers"}
    assert "green.example.com" in environment.guard.allowed_hosts


@pytest.fixture
def staging() -> Environment:
    return load(ENVIRONMENTS, "staging", MES | BUILD)


def test_every_named_query_is_one_read(staging: Environment) -> None:
    guard = Guard(staging.guard, mutating=lambda: False)
    for query in staging.targets["mes_sql"].queries.values():
        guard.sql(query.sql)


def test_every_list_has_a_path_and_every_part_a_query(staging: Environment) -> None:
    build = staging.targets["mes_sql"]
    assert KEYS.keys() <= build.paths.keys()
    assert PARTS.keys() <= build.queries.keys()


def test_no_query_of_the_environment_is_idle(staging: Environment) -> None:
    root = ENVIRONMENTS.parent
    folders = ("systems/mes_sql", "steps", "features/postgres_build")
    texts = "\n".join(
        path.read_text("utf-8") for folder in folders for path in (root / folder).iterdir() if path.is_file()
    )
    quoted = set(re.findall(r'"([^"\n]+)"', texts)) | {cell.strip() for cell in re.findall(r"\|([^|\n]+)", texts)}
    assert sorted(staging.targets["mes_sql"].queries.keys() - quoted) == []
