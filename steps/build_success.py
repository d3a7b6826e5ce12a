"""What the database build is measured by: rows of both stores, references, consumption, coverage."""

from typing import TypeAlias

from pytest_bdd import then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import npm
from systems.mes.npm import Tally
from systems.mes_sql import audit, lists, schema, stores
from systems.mes_sql.audit import Audit
from systems.mes_sql.build import Build
from systems.mes_sql.reading import Pair

Followed: TypeAlias = tuple[int, list[str]]
SHELF = "read in the evidence which plan and material differ, and count the shelf"


@when(phrase("the {part} of both stores are compared row by row"), target_fixture="pair_of_rows")
def compare(build: Build, part: str) -> Pair:
    former, stored = (lists.keyed(part, rows(build, part), "key") for rows in (stores.former, stores.stored))
    return Pair(former, stored)


@when(phrase("every reference of the schema {name:text} is followed"), target_fixture="followed_references")
def follow(build: Build, name: str) -> Followed:
    return schema.followed(build.green.sql, name)


@when("consumption is audited by plan and material", target_fixture="consumption")
def audit_consumption(build: Build) -> Audit:
    return audit.consumption(build.green)


@when(phrase("{command:text} is run for the build"), target_fixture="tally")
def run_command(build: Build, command: str) -> Tally:
    return npm.counted(command, build.command("npm", *command.split()[1:]))


@when("the coverage of the tests is measured", target_fixture="covered")
def measure_coverage(build: Build) -> Measurement:
    return audit.coverage(build)


@then("none is missing, none is different and none is too many")
def same_rows(pair_of_rows: Pair, recorder: Recorder) -> None:
    remedy = "carry over what is missing; do not retire the former store"
    expected, found = pair_of_rows.expected, pair_of_rows.found
    recorder.require(judge.same_rows("rows of both stores", expected, found, source="http and sql", remedy=remedy))


@then("not one of them leads nowhere")
def none_lost(followed_references: Followed, recorder: Recorder) -> None:
    rows, lost = followed_references
    measured = Measurement("references that lead nowhere", len(lost), "count", samples=rows, query="; ".join(lost[:3]))
    recorder.expect(rows > 0 and not lost, measured, "0 of at least one", "mend these rows, then validate the key")


@then("every released plan has consumed what it needs, and no draft has consumed anything")
def consumed(consumption: Audit, recorder: Recorder) -> None:
    expected, found = consumption.due, consumption.consumed
    recorder.require(judge.same_rows("consumption by plan and material", expected, found, source="sql", remedy=SHELF))


@then("the stock of each material is its first stock less all movements")
def stock_agrees(consumption: Audit, recorder: Recorder) -> None:
    expected, found = consumption.stock_due, consumption.stock
    recorder.require(judge.same_rows("stock by material", expected, found, source="sql", remedy=SHELF))


@then(phrase("more than {share:ratio} of the lines are covered"))
def lines_covered(covered: Measurement, recorder: Recorder, share: float) -> None:
    recorder.check(covered, Limit(">", share, "ratio"), "write the tests for what the run names as uncovered")
