"""Redis against a real server: reads only."""

from collections.abc import Iterator

import pytest
from fault_rig import Rig, closed_port
from probe_kit import Kept

from gonogo.backstop import Backstop
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.redis import RedisProbe
from gonogo.settings import RedisSettings


@pytest.fixture
def redis_probe(redis_settings: RedisSettings, guard: Guard, evidence: Evidence) -> Iterator[RedisProbe]:
    probe = RedisProbe("mes", redis_settings, guard, evidence)
    yield probe
    probe.close()


def test_reads_are_answered_as_text_and_tables(redis_probe: RedisProbe, kept: Kept) -> None:
    assert redis_probe.ask("get", "name") == "PLAN-1224-001"
    assert redis_probe.ask("HGETALL", "plan:1") == {"status": "draft", "quantity": "40"}
    assert redis_probe.ask("EXISTS", "nothing") == 0
    assert "HGETALL plan:1" in kept.texts()[1]
    assert '"quantity": "40"' in kept.texts()[1]


def test_a_counter_becomes_a_measurement(redis_probe: RedisProbe) -> None:
    measured = redis_probe.count("validation errors", "GET", "validation_errors")

    assert (measured.value, measured.unit, measured.source) == (7, "count", "redis")
    assert measured.query == "GET validation_errors"


@pytest.mark.parametrize(("key", "shown"), [("nothing", "None"), ("name", "'PLAN-1224-001'")])
def test_what_is_no_count_is_inconclusive(redis_probe: RedisProbe, key: str, shown: str) -> None:
    with pytest.raises(Inconclusive, match=f"GET {key} gave {shown}, which is no count and not zero"):
        redis_probe.count("validation errors", "GET", key)


@pytest.mark.parametrize("command", ["SET", "del", "FLUSHALL", "EVAL", "KEYS", "CONFIG", "INCR", "XADD"])
def test_other_commands_are_refused(redis_probe: RedisProbe, command: str) -> None:
    with pytest.raises(GuardRefused, match=f"Redis command '{command.upper()} name' was refused"):
        redis_probe.ask(command, "name")

    assert redis_probe.ask("GET", "name") == "PLAN-1224-001"


def test_a_wrong_type_is_unverified(redis_probe: RedisProbe) -> None:
    with pytest.raises(Unverified, match="WRONGTYPE"):
        redis_probe.ask("HGETALL", "name")


def test_a_redis_that_is_down_is_unverified(redis_settings: RedisSettings, guard: Guard, evidence: Evidence) -> None:
    down = redis_settings.model_copy(update={"port": closed_port()})

    with pytest.raises(Unverified, match=r"Redis of mes: PING: .*; check \[targets.mes.redis\]"):
        RedisProbe("mes", down, guard, evidence).ask("PING")


def test_a_redis_that_never_answers_is_unverified(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    silent = RedisSettings(host="127.0.0.1", port=rig.port, deadline_s=0.3)

    with pytest.raises(Unverified, match="Redis of mes: PING"):
        RedisProbe("mes", silent, guard, evidence).ask("PING")


def test_the_backstop_lets_the_probe_through(redis_probe: RedisProbe, guard: Guard) -> None:
    with Backstop(guard) as backstop:
        assert redis_probe.ask("PING") in ("PONG", True)

    assert backstop.attempts == []
