"""Plans that are created in the database build: whole or not at all, with everything that belongs to them."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import together
from systems.mes.together import Answer
from systems.mes_sql import writing
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.mes_sql.writing import Attempt, Written, shown

STORED = "compare what was sent, in the evidence, with the rows of the plan"


@when(phrase("a plan with {n:count} nodes is created"), target_fixture="written")
def create(build: Build, made_rows: Made, n: int) -> Written:
    return writing.create(build, made_rows, n)


@when("a plan is created without naming workers", target_fixture="written")
def create_unassigned(build: Build, made_rows: Made) -> Written:
    return writing.create(build, made_rows, 3, assigned=False)


@when(phrase("a plan is sent that fails {where}"), target_fixture="attempt")
def send_failing(build: Build, made_rows: Made, where: str) -> Attempt:
    return writing.offer_failing(build, made_rows, where)


@when(phrase("{n:count} plans of the build are created at the same moment"), target_fixture="answers_at_once")
def create_at_once(build: Build, bench: Workbench, made_rows: Made, n: int) -> list[Answer]:
    path = build.green.path("plans")
    return together.post_at_once(bench, [(path, made_rows.plan(1)) for _ in range(n)], target="mes_sql")


@when(phrase("{n:count} plans of the build are created one after the other"), target_fixture="response_times")
def create_timed(build: Build, made_rows: Made, n: int) -> list[float]:
    documents = [made_rows.plan(3) for _ in range(n)]
    return [build.offer("plan", document).require(201).elapsed_s for document in documents]


@then("all of its rows were written by one transaction")
def one_transaction(build: Build, written: Written, recorder: Recorder) -> None:
    found = writing.transactions(build, written)
    said = "; ".join(f"{', '.join(sorted(parts))} by {number}" for number, parts in found.items())
    measured = Measurement("transactions that wrote the plan", len(found), "count", source="sql", query=said)
    recorder.check(measured, Limit("==", 1, "count"), "put every insert into the transaction of the plan")
    parts = set().union(*found.values())
    recorder.check(Measurement("parts that it wrote", len(parts), "count"), Limit("==", 6, "count"), STORED)


@then("it is not accepted")
def not_accepted(attempt: Attempt, recorder: Recorder) -> None:
    status = attempt[1].status
    measured = Measurement("status of the answer", status, source="http", query=attempt[1].request)
    recorder.expect(400 <= status < 500, measured, "400 to 499", "refuse it, and say why")


@then("no row of it is in the database")
def no_trace(build: Build, attempt: Attempt, recorder: Recorder) -> None:
    found = writing.traces(build, attempt[0])
    measured = Measurement("rows left behind", sum(found.values()), "count", source="sql", query=shown(found))
    recorder.check(measured, Limit("==", 0, "count"), "roll the whole transaction back when a part of it fails")


@then("its id comes from the generator of codes")
def id_generated(build: Build, written: Written, recorder: Recorder) -> None:
    code = writing.code_of(build, written)
    measured = Measurement("id of the new plan", written.plan_id, source="http and sql")
    required = f"PPL-{code.month}- and a number up to {code.counter}, where the counter stands"
    recorder.expect(code.matches, measured, required, "take it from mes.generate_production_plan_code()")


@then("its row holds the work order code that was sent")
def holds_order(build: Build, written: Written, recorder: Recorder) -> None:
    found = writing.held(build, written)["work_order_code"]
    measured = Measurement("work order of the plan", found, source="sql")
    recorder.check(measured, Limit("==", written.sent["orderCode"]), STORED)


@then("its nodes are stored as they were sent")
def nodes_stored(build: Build, written: Written, recorder: Recorder) -> None:
    _part_stored(build, written, recorder, "nodes")


@then("the stations of its nodes are stored with their priorities")
def stations_stored(build: Build, written: Written, recorder: Recorder) -> None:
    _part_stored(build, written, recorder, "stations")


@then("the material needs of its nodes are stored as they were sent")
def materials_stored(build: Build, written: Written, recorder: Recorder) -> None:
    _part_stored(build, written, recorder, "materialInputs")


@then("the predecessors of its nodes are stored as they were sent")
def predecessors_stored(build: Build, written: Written, recorder: Recorder) -> None:
    _part_stored(build, written, recorder, "predecessors")


@then("its assignments are stored as they were answered")
def assignments_stored(build: Build, written: Written, recorder: Recorder) -> None:
    answered = {str(one["nodeId"]): str(one["workerId"]) for one in written.assignments}
    _same(recorder, "assignments of the plan", writing.picked(build, written), answered)


@then(phrase("reading it gives {n:count} nodes"))
def gives_nodes(build: Build, written: Written, recorder: Recorder, n: int) -> None:
    measured = Measurement("nodes of the plan", len(build.plan(written.plan_id)["nodes"]), "count", source="http")
    recorder.check(measured, Limit("==", n, "count"), STORED)


@then("each of its nodes has the worker that the rule picks")
def has_picked(build: Build, written: Written, recorder: Recorder) -> None:
    _same(recorder, "workers of the nodes", writing.picked(build, written), writing.rule(written))


@then("its material summary is the sum of what its nodes need")
def summary_adds_up(build: Build, written: Written, recorder: Recorder) -> None:
    summary = build.plan(written.plan_id)["materialSummary"]
    found = {one["materialCode"]: float(one["requiredQuantity"]) for one in summary}
    _same(recorder, "material summary", dict(sorted(found.items())), writing.needs(written))


@then("each is accepted, with a code of its own")
def own_codes(answers_at_once: list[Answer], recorder: Recorder) -> None:
    codes = {one.reply.json_at("/plan/id") for one in answers_at_once if one.reply and one.reply.status == 201}
    said = ", ".join(sorted({one.said for one in answers_at_once}))
    measured = Measurement("different codes", len(codes), "count", samples=len(answers_at_once), query=said)
    recorder.check(measured, Limit("==", len(answers_at_once), "count"), "take codes from a sequence, not from a count")


@then("each of them is in the database")
def each_stored(answers_at_once: list[Answer], made_rows: Made, recorder: Recorder) -> None:
    measured = Measurement("plans that are stored", len(made_rows.rows()), "count", source="sql")
    recorder.check(measured, Limit("==", len(answers_at_once), "count"), STORED)


def _part_stored(build: Build, written: Written, recorder: Recorder, name: str) -> None:
    held, sent = writing.held(build, written), writing.wanted(written)
    _same(recorder, f"{name} of the plan", writing.part(held, name), writing.part(sent, name))


def _same(recorder: Recorder, subject: str, found: object, wanted: object) -> None:
    measured = Measurement(subject, str(found), source="sql")
    recorder.check(measured, Limit("==", str(wanted)), STORED)
