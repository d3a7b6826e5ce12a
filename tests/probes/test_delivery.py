"""Deliveries: what was lost, repeated and late, with clocks that differ; against a real clock of a real Postgres."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fault_rig import Rig
from probe_kit import PATIENCE_S
from requests.structures import CaseInsensitiveDict
from stream_rig import HEAD, OPEN, StreamRig, probe

from gonogo import judge
from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import Limit
from gonogo.outcome import Inconclusive, Missed, Outcome, Unverified
from gonogo.probes.clock import ClockOffset, clock_offset
from gonogo.probes.delivery import deliveries, latencies, slowest
from gonogo.probes.event_stream import Event
from gonogo.probes.hearing import Arrival, Hearing
from gonogo.probes.reply import Reply
from gonogo.probes.sql import Execution, SqlProbe
from gonogo.settings import DatabaseSettings

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAME_CLOCK = ClockOffset(-0.002, 0.002)
STREAM = {"content-type": "text/event-stream"}


def hearing(*events: Event, client: int = 1, late_s: float = 0.1, error: Exception | None = None) -> Hearing:
    reply = Reply("GET /stream", 200, CaseInsensitiveDict(STREAM), b"", 0)
    arrivals = tuple(Arrival(event, NOON.timestamp() + late_s, 1) for event in events)
    return Hearing(client, "GET /stream", reply, arrivals, 1, 0, 0, "", error)


def event(key: str, number: str = "", at: datetime | str | None = NOON) -> Event:
    instant = at.isoformat() if isinstance(at, datetime) else at
    return Event(number, "message", json.dumps({"key": key, "at": instant}), bool(number))


def key_of(found: Event) -> str | None:
    key: str = found.json("/key")
    return key if key.startswith("PPL") else None


def test_what_a_client_did_not_hear_is_lost_and_what_it_heard_again_is_repeated() -> None:
    heard = [
        hearing(event("PPL-1"), event("PPL-2"), client=1),
        hearing(event("PPL-1"), event("PPL-1"), event("other"), event("PPL-9"), client=2),
    ]

    found = deliveries(heard, ["PPL-1", "PPL-2"], key_of)

    assert [(one.client, one.lost, one.repeated) for one in found.clients] == [(1, (), ()), (2, ("PPL-2",), ("PPL-1",))]
    assert (found.lost().value, found.lost().samples, found.lost().source) == (1, 4, "sse")
    assert "GET /stream; client 2: PPL-2" in str(found.lost())
    assert judge.value(found.repeated(), Limit("==", 0, "count")).outcome is Outcome.MISSED


def test_what_was_published_twice_is_heard_twice() -> None:
    (one,) = deliveries([hearing(event("PPL-1"))], ["PPL-1", "PPL-1"], key_of).clients
    assert one.lost == ("PPL-1",)


def test_an_id_that_is_sent_again_is_a_repetition_even_of_others_events() -> None:
    heard = hearing(event("other", "7"), event("PPL-1", "8"), event("other", "7"), event("other"), event("other"))
    (one,) = deliveries([heard], ["PPL-1"], key_of).clients
    assert (one.repeated, one.repeated_ids) == ((), ("id 7",))


@pytest.mark.parametrize(("heard", "published"), [([], ["PPL-1"]), ([hearing()], [])])
def test_nothing_to_compare_is_inconclusive(heard: list[Hearing], published: list[str]) -> None:
    with pytest.raises(Inconclusive, match="there is nothing to compare"):
        deliveries(heard, published, key_of)


@pytest.mark.parametrize("error", [Missed("too large"), Unverified("no answer")])
def test_a_client_that_could_not_listen_has_lost_nothing(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)):
        deliveries([hearing(), hearing(error=error)], ["PPL-1"], key_of)
    with pytest.raises(type(error), match=str(error)):
        latencies([hearing(event("PPL-1"), error=error)], SAME_CLOCK)


def test_latency_is_arrival_minus_publishing_in_one_clock() -> None:
    ahead = ClockOffset(0.95, 1.05)
    elsewhere = NOON.astimezone(timezone(timedelta(hours=1))) + timedelta(seconds=1)

    assert latencies([hearing(event("PPL-1"))], SAME_CLOCK) == pytest.approx([0.1])
    assert latencies([hearing(event("PPL-1", at=elsewhere))], ahead) == pytest.approx([0.1])


@pytest.mark.parametrize(
    ("late_s", "outcome"), [(0.994, Outcome.MET), (0.999, Outcome.INCONCLUSIVE), (1.003, Outcome.MISSED)]
)
def test_the_uncertainty_of_the_clocks_can_leave_a_latency_undecided(late_s: float, outcome: Outcome) -> None:
    found = slowest("slowest event", [hearing(event("PPL-1"), late_s=late_s)], SAME_CLOCK)
    assert judge.interval(found, Limit("<", 1.0, "s")).outcome is outcome


def test_only_events_that_match_are_timed() -> None:
    heard = [hearing(event("PPL-1"), event("other", at=None))]
    assert len(latencies(heard, SAME_CLOCK, match=lambda found: key_of(found) is not None)) == 1
    with pytest.raises(Inconclusive, match="2 events heard, none of which counts"):
        latencies(heard, SAME_CLOCK, match=lambda found: False)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (NOON + timedelta(seconds=1), r"was here 900\.0 ms before it was published, with clocks \+0\.0 ms ± 2\.0 ms"),
        ("2026-11-25T12:00:00", "does not say its offset from UTC"),
        ("yesterday", "'yesterday' at /at of event 7 is no instant"),
        (None, "None at /at of event 7 is no instant"),
    ],
)
def test_an_instant_that_cannot_be_is_inconclusive(at: datetime | str | None, says: str) -> None:
    with pytest.raises(Inconclusive, match=says):
        latencies([hearing(event("PPL-1", "7", at))], SAME_CLOCK)


@pytest.fixture
def sql(database: DatabaseSettings, guard: Guard, evidence: Evidence) -> Iterator[SqlProbe]:
    probe = SqlProbe("mes", database, guard, evidence)
    yield probe
    probe.close()


def test_the_clock_of_a_database_here_is_ours(sql: SqlProbe) -> None:
    offset = clock_offset(sql)

    assert offset.low_s <= 0 <= offset.high_s
    assert 0 < offset.uncertainty_s < 0.5


def test_a_clock_that_is_ahead_is_found_out(sql: SqlProbe, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr("gonogo.probes.sql.time.time", lambda: real() - 5)

    offset = clock_offset(sql)

    assert offset.value_s == pytest.approx(5, abs=0.5)
    assert offset.low_s <= 5 <= offset.high_s


def test_a_clock_that_is_set_meanwhile_is_inconclusive(sql: SqlProbe, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Execution([{"now": 1000.0 + step}], 1000.0, 0.01) for step in (0.0, 0.0, 5.0)]
    monkeypatch.setattr(sql, "repeat", lambda *_, **__: answers)

    with pytest.raises(Inconclusive, match="the clock of the database of mes or ours was set while they were compared"):
        clock_offset(sql)


def test_a_real_stream_is_timed_against_a_real_clock(rig: Rig, guard: Guard, evidence: Evidence, sql: SqlProbe) -> None:
    (row,) = sql.rows("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as at")
    StreamRig(rig, [[HEAD, f'id: 1\ndata: {{"key": "PPL-1", "at": "{row["at"]}"}}\n\n'.encode(), OPEN]])

    with probe(rig, guard, evidence).listen(3) as audience:
        assert audience.wait(within_s=PATIENCE_S)

    offset = clock_offset(sql)
    found = latencies(audience.hearings(), offset)
    assert len(found) == 3
    assert all(-offset.uncertainty_s < latency < PATIENCE_S for latency in found)
    assert slowest("slowest", audience.hearings(), offset).value == max(found)
