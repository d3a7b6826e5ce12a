"""Faults: each is known, names real criteria, and really changes something."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from build_world import GREEN, PLANS, Build
from standing import ROOT

from hermetic.faults import catalogue
from hermetic.kit.edits import TextFault
from hermetic.kit.planted import Planted
from hermetic.mes_sql import database, migrator
from hermetic.mes_sql.broken import migrations, queries, records, seeds
from hermetic.mes_sql.catalogue.papers import PAPER_FAULTS
from hermetic.mes_sql.catalogue.repository import REPOSITORY_FAULTS
from hermetic.mes_sql.faults import BY_CODE, FAULTS
from hermetic.mes_sql.seeding import load
from hermetic.mes_sql.seeding.master import SIZES
from hermetic.mes_sql.server.sql import queries as pristine
from hermetic.world import STAND_INS


def criteria() -> set[str]:
    with (ROOT / "features/postgres_build/criteria.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def test_faults_have_names_of_their_own_and_name_real_criteria() -> None:
    catalogue(STAND_INS)  # raises where two share a name
    known = criteria()
    assert {fault.name: set(fault.breaks) - known for fault in FAULTS if set(fault.breaks) - known} == {}
    held = ["green-health-down", "green-old-release"]  # no scenario runs: no release, or another one, is made out
    assert [fault.name for fault in FAULTS if not fault.breaks] == held


def test_the_list_of_faults_is_up_to_date() -> None:
    text = (ROOT / "hermetic/mes_sql/FAULTS.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
    assert listed == [fault.name for fault in FAULTS], "run `python -m hermetic.mes_sql.list_faults`"


def test_every_fault_is_done_somewhere() -> None:
    """A name in the catalogue that no code asks for would be a fault that breaks nothing."""
    folders = (ROOT / "hermetic/mes_sql", ROOT / "hermetic/kit")
    files = [path for folder in folders for path in folder.rglob("*.py") if path.parent.name != "catalogue"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    by_pattern = {f"{kind}-changes-lost" for kind in ("worker", "station", "operation", "substation")}
    assert [name for name, _, _ in BY_CODE if f'"{name}"' not in code and name not in by_pattern] == []


# --- Statements of green


@pytest.mark.parametrize("fault", sorted(queries.CHANGES))
def test_a_changed_statement_is_another_and_still_sql(build: Build, fault: str) -> None:
    changed = queries.all_queries([fault])
    assert {change.query for change in queries.CHANGES[fault]} == {
        name for name, text in changed.items() if text != vars(pristine)[name]
    }
    with build.world.connect(build.world.main_database) as connection:
        for change in queries.CHANGES[fault]:
            if changed[change.query]:
                numbered = re.sub(r"%\((\w+)\)s", "null", changed[change.query]).replace("%%", "%")
                connection.execute(f"prepare tried as {numbered}".encode())
                connection.execute("deallocate tried")


# --- Rows, migrations and seeds


@contextmanager
def taken_back(build: Build, name: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the owner; whatever is done is undone at the end."""
    with build.world.connect(name) as connection, connection.transaction(force_rollback=True):
        yield connection


