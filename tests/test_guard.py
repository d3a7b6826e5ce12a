"""The guard: what it lets pass, what it refuses, and that the refusal says why and what to do."""

from datetime import UTC, datetime

import pytest

from gonogo.budget import Demand
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Unverified, UsageError
from gonogo.settings import BudgetSettings, CommandSettings, GuardSettings

BUDGET = BudgetSettings(
    max_rate_per_s=5, max_users=10, max_duration_s=60, abort_error_ratio=0.05, abort_p99_s=2, window="22:00-06:00 UTC"
)


def guard(*hosts: str, mutations: str = "refuse", load: str = "refuse", mutating: bool = False) -> Guard:
    settings = GuardSettings(
        kind="production",
        allowed_hosts=hosts or ("mes.example.com",),
        mutations=mutations,
        load=load,
        budget=BUDGET if load == "allow" else None,
    )
    return Guard(settings, mutating=lambda: mutating, file="environments/prod.toml")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "get"])
def test_reading_from_an_allowed_host_passes(method: str) -> None:
    guard().request(method, "https://mes.example.com/health")


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("mes.example.com", "http://mes.example.com:8080/"),
        ("mes.example.com:8080", "http://mes.example.com:8080/"),
        ("mes.example.com:443", "https://mes.example.com/"),
        ("MES.example.com", "https://mes.EXAMPLE.com./"),
        ("[::1]:8080", "http://[::1]:8080/"),
        ("::1", "http://[::1]:8080/"),
    ],
)
def test_an_entry_allows_its_host_on_its_port_or_on_all(entry: str, url: str) -> None:
    guard(entry).request("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://evil.mes.example.com/",
        "http://mes.example.com.evil.com/",
        "http://mes.example.com@evil.com/",
        "http://mes.example.com:8081/",
        "http:///health",
        "file:///etc/passwd",
    ],
)
def test_every_other_host_is_refused(url: str) -> None:
    with pytest.raises(GuardRefused):
        guard("mes.example.com:8080").request("GET", url)


def test_a_refused_host_names_line_and_remedy() -> None:
    with pytest.raises(GuardRefused) as refused:
        guard().request("GET", "http://staging.example.com/plans?token=secret")

    assert str(refused.value) == (
        "GET /plans at staging.example.com:80 was refused before anything was sent, by environments/prod.toml [guard]: "
        "allowed_hosts = ['mes.example.com']; "
        'add "staging.example.com:80" there if it belongs to this environment'
    )
    assert isinstance(refused.value, Unverified)


def test_a_port_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="a port is a number from 1 to 65535"):
        guard("mes.example.com:99999")


@pytest.mark.parametrize(
    ("mutations", "mutating", "line"),
    [
        ("refuse", False, 'mutations = "refuse"; verify it in an environment that allows it'),
        ("refuse", True, 'mutations = "refuse"; verify it in an environment that allows it'),
        ("allow", False, "mutations only in scenarios tagged @mutates; tag the scenario @mutates"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "MKCOL"])
def test_a_change_needs_the_environment_and_the_scenario(
    method: str, mutations: str, mutating: bool, line: str
) -> None:
    with pytest.raises(GuardRefused) as refused:
        guard(mutations=mutations, mutating=mutating).request(method, "http://mes.example.com/plans")

    assert str(refused.value) == (
        f"{method} /plans was refused before anything was sent, by environments/prod.toml [guard]: {line}"
    )


def test_a_change_passes_where_both_allow_it() -> None:
    guard(mutations="allow", mutating=True).request("POST", "http://mes.example.com/plans")


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from plans",
        "  -- why\n/* more */ SELECT 1;",
        "with a as (select 1) select * from a",
        "(select 1) union (select 2)",
        "values (1), (2)",
        "table plans",
        "show server_version",
        "explain analyze select 1",
        "select 'drop table plans; delete'",
        'select "update" from plans',
        "select $tag$ insert; $tag$",
        "select last_update, created_at, offset_into from plans",
        r"select E'it\'s; delete'",
    ],
)
def test_one_read_passes(statement: str) -> None:
    guard().sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from plans",
        "DROP TABLE plans",
        "select 1; delete from plans",
        "select 1; select 2",
        "with gone as (delete from plans returning *) select * from gone",
        "select * into copy_of_plans from plans",
        "explain analyze update plans set id = 1",
        "select * from plans for update",
        "select nextval('plans_id_seq')",
        "select pg_terminate_backend(1)",
        "select set_config('transaction_read_only', 'off', false)",
        "copy plans to stdout",
        "set transaction read write",
        "begin",
        "",
        "-- select",
    ],
)
def test_what_is_not_one_read_is_refused(statement: str) -> None:
    with pytest.raises(GuardRefused, match="SQL is read only"):
        guard(mutations="allow", mutating=True).sql(statement)


def test_a_command_that_changes_something_reads_with_its_dry_run() -> None:
    migrate = CommandSettings(argv=("migrate",), mutates=True, reads_with=("--dry-run",))

    guard().command("migrate", migrate, ["--dry-run", "--stats"])
    with pytest.raises(GuardRefused, match=r"command 'migrate' \(it only reads with --dry-run\) was refused"):
        guard().command("migrate", migrate, ["--execute"])
    guard(mutations="allow", mutating=True).command("migrate", migrate, ["--execute"])


def test_a_command_that_only_reads_passes() -> None:
    guard().command("checksum", CommandSettings(argv=("checksum",)), [])


def test_load_needs_the_environment() -> None:
    with pytest.raises(GuardRefused, match=r'100 users was refused .* load = "refuse"; run load in an environment'):
        guard().load("100 users")
    guard(load="allow").load("100 users")


@pytest.mark.parametrize(
    ("demand", "line"),
    [
        (Demand(11, 5, 60), "budget.max_users = 10; ask for less, or have the budget raised"),
        (Demand(10, 5.5, 60), "budget.max_rate_per_s = 5; ask for less, or have the budget raised"),
        (
            Demand(10, 5, 60),
            'budget.window = "22:00-06:00 UTC"; start it inside that window, so that it also ends there',
        ),
    ],
)
def test_load_beyond_the_budget_is_refused_with_what_was_asked(demand: Demand, line: str) -> None:
    with pytest.raises(GuardRefused) as refused:
        guard(load="allow").load("load frame on mes", demand, datetime(2026, 11, 25, 12, tzinfo=UTC))

    assert str(refused.value) == (
        f"load frame on mes ({demand}) was refused before anything was sent, by environments/prod.toml [guard]: {line}"
    )


def test_load_within_the_budget_passes() -> None:
    guard(load="allow").load("load frame", Demand(10, 5, 60), datetime(2026, 11, 25, 23, tzinfo=UTC))


def test_a_hermetic_environment_needs_no_budget() -> None:
    settings = GuardSettings(kind="hermetic", allowed_hosts=("127.0.0.1",), mutations="allow", load="allow")
    Guard(settings, mutating=lambda: True).load("load frame", Demand(10_000, 1e6, 1e6))


def test_elsewhere_load_without_a_budget_is_no_environment_at_all() -> None:
    with pytest.raises(ValueError, match=r'load = "allow" needs a table \[guard.budget\] with max_rate'):
        GuardSettings(kind="staging", allowed_hosts=("mes",), mutations="allow", load="allow")


def test_the_allow_list_can_be_handed_on() -> None:
    assert guard("MES.example.com", "10.0.0.1:8080").hosts == (("10.0.0.1", 8080), ("mes.example.com", None))
