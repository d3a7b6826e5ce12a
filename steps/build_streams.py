"""The streams of the database build: who listens, what they hear, and how soon."""

from collections.abc import Iterator

from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.probes.clock import clock_offset
from gonogo.probes.delivery import deliveries, slowest
from gonogo.probes.sse import Audience
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import payloads, streams
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.mes_sql.streams import Published

LISTENS_S = 120
LOST = "look whether the trigger fires, whether the stream listens, and whether it replays after a cut"


@given(phrase("{n:count} listener on the stream of {stream}"), target_fixture="audience")
@given(phrase("{n:count} listeners on the stream of {stream}"), target_fixture="audience")
def listen(build: Build, n: int, stream: str) -> Iterator[Audience]:
    """Listen until the scenario ends."""
    with build.green.stream(stream).listen(n, deadline_s=LISTENS_S) as audience:
        yield audience.require_open()


@when(phrase("some {what} are created and changed"), target_fixture="published")
def publish_one(build: Build, made_rows: Made, audience: Audience, what: str) -> Published:
    return streams.publish_and_wait(build, made_rows, audience, what, streams.SOME)


@when(phrase("{n:count} plans are created and changed"), target_fixture="published")
def publish_several(build: Build, made_rows: Made, audience: Audience, n: int) -> Published:
    return streams.publish_and_wait(build, made_rows, audience, "plans", n)


@when("the network is cut and a plan is created meanwhile", target_fixture="published")
def publish_in_gap(build: Build, made_rows: Made, audience: Audience) -> Published:
    return streams.publish_in_gap(build, made_rows, audience)


@when("nothing is done for 30 seconds")
def do_nothing(audience: Audience) -> None:
    audience.wait(lambda _: False, within_s=30)


@then("every listener has heard of each of them")
def all_heard(audience: Audience, published: Published, recorder: Recorder) -> None:
    found = deliveries(audience.hearings(), published.events, published.key)
    recorder.require(judge.value(found.lost("events that a listener has not heard"), Limit("==", 0, "count"), LOST))


@then("no listener has heard anything twice")
def none_repeated(audience: Audience, published: Published, recorder: Recorder) -> None:
    found = deliveries(audience.hearings(), published.events, published.key)
    remedy = "send each notification once, and after a cut only what is newer than the last id"
    recorder.require(judge.value(found.repeated("events heard twice"), Limit("==", 0, "count"), remedy))


@then(phrase("each of the events was there within {limit:number} s"))
def in_time(build: Build, audience: Audience, published: Published, recorder: Recorder, limit: float) -> None:
    offset = clock_offset(build.green.sql)
    found = slowest("slowest of the events", audience.hearings(), offset, match=published.is_ours)
    remedy = "look for a poll where there should be a notification"
    recorder.require(judge.interval(found, Limit("<", limit, "s"), remedy))


@then("each event is one line of JSON with operation, key, plan, state and time")
def one_line_each(audience: Audience, recorder: Recorder) -> None:
    events = audience.hearings()[0].events
    wrong = [event.data[:80] for event in events if not payloads.well_formed(event)]
    measured = Measurement(
        "events of another form", len(wrong), "count", samples=len(events), query="; ".join(wrong[:3])
    )
    recorder.expect(bool(events) and not wrong, measured, "0 of at least one", "send the payload as one line of data")


@then("each is exactly what the database has notified")
def as_notified(build: Build, audience: Audience, published: Published, recorder: Recorder) -> None:
    events = [event for event in audience.hearings()[0].events if published.is_ours(event)]
    notified = payloads.notified(build, published)
    heard = payloads.by_number(event.json() for event in events)
    recorder.require(judge.same_rows("payloads of the events", notified, heard, source="sse and sql", remedy=LOST))


@then("every listener is still connected, over its first connection")
def still_connected(audience: Audience, recorder: Recorder) -> None:
    lost = [f"{one.client}: {one.ended or f'{one.cuts} cuts'}" for one in audience.hearings() if one.ended or one.cuts]
    measured = Measurement("listeners cut off", len(lost), "count", source="sse", query="; ".join(lost[:3]))
    recorder.check(measured, Limit("==", 0, "count"), "send a comment every few seconds; raise the proxy's time-out")


@then("every listener was kept alive by comments")
def kept_alive(audience: Audience, recorder: Recorder) -> None:
    fewest = min(hearing.comments for hearing in audience.hearings())
    measured = Measurement("comments to a listener", fewest, "count", window_s=30, source="sse")
    recorder.check(measured, Limit(">=", 2, "count"), "send a comment every ten seconds")


@then("every listener has come back")
def came_back(audience: Audience, recorder: Recorder) -> None:
    fewest = min(hearing.connections for hearing in audience.hearings())
    measured = Measurement("connections of a listener", fewest, "count", source="sse")
    recorder.check(measured, Limit(">=", 2, "count"), "let the server accept a client that comes again")