def picture(connection: psycopg.Connection[Any]) -> list[Any]:
    """Return rows, schema and settings of a database, as far as a fault may change them."""
    tables = [name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'mes'")]
    rows = [
        connection.execute(f"select md5(string_agg(t::text, '|' order by t::text)) from mes.{table} t".encode())
        for table in sorted(tables)
    ]
    schema = """
        select indexdef from pg_indexes where schemaname = 'mes'
        union all select conname::text from pg_constraint where connamespace = 'mes'::regnamespace
        union all select polname::text from pg_policy
        union all select tgname || tgtype from pg_trigger where not tgisinternal
        union all select proname::text from pg_proc where pronamespace = 'mes'::regnamespace
        union all select relname::text from pg_class where relnamespace = 'mes'::regnamespace
        union all select setconfig::text from pg_db_role_setting
        union all select datconnlimit::text from pg_database where datname = current_database() order by 1
    """
    return [tables, [row.fetchone() for row in rows], connection.execute(schema.encode()).fetchall()]


@pytest.mark.parametrize("fault", [*records.STATEMENTS, *migrations.UP])
def test_a_fault_of_the_records_changes_them(build: Build, fault: str) -> None:
    with taken_back(build, build.world.main_database) as connection:
        before = picture(connection)
        records.spoil_records(connection, [fault])
        records.spoil_schema(connection, [fault])
        assert picture(connection) != before


@pytest.fixture
def test_database(build: Build) -> Iterator[str]:
    name = build.world.test_database
    database.reset(build.world, name, migrator.LAST)
    yield name
    database.reset(build.world, name, migrator.LAST)


@pytest.mark.parametrize("fault", [*seeds.AFTER, "seed-incomplete"])
def test_a_fault_of_the_seed_changes_what_is_seeded(build: Build, test_database: str, fault: str) -> None:
    pictures = []
    with build.world.connect(test_database) as connection:
        for faults in ([], [fault]):
            load.clear(connection)
            load.seed(connection, seeds.seeded_size(SIZES["minimal"], faults))
            seeds.spoil_seed(connection, faults)
            pictures.append(picture(connection))
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("fault", [*migrations.UP, *migrations.COMMAND_ONLY, *migrations.DOWN])
def test_a_fault_of_the_migrations_shows_after_down_and_up(build: Build, test_database: str, fault: str) -> None:
    with build.world.connect(test_database) as connection:
        before = picture(connection)
    with migrator.connected(build.world, test_database) as connection:
        try:
            migrator.migrate(connection, migrator.FIRST, [fault])
            migrator.migrate(connection, migrator.LAST, [fault])
        except psycopg.errors.DivisionByZero:
            return  # what stops half-way
    with build.world.connect(test_database) as connection:
        assert picture(connection) != before


# --- Texts


@pytest.fixture(scope="module")
def folders(build: Build) -> list[dict[str, str]]:
    """The texts of papers and repository in the states that have all of them."""
    kept = []
    for state in ("finished", "seeded"):
        build.arrange(state, seed="minimal")
        for folder in (build.world.documents, build.world.repository):
            files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
            kept.append({str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files})
    build.arrange("seeded")
    return kept


@pytest.mark.parametrize("fault", [*PAPER_FAULTS, *REPOSITORY_FAULTS], ids=lambda fault: fault.name)
def test_every_edit_of_a_text_fault_finds_something(folders: list[dict[str, str]], fault: TextFault) -> None:
    for edit in fault.edits:
        texts = [folder[edit.file] for folder in folders if edit.file in folder]
        assert texts, f"{edit.file} is in no state"
        if edit.replacement is not None:
            replaced = [re.sub(edit.pattern, edit.replacement, text, flags=re.MULTILINE) for text in texts]
            assert replaced != texts, f"{edit.pattern} finds nothing in {edit.file}"


# --- What is arranged, for several faults at once


def logged(build: Build) -> int:
    return len(build.run("pm2", "logs", GREEN, "--lines", "1000").stdout.splitlines())


GAPS = "select max(gap) from (select at - lag(at) over (order by at) as gap from mes_requests) as gaps"
ARRANGED: dict[str, dict[str, Callable[[Build], bool]]] = {
    "day_3": {
        "wrong-weight": lambda build: "3000 weight=90" in build.run("balancer", "show").stdout,
        "high-error-rate": lambda build: build.count("select count(*) from mes_requests where status = 500") < 9,
        "slow-days": lambda build: build.rows("select avg(duration_ms) < 100 from mes_requests") == [(True,)],
        "traffic-gap": lambda build: build.rows(GAPS)[0][0] < timedelta(minutes=15),
        "log-cut": lambda build: logged(build) == 1000,
    },
    "dual_read": {
        "dual-read-silent": lambda build: _discrepancy(build),
        "statements-unlisted": lambda build: (
            build.count("select count(*) from pg_extension where extname = 'pg_stat_statements'") == 1
        ),
    },
}


@pytest.mark.parametrize("state", ARRANGED)
def test_faults_of_what_is_arranged_break_it(arranged: Build, state: str) -> None:
    arranged.arrange(state, seed="minimal")
    assert [fault for fault, holds in ARRANGED[state].items() if not holds(arranged)] == []
    planted = Planted(arranged.world.faults_file)
    *rest, last = ARRANGED[state]
    for fault in rest:
        planted.plant(fault)
    arranged.control("POST", "/faults", {"name": last})
    assert [fault for fault, holds in ARRANGED[state].items() if holds(arranged)] == []
    assert arranged.control("GET", "/faults") == {"faults": sorted(ARRANGED[state])}, "faults survive an arrangement"


def _discrepancy(build: Build) -> bool:
    log: Path = build.world.log_of("green")
    before = log.stat().st_size
    path = "/collections/mes-production-plans/PPL-0125-001"
    document = build.get(path, "old_store")
    build.ask("PUT", path, {**document, "quantity": 1}, port="old_store")
    build.get(f"{PLANS}/PPL-0125-001")
    build.ask("PUT", path, document, port="old_store")
    return "Dual read discrepancy" in log.read_text(encoding="utf-8")[before:]


def test_an_unknown_fault_is_refused_with_the_closest_spelling(build: Build) -> None:
    reply = build.session.post(build.url("control") + "/faults", json={"name": "lost-notifications"}, timeout=5)
    assert reply.status_code == 404
    assert "did you mean 'lost-notification'?" in reply.json()["error"]
