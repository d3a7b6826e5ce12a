"""Single streams of the database build: how they are answered, and the sessions that they hold in the database."""

from typing import TypeAlias

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Missed
from gonogo.probes.hearing import Hearing
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import streams
from systems.mes_sql.build import Build
from systems.waiting import read_until

Counts: TypeAlias = tuple[int, int]
CHANNEL = "mes_plan_updates"
LEAK = "end the listening and the connection when the client goes"


@given(phrase("the sessions that listen to {channel:text} are counted"), target_fixture="listening_before")
def count_listening(build: Build, channel: str) -> int:
    return streams.listening(build, channel)


@when(phrase("the stream of {stream} is opened"), target_fixture="hearing")
def open_stream(build: Build, stream: str) -> Hearing:
    return streams.opened(build, stream, anonymous=False)


@when(phrase("the stream of {stream} is opened without a login"), target_fixture="hearing")
def open_anonymously(build: Build, stream: str) -> Hearing:
    return streams.opened(build, stream, anonymous=True)


@when(phrase("{n:count} listeners on the stream of plans come and go"), target_fixture="listening_while")
def come_and_go(build: Build, n: int) -> int:
    with build.green.stream("plans").listen(n) as audience:
        audience.require_open()
        return streams.listening(build, CHANNEL)


@when("the sessions of the database are counted in the plan's way and in ours", target_fixture="two_counts")
def count_both_ways(build: Build) -> Counts:
    theirs = build.green.value("active sessions, as the plan counts them").value
    return int(str(theirs)), streams.sessions(build)


@then("the stream is refused for want of a login")
def refused(hearing: Hearing, recorder: Recorder) -> None:
    status = hearing.reply.status if hearing.reply else None
    measured = Measurement("status without a login", status, source="sse", query=hearing.request)
    recorder.check(measured, Limit("==", 401), "check the login before the stream is opened")


@then(phrase("its header {name:text} is {value:text}"))
def header_is(hearing: Hearing, recorder: Recorder, name: str, value: str) -> None:
    if hearing.reply is None or hearing.reply.status != 200:
        raise Missed(f"{hearing.request}: no stream was opened ({hearing.ended or 'status other than 200'})")
    found = hearing.reply.headers.get(name, "none").partition(";")[0].strip()
    measured = Measurement(f"{name} of the stream", found, source="sse", query=hearing.request)
    recorder.check(measured, Limit("==", value), "set the header before the first event is written")


@then("there were more such sessions while they listened")
def more_sessions(listening_before: int, listening_while: int, recorder: Recorder) -> None:
    measured = Measurement("sessions that listened meanwhile", listening_while, "count", source="sql")
    recorder.check(measured, Limit(">", listening_before, "count"), "look what the stream listens to")


@then(phrase("within {time:count} seconds there are no more such sessions than before"))
def no_more_sessions(build: Build, listening_before: int, recorder: Recorder, time: int) -> None:
    found = read_until(lambda: streams.listening(build, CHANNEL), lambda found: found <= listening_before, time)
    measured = Measurement("sessions that listen", found, "count", window_s=time, source="sql")
    recorder.check(measured, Limit("<=", listening_before, "count"), LEAK)


@then(phrase("ours counts at least {n:count} more than the plan's"))
def counts_more(two_counts: Counts, recorder: Recorder, n: int) -> None:
    theirs, ours = two_counts
    measured = Measurement("sessions that the plan does not count", ours - theirs, "count", source="sql")
    recorder.check(measured, Limit(">=", n, "count"), "count all sessions of the service, whatever their state")
