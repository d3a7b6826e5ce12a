"""Load gates of the database build: users at once, what they wait for, what fails, what it costs the database."""

from datetime import timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.activity import Activity
from gonogo.probes.hearing import Hearing
from gonogo.probes.sse import Audience
from gonogo.recorder import Recorder
from gonogo.workload import judging
from steps.parameters import phrase
from systems.mes_sql import loads, streams
from systems.mes_sql.build import Build
from systems.mes_sql.loads import Loaded
from systems.mes_sql.made import Made
from systems.mes_sql.streams import Published

SLOW = "look at the pool and at the slowest statements"


@when(phrase("{users:count} users read plans for {time:count} seconds"), target_fixture="loaded_run")
def read(build: Build, users: int, time: int) -> Loaded:
    return loads.read(build, users, time)


@when(
    phrase("{users:count} users read plans for {time:count} seconds while the sessions of the database are counted"),
    target_fixture="most_held",
)
def read_and_count(build: Build, users: int, time: int) -> int:
    return loads.read_while(build, users, time, lambda goes_on: loads.most_sessions(build, goes_on))[1]


@when(
    phrase("{n:count} plans are created and changed while {users:count} users read plans for {time:count} seconds"),
    target_fixture="published",
)
def publish_under_load(build: Build, made_rows: Made, audience: Audience, n: int, users: int, time: int) -> Published:
    work = lambda _: streams.publish_and_wait(build, made_rows, audience, "plans", n)  # noqa: E731 - names the work
    return loads.read_while(build, users, time, work)[1]


@when(phrase("{n:count} streams of plans are opened at once"), target_fixture="opened_streams")
def open_many(build: Build, n: int) -> tuple[Hearing, ...]:
    with build.green.stream("plans").listen(n, deadline_s=30, reconnects=0) as audience:
        return audience.hearings()


@then(phrase("{share:ratio} of the requests are answered within {limit:duration}"))
def answered_within(loaded_run: Loaded, recorder: Recorder, share: float, limit: timedelta) -> None:
    bound = Limit("<", limit.total_seconds(), "s")
    recorder.require(judging.latency(loaded_run.result, share, bound, remedy=SLOW))


@then(phrase("their error rate is below {limit:ratio}"))
def few_errors(loaded_run: Loaded, recorder: Recorder, limit: float) -> None:
    recorder.require(judging.errors(loaded_run.result, Limit("<", limit, "ratio"), remedy=SLOW))


@then("the service has counted as many requests as were sent, within 1 %")
def counts_agree(loaded_run: Loaded, recorder: Recorder) -> None:
    recorder.require(judging.agreement(loaded_run.result, loaded_run.counted, by="the service"))


@then("the service has held at most its pool and one session for each listener")
def sessions_bounded(build: Build, most_held: int, audience: Audience, recorder: Recorder) -> None:
    bound = int(build.instance(build.green).pool["max"]) + len(audience.hearings())
    measured = Measurement("most sessions of the service", most_held, "count", source="sql")
    recorder.check(measured, Limit(">=", 1, "count"), "name the application of the service in the environment file")
    recorder.check(measured, Limit("<=", bound, "count"), "take connections from the pool alone")


@then("no session has waited for a lock at the end")
def no_lock_waits(build: Build, recorder: Recorder) -> None:
    waits = Activity(build.green.sql).lock_waits()
    measured = Measurement("sessions that wait for a lock", len(waits), "count", source="sql")
    recorder.check(measured, Limit("==", 0, "count"), "look who holds the lock, and end the statement")


@then("each of them is answered as an event stream")
def all_streams(opened_streams: tuple[Hearing, ...], recorder: Recorder) -> None:
    good = [one for one in opened_streams if one.reply and one.reply.status == 200]
    kinds = {one.reply.media_type for one in good if one.reply}
    measured = Measurement("streams that were opened", len(good), "count", source="sse", query=", ".join(kinds))
    recorder.check(measured, Limit("==", len(opened_streams), "count"), "look at what the database allows at once")
    recorder.check(Measurement("type of the answers", ", ".join(kinds), source="sse"), Limit("==", "text/event-stream"))
