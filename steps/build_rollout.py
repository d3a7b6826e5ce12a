"""The rollout of the database build: two instances, a balancer, recorded traffic, and the end of the former store."""

from datetime import timedelta
from typing import TypeAlias

from pytest_bdd import then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.probes.traffic import Spread
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import balancing, rollout
from systems.mes_sql.balancing import Upstream
from systems.mes_sql.build import Build
from systems.mes_sql.rollout import Recorded

Processes: TypeAlias = dict[str, str]
BACK = "send all traffic back to blue, then read green's log"
WEIGHTS = "correct the weights, test the file, and reload the balancer"


@when("the processes of the build are listed", target_fixture="processes")
def list_processes(build: Build) -> Processes:
    return rollout.processes(build)


@when("the balancer's configuration is read", target_fixture="upstream")
def read_balancer(build: Build) -> Upstream:
    return balancing.read(build)


@when(phrase("{n:count} requests are sent to the balancer"), target_fixture="spread")
def send(build: Build, n: int) -> Spread:
    return rollout.sent(build, n)


@when("the recorded traffic of green is read", target_fixture="recorded")
def read_recorded(build: Build) -> Recorded:
    return rollout.recorded(build)


@when("the sessions of the database server are counted", target_fixture="in_use")
def count_sessions(build: Build) -> tuple[int, int]:
    (row,) = build.green.query("connections of the server")
    return int(row["used"]), int(row["allowed"])


@when("every list and a plan are read through the balancer", target_fixture="reads_meanwhile")
def read_everything(build: Build) -> Measurement:
    return rollout.reads_of_former_store(build)


@then(phrase("{process:text} is online with {port:text} and {store:text}"))
def is_online(processes: Processes, recorder: Recorder, process: str, port: str, store: str) -> None:
    found = processes.get(process, "not listed")
    measured = Measurement(f"process {process}", found, source="command")
    good = {"online", port, store} <= set(found.split())
    recorder.expect(good, measured, f"online, {port}, {store}", "stop it, and start it as the plan says")


@then(phrase("asked at its own address it answers as {colour} from the {kind} store"))
def answers_as(build: Build, recorder: Recorder, colour: str, kind: str) -> None:
    said = build.instance(rollout.of_colour(build, colour))
    wanted = f"{colour} from {({'former': 'firebase', 'new': 'sql'})[kind]}"
    measured = Measurement(f"who answers at the address of {colour}", f"{said.colour} from {said.store}", source="http")
    recorder.check(measured, Limit("==", wanted), "compare the start options of the process with the plan")


@then(phrase("it gives blue {blue:ratio} and green {green:ratio} of the weight"))
def gives_weights(upstream: Upstream, recorder: Recorder, blue: float, green: float) -> None:
    for colour, share in (("blue", blue), ("green", green)):
        measured = Measurement(f"share of {colour} by weight", upstream.shares[colour], "ratio", source="command")
        recorder.check(measured, Limit("==", share, "ratio"), WEIGHTS)


@then("the balancer takes it for valid")
def is_valid(build: Build, recorder: Recorder) -> None:
    result = balancing.test(build)
    said = (result.stderr.strip() or result.stdout.strip() or "it said nothing").splitlines()[-1]
    measured = Measurement("exit code of the balancer's test", result.exit_code, source="command", query=said)
    recorder.check(measured, Limit("==", 0), WEIGHTS)


@then("green is the only server in it")
def only_green(upstream: Upstream, recorder: Recorder) -> None:
    found = ", ".join(sorted({*upstream.weights, *upstream.down}))
    recorder.check(Measurement("servers in the block", found, source="command"), Limit("==", "green"), WEIGHTS)


@then(phrase("{share:ratio} of them are answered by green, within {points:count} points"))
def answered_by_green(spread: Spread, recorder: Recorder, share: float, points: int) -> None:
    shares = {"blue": 1 - share, "green": share}
    tolerance = points / 100
    subject = "requests by who answered them"
    recorder.require(
        judge.split(subject, spread.complete(), shares, tolerance=tolerance, source="http", remedy=WEIGHTS)
    )


@then(phrase("the share of its requests that failed is below {limit:ratio}"))
def few_failed(recorded: Recorded, recorder: Recorder, limit: float) -> None:
    found, bound = recorded.failed, Limit("<", limit, "ratio")
    counts = found.events, found.total
    recorder.require(
        judge.rate("failed requests of green", *counts, bound, source="sql", query=found.query, remedy=BACK)
    )


@then(phrase("{share:ratio} of its requests took less than {limit:duration}"))
def quick(recorded: Recorded, recorder: Recorder, share: float, limit: timedelta) -> None:
    bound = Limit("<", limit.total_seconds(), "s")
    subject = f"{share * 100:g} % quantile of green's recorded response times"
    recorder.require(judge.quantile(subject, recorded.seconds, share, bound, source="sql", remedy=BACK))


@then(phrase("it covers {time:duration} without a gap of more than {gap:duration}"))
def covers(recorded: Recorded, recorder: Recorder, time: timedelta, gap: timedelta) -> None:
    again = "watch another day, with all traffic on green"
    covered = Measurement("time covered by green's traffic", recorded.covered_s, "s", source="sql")
    recorder.check(covered, Limit(">=", time.total_seconds(), "s"), again)
    longest = Measurement("longest gap in it", recorded.longest_gap_s, "s", source="sql")
    recorder.check(longest, Limit("<=", gap.total_seconds(), "s"), again)


@then(phrase("at most {share:ratio} of what the server allows are in use"))
def to_spare(in_use: tuple[int, int], recorder: Recorder, share: float) -> None:
    used, allowed = in_use
    measured = Measurement("share of the connections in use", used / allowed, "ratio", samples=used, source="sql")
    recorder.check(measured, Limit("<=", share, "ratio"), "lower the pools before more traffic comes")


@then(phrase("the former store was read {n:count} times meanwhile"))
def read_meanwhile(reads_meanwhile: Measurement, recorder: Recorder, n: int) -> None:
    recorder.check(reads_meanwhile, Limit("==", n, "count"), "find out by the store's counters who still reads")
