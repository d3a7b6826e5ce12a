"""Named metrics of every source behind one Protocol: what a target gives, and what every figure must withstand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any

import boto3
import pytest
from fault_rig import Rig
from moto.server import ThreadedMotoServer

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics import Rate, source
from gonogo.probes.metrics.hosted import CloudWatchSource
from gonogo.secrets import Secret
from gonogo.settings import CloudWatchSettings, DatabaseSettings, RedisSettings, TargetSettings
from gonogo.target import Target

REGION = "eu-central-1"
KEY, SECRET = Secret("AWS_KEY", "canary-key-id-0001"), Secret("AWS_SECRET", "canary-secret-key-0001")


def target(guard: Guard, evidence: Evidence, metrics: dict[str, dict[str, Any]], **more: Any) -> Target:
    tables = {name: MetricSettings.model_validate(table) for name, table in metrics.items()}
    settings = TargetSettings(base_url=more.pop("url", "http://127.0.0.1:9"), metrics=tables, **more)
    return Target("docflow", settings, guard, evidence, "run-1", "environments/staging.toml")


# SQL


def by_sql(guard: Guard, evidence: Evidence, database: DatabaseSettings, sql: str, **more: Any) -> Any:
    opened = target(guard, evidence, {"plans": {"sql": sql, **more}}, database=database)
    try:
        return opened.metric("plans")
    finally:
        opened.close()


def test_sql_gives_a_value(guard: Guard, evidence: Evidence, database: DatabaseSettings) -> None:
    measured = by_sql(guard, evidence, database, "select count(*) from plans")

    assert (measured.value, measured.unit, measured.source, measured.query) == (10, "count", "sql", "plans")


def test_sql_gives_a_value_with_its_samples(guard: Guard, evidence: Evidence, database: DatabaseSettings) -> None:
    sql = "select 193.0 as value, count(*) as samples from plans"

    measured = by_sql(guard, evidence, database, sql, unit="s", scale=0.001)

    assert (measured.value, measured.samples) == (pytest.approx(0.193), 10)
    with pytest.raises(Inconclusive, match="plans: 10 samples, required 500"):
        by_sql(guard, evidence, database, sql, unit="s", min_samples=500)


def test_sql_gives_a_rate(guard: Guard, evidence: Evidence, database: DatabaseSettings) -> None:
    sql = "select count(*) filter (where id < 4) as events, count(*) as total from plans"

    rate = by_sql(guard, evidence, database, sql, unit="ratio")

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total) == (3, 10)
    with pytest.raises(Inconclusive, match="plans: 10 samples, required 11"):
        by_sql(guard, evidence, database, sql, unit="ratio", min_samples=11)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select max(id) from plans where id > 99", "the query gave NULL, which is not zero"),
        ("select id from plans", "the query gave 10 rows with the columns id, required one row"),
        ("select 1 as value, 2 as other", "1 rows with the columns value, other, required one row"),
        ("select name from plans where id = 1", "'PLAN-1' at the only row is no number"),
        ("select 'NaN'::float8", "nan at the only row is no number"),
        ("select 'Infinity'::float8", "inf at the only row is no number"),
    ],
)
def test_sql_that_gives_no_figure(
    guard: Guard, evidence: Evidence, database: DatabaseSettings, sql: str, says: str
) -> None:
    with pytest.raises(Inconclusive, match=says):
        by_sql(guard, evidence, database, sql)


# Redis


def by_redis(guard: Guard, evidence: Evidence, redis: RedisSettings, asked: str) -> Any:
    opened = target(guard, evidence, {"errors": {"redis": asked}}, redis=redis)
    try:
        return opened.metric("errors")
    finally:
        opened.close()


def test_redis_gives_a_field_of_info(guard: Guard, evidence: Evidence, redis_settings: RedisSettings) -> None:
    measured = by_redis(guard, evidence, redis_settings, "INFO keyspace#/db3/keys")

    assert (measured.value, measured.source, measured.query) == (3, "redis", "INFO keyspace#/db3/keys")
    assert by_redis(guard, evidence, redis_settings, "INFO stats#/total_commands_processed").value > 0


def test_redis_gives_a_key(guard: Guard, evidence: Evidence, redis_settings: RedisSettings) -> None:
    assert by_redis(guard, evidence, redis_settings, "GET validation_errors").value == 7
    assert by_redis(guard, evidence, redis_settings, "HGETALL plan:1#/quantity").value == 40


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("INFO stats#/keyspace_hit", "absent, which is not zero: .*are the keys"),
        ("GET nothing", "None at GET nothing is no number"),
        ("GET name", "'PLAN-1224-001' at GET name is no number"),
    ],
)
def test_redis_that_gives_no_figure(
    guard: Guard, evidence: Evidence, redis_settings: RedisSettings, asked: str, says: str
) -> None:
    with pytest.raises(Inconclusive, match=says):
        by_redis(guard, evidence, redis_settings, asked)


# JSON


def test_json_is_one_source_of_it(guard: Guard, evidence: Evidence, rig: Rig) -> None:
    rig.reply("/metrics", '{"p95_ms": 193, "errors": 3, "all": 2000}')
    opened = target(
        guard,
        evidence,
        {
            "p95": {"value": "/metrics#/p95_ms", "unit": "s", "scale": 0.001, "plausible": [0.01, 10]},
            "p95 in s": {"value": "/metrics#/p95_ms", "unit": "s", "plausible": [0.01, 10]},
            "errors": {"events": "/metrics#/errors", "total": "/metrics#/all", "unit": "ratio", "min_samples": 5000},
        },
        url=rig.url,
    )

    assert opened.metric("p95").value == pytest.approx(0.193)  # type: ignore[union-attr]
    with pytest.raises(Inconclusive, match=r"p95 in s: 193 s is not plausible, which is from 0\.01 to 10"):
        opened.metric("p95 in s")
    with pytest.raises(Inconclusive, match="errors: 2000 samples, required 5000"):
        opened.metric("errors")
    with pytest.raises(Unverified, match="'p95' gives one figure and no samples; leave its quantile out"):
        opened.samples("p95")


def test_a_figure_that_says_nothing_of_its_samples_cannot_have_enough(
    guard: Guard, evidence: Evidence, rig: Rig
) -> None:
    rig.reply("/metrics", '{"p95": 0.1}')
    metric = {"value": "/metrics#/p95", "unit": "s", "min_samples": 5}

    with pytest.raises(Inconclusive, match=r"does not say on how many samples it rests, required 5 \(min_samples\)"):
        target(guard, evidence, {"p95": metric}, url=rig.url).metric("p95")


def test_a_plugin_is_not_named_like_a_source_of_ours() -> None:
    with pytest.raises(ValueError, match="'json' is one of ours and has a key of its own"):
        MetricSettings.model_validate({"plugin": {"source": "json", "query": "x"}})


# CloudWatch


@pytest.fixture(scope="module")
def cloudwatch() -> Iterator[CloudWatchSettings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings = CloudWatchSettings(
        region=REGION, endpoint_url=f"http://{host}:{port}", access_key_id=KEY, secret_access_key=SECRET
    )
    publish(settings)
    yield settings
    server.stop()


def publish(settings: CloudWatchSettings) -> None:
    """Publish 8 durations, 101 to 108 ms, in each minute around now."""
    client = boto3.client(
        "cloudwatch",
        endpoint_url=settings.endpoint_url,
        region_name=REGION,
        aws_access_key_id=KEY.reveal(),
        aws_secret_access_key=SECRET.reveal(),
    )
    now = datetime.now(UTC)
    for back in range(-4, 4):
        at = now - timedelta(minutes=back)
        data = [
            {"MetricName": "Duration", "Value": 101.0 + n, "Unit": "Milliseconds", "Timestamp": at} for n in range(8)
        ]
        client.put_metric_data(Namespace="DocFlow", MetricData=data)
    client.close()


def hosted(**more: Any) -> dict[str, Any]:
    asked = {"namespace": "DocFlow", "metric": "Duration", "statistic": "Maximum", "unit": "Milliseconds", **more}
    return {"cloudwatch": {"period_s": 60, **asked}, "unit": "s", "scale": 0.001}


def test_cloudwatch_gives_one_statistic_of_the_last_period(
    guard: Guard, evidence: Evidence, cloudwatch: CloudWatchSettings
) -> None:
    opened = target(guard, evidence, {"slowest": hosted()}, cloudwatch=cloudwatch)

    measured = opened.metric("slowest")

    assert isinstance(measured, Measurement)
    assert (measured.value, measured.samples, measured.window_s) == (pytest.approx(0.108), 8, 60)
    assert (measured.source, measured.query) == ("cloudwatch", "DocFlow Duration Maximum over 60 s")
    opened.close()


@pytest.mark.parametrize("more", [{"metric": "Durations"}, {"dimensions": {"arm": "canary"}}])
def test_cloudwatch_that_has_no_value(
    guard: Guard, evidence: Evidence, cloudwatch: CloudWatchSettings, more: dict[str, Any]
) -> None:
    opened = target(guard, evidence, {"slowest": hosted(**more)}, cloudwatch=cloudwatch)

    with pytest.raises(Inconclusive, match="0 values in the last complete period, required 1; absent is not zero"):
        opened.metric("slowest")
    opened.close()


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([], "the answer is partial: no result"),
        ([{"Id": "value", "StatusCode": "PartialData", "Values": [1.0]}], "the answer is partial: PartialData"),
        (
            [{"Id": "value", "StatusCode": "Complete", "Values": [1.0], "Messages": [{"Code": "x"}]}],
            "the answer is partial: Complete .*'Code'",
        ),
        ([{"Id": "value", "StatusCode": "Complete", "Values": [1.0, 2.0]}], "2 values in the last complete period"),
        ([{"Id": "value", "StatusCode": "Complete", "Values": [float("nan")]}], "nan at .* is no number"),
    ],
)
def test_cloudwatch_that_is_not_whole(results: list[dict[str, Any]], says: str) -> None:
    class Told:
        def metric_data(self, *asked: object) -> list[dict[str, Any]]:
            return results

    with pytest.raises(Inconclusive, match=says):
        CloudWatchSource(Told()).read("slowest", MetricSettings.model_validate(hosted()))  # type: ignore[arg-type]


# Sources that are missing, or that somebody adds


@pytest.mark.parametrize(
    ("metric", "section"),
    [
        ({"promql": "queue"}, "prometheus"),
        ({"sql": "select 1"}, "database"),
        ({"redis": "DBSIZE"}, "redis"),
        (hosted(), "cloudwatch"),
    ],
)
def test_a_source_without_its_table_is_unverified(
    guard: Guard, evidence: Evidence, metric: dict[str, Any], section: str
) -> None:
    with pytest.raises(Unverified, match=rf"docflow: no \[targets\.docflow\.{section}\] in environments/staging.toml"):
        target(guard, evidence, {"figure": metric}).metric("figure")


PLUGIN = {"plugin": {"source": "weather", "query": "rain", "options": {"place": "Linz"}}, "plausible": [0, 100]}


class Weather:
    """A source as a team would add it."""

    source = "weather"
    closed = 0

    def read(self, name: str, settings: MetricSettings) -> Measurement:
        assert settings.plugin is not None
        return Measurement(name, len(settings.plugin.options["place"]), "count", source="weather", query="rain")

    def close(self) -> None:
        type(self).closed += 1


def weather(target: Target) -> Weather:
    return Weather()


def install(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint("weather", value, source.GROUP)
    monkeypatch.setattr(source, "entry_points", lambda group: [point] if group == source.GROUP else [])


def test_a_team_adds_a_source_by_entry_point(guard: Guard, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, f"{__name__}:weather")
    opened = target(guard, evidence, {"rain": PLUGIN})

    assert opened.metric("rain").value == 4  # type: ignore[union-attr]
    opened.close()
    assert Weather.closed == 1


def test_a_source_that_nobody_installed_is_unverified(guard: Guard, evidence: Evidence) -> None:
    with pytest.raises(
        Unverified, match=r"no installed package has the metric source 'weather' .*group gonogo\.metric"
    ):
        target(guard, evidence, {"rain": PLUGIN}).metric("rain")


def test_a_source_whose_package_is_broken_is_unverified(
    guard: Guard, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "no_such_package:weather")

    with pytest.raises(Unverified, match="the metric source 'weather' cannot be loaded: No module named"):
        target(guard, evidence, {"rain": PLUGIN}).metric("rain")
