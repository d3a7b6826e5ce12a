"""What a target offers by the names of the environment file: streams, rates, queries under study."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_rig import Rig
from stream_rig import HEAD, OPEN, PATH, StreamRig

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Inconclusive, Unverified
from gonogo.settings import DatabaseSettings, QuerySettings, TargetSettings
from gonogo.target import Target

RATE = "select count(*) filter (where id > %(least)s) as events, count(*) as total from plans"


@pytest.fixture
def target(rig: Rig, database: DatabaseSettings, guard: Guard, evidence: Evidence) -> Iterator[Target]:
    queries = {
        "refused plans": QuerySettings(sql=RATE, min_samples=10),
        "sums": QuerySettings(sql="select sum(id) as events, sum(id) * 2 as total from plans"),
        "nothing": QuerySettings(sql="select sum(id) as events, count(*) as total from plans where id < 0"),
        "too many": QuerySettings(sql="select 3 as events, 2 as total"),
        "halves": QuerySettings(sql="select 0.5 as events, 2 as total"),
        "negative": QuerySettings(sql="select -1 as events, 2 as total"),
        "not a number": QuerySettings(sql="select 'NaN'::numeric as events, 2 as total"),
        "by name": QuerySettings(sql="select id as events, 10 as total from plans"),
        "other columns": QuerySettings(sql="select 1 as errors, 2 as total"),
        "one column": QuerySettings(sql="select 1 as events"),
    }
    settings = TargetSettings(base_url=rig.url, database=database, queries=queries, streams={"plans": PATH})
    made = Target("mes", settings, guard, evidence, "run-1", "environments/staging.toml")
    yield made
    made.close()


def test_a_rate_is_counted_by_a_query(target: Target) -> None:
    found = target.rate("refused plans", least=8)

    assert (found.events, found.total, found.min_samples, found.source) == (2, 10, 10, "sql")
    assert (found.subject, found.query) == ("refused plans", "refused plans")
    assert (target.rate("sums").events, target.rate("sums").total) == (55, 110)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing", "None at events is no number"),
        ("too many", r"3 events of 2 in total \[sql: too many\]; they do not belong together"),
        ("halves", r"0\.5 at events is not whole"),
        ("negative", "-1 at events is negative"),
        ("not a number", "nan at events is no number"),
        ("by name", "the query gave 10 rows with the columns events, total, required one row"),
        (
            "other columns",
            "the query gave 1 rows with the columns errors, total, required one row with events and total",
        ),
        ("one column", "the query gave 1 rows with the columns events, required"),
    ],
)
def test_what_is_no_rate_is_inconclusive(target: Target, name: str, says: str) -> None:
    with pytest.raises(Inconclusive, match=f"{name}: {says}"):
        target.rate(name)


def test_a_query_is_studied_by_its_name(target: Target) -> None:
    assert target.study("refused plans").plan(least=1).scanned == {"public.plans"}
    assert len(target.study("refused plans").timings(2, least=1)) == 2


def test_a_stream_is_opened_by_its_name_and_closed_with_its_target(target: Target, rig: Rig) -> None:
    served = StreamRig(rig, [[HEAD, OPEN]])
    target.stream("plans").listen(2).require_open()
    assert target.stream("plans") is target.stream("plans")

    target.close()

    assert served.left(2)


@pytest.mark.parametrize("kind", ["stream", "rate", "study"])
def test_an_unknown_name_says_what_there_is(target: Target, kind: str) -> None:
    with pytest.raises(
        Unverified, match=r"mes: there is no 'refused plan' in environments/staging\.toml \[targets\.mes\."
    ):
        getattr(target, kind)("refused plan")


def test_a_stream_is_a_path(tmp_path: Path) -> None:
    for path in ("api/stream", "//elsewhere/stream", "https://elsewhere"):
        with pytest.raises(ValueError, match=r"streams\.plans"):
            TargetSettings(base_url="http://127.0.0.1", streams={"plans": path})
