"""The load gate in an environment: the guard asked before anything starts, its budget held, rehearsals, evidence."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from workload_kit import HERE, Server

from gonogo.guard import GuardRefused
from gonogo.measurement import Limit
from gonogo.outcome import Unverified
from gonogo.workbench import Workbench
from gonogo.workload import Order, judging
from gonogo.workload.gate import LoadGate

FILE = """\
description = "A case"
{scale}
[guard]
kind = "{kind}"
allowed_hosts = [{hosts}]
mutations = "{mutations}"
load = "{load}"
{budget}
[targets.mes]
base_url = "{url}"
token = {{ env = "MES_TOKEN" }}
"""
BUDGET = """
[guard.budget]
max_rate_per_s = 100
max_users = 20
max_duration_s = 60
abort_error_ratio = 0.2
abort_p99_s = 2
window = "00:00-24:00 UTC"
"""
Open = Callable[..., Workbench]
ORDER = Order("frame", "http://other.example.com", users=10, rate_per_s=50, duration_s=1, parameters={"paths": ["/ok"]})


@pytest.fixture
def opened(server: Server, tmp_path: Path) -> Open:
    """Open an environment whose file has these values, inside a scenario with these tags."""

    def open_it(tags: tuple[str, ...] = (), full: bool = False, **values: str) -> Workbench:
        (tmp_path / "environments").mkdir()
        (tmp_path / "load").symlink_to(HERE.parents[1] / "load")
        usual = {"kind": "staging", "hosts": '"127.0.0.1"', "mutations": "allow", "load": "allow", "scale": ""}
        text = FILE.format(**{**usual, "budget": BUDGET, "url": server.url, **values})
        (tmp_path / "environments" / "case.toml").write_text(text)
        run = tmp_path / "runs" / "run-1"
        run.mkdir(parents=True)
        bench = Workbench.open(tmp_path, "case", {"MES_TOKEN": "canary-token-77"}, run, "2.3.0", full=full)
        bench.begin("a scenario", tags)
        return bench

    return open_it


def gate(bench: Workbench) -> LoadGate:
    return LoadGate(bench, "mes", io.StringIO())


@pytest.mark.parametrize(
    ("values", "change", "line"),
    [
        ({"load": "refuse"}, {}, 'load = "refuse"; run load in an environment that allows it'),
        ({}, {"users": 21}, "budget.max_users = 20; ask for less, or have the budget raised"),
        ({}, {"rate_per_s": 101}, "budget.max_rate_per_s = 100; ask for less, or have the budget raised"),
        ({}, {"warmup_s": 60}, "budget.max_duration_s = 60; ask for less, or have the budget raised"),
        ({"hosts": '"mes.example.com"'}, {}, "allowed_hosts = ['mes.example.com']; add \"127.0.0.1:"),
        ({}, {"mutates": True}, "mutations only in scenarios tagged @mutates; tag the scenario @mutates"),
        ({"mutations": "refuse"}, {"mutates": True}, 'mutations = "refuse"; verify it in an environment that'),
    ],
)
def test_what_the_environment_does_not_allow_never_reaches_the_target(
    opened: Open, server: Server, values: dict[str, str], change: dict[str, Any], line: str
) -> None:
    bench = opened(**values)

    with pytest.raises(GuardRefused) as refused:
        gate(bench).run(replace(ORDER, **change))

    assert "was refused before anything was sent, by environments/case.toml [guard]: " + line in str(refused.value)
    assert str(refused.value).startswith("load frame on mes")
    assert server.counted()["total"] == 0


def test_a_closed_window_refuses(opened: Open, server: Server) -> None:
    now_closed = BUDGET.replace("00:00-24:00 UTC", "00:00-00:01 UTC")  # no load of 60 s fits into a minute it has begun
    with pytest.raises(GuardRefused, match=r'budget.window = "00:00-00:01 UTC"; start it inside that window'):
        gate(opened(budget=now_closed)).run(replace(ORDER, duration_s=60))
    assert server.counted()["total"] == 0


def test_the_environment_sets_target_hosts_ceilings_and_mark(opened: Open, server: Server) -> None:
    prepared, rehearsal = gate(opened()).prepared(replace(ORDER, abort_p99_s=0.5, abort_error_ratio=0.9))

    assert (prepared.url, prepared.run, rehearsal) == (server.url, "run-1", "")
    assert prepared.allowed_hosts == (("127.0.0.1", None),)
    assert (prepared.max_rate_per_s, prepared.abort_error_ratio, prepared.abort_p99_s) == (100, 0.2, 0.5)


def test_a_hermetic_environment_has_neither_budget_nor_ceiling(opened: Open) -> None:
    prepared, _ = gate(opened(kind="hermetic", budget="")).prepared(replace(ORDER, users=5000, rate_per_s=9999))

    assert prepared.max_rate_per_s is None
    assert prepared.abort_p99_s is None


SCALE = "\n[scale]\nduration_factor = 0.5\nuser_factor = 0.2\n"


def test_a_rehearsal_is_run_marked_and_kept_as_evidence(opened: Open, server: Server) -> None:
    bench = opened(scale=SCALE)
    result = gate(bench).run(replace(ORDER, duration_s=2), token_variable="MES_SQL_TOKEN")

    judgement = judging.errors(result, Limit("<", 0.5, "ratio"))
    taken = {ref.name: bench.directory / ref.path for ref in bench.evidence.taken()}
    figures = json.loads(taken["load frame figures"].read_text())

    assert result.rehearsal == "2 of 10 users, 1 s of 2 s"
    assert judgement.as_dict()["measured"]["rehearsal"] == result.rehearsal
    assert server.counted()["total"] == result.sent == 10
    assert figures["rehearsal"] == result.rehearsal
    assert figures["requests"] == {"steady": 10, "failed": 0, "sent": 10}
    assert taken["load frame picture"].read_text().startswith("<svg")
    assert set(taken) == {"load frame figures", "load frame picture", "load frame generator log"}
    everything = "".join(path.read_text() for path in bench.directory.rglob("*") if path.is_file())
    assert "canary" not in everything


def test_in_full_the_scale_is_not_looked_at(opened: Open) -> None:
    prepared, rehearsal = gate(opened(scale=SCALE, full=True)).prepared(ORDER)

    assert (prepared.users, prepared.duration_s, rehearsal) == (10, 1, "")


def test_what_must_not_be_scaled_is_not(opened: Open) -> None:
    prepared, rehearsal = gate(opened(scale=SCALE)).prepared(ORDER, scales=False)

    assert (prepared.users, rehearsal) == (10, "")


def test_a_sick_generator_is_asked_again_and_every_attempt_is_kept(opened: Open, server: Server) -> None:
    bench, noted = opened(), list[int]()
    order = replace(ORDER, users=1, rate_per_s=20, parameters={"paths": ["/slow=0.1"]})
    result = gate(bench).run(order, attempts=2, before_each=lambda: noted.append(server.counted()["total"]))

    assert not result.health().fit
    assert len(noted) == 2
    assert noted[1] > noted[0]
    assert sum("(attempt 2)" in ref.name for ref in bench.evidence.taken()) == 3
    assert len(list(bench.load_directory.iterdir())) == 2


def test_a_load_that_needs_a_token_says_so(opened: Open) -> None:
    bench = opened()
    target = bench.targets["mes"]
    target.settings = target.settings.model_copy(update={"token": None})

    with pytest.raises(Unverified, match=r"mes: the load needs a token; add it to \[targets.mes\]"):
        gate(bench).run(ORDER, token_variable="MES_TOKEN")
