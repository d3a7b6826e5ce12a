"""The schema of the database build: its tables, indexes and keys, its triggers, its seeds."""

from typing import TypeAlias

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.schema import SchemaProbe
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import refused, schema
from systems.mes_sql.build import Build

Table: TypeAlias = list[list[str]]
MEND = "compare the migrations that were run here with those of the release"


@when(phrase("the schema {name:text} is listed"), target_fixture="listed_schema")
@when(phrase("the triggers of the schema {name:text} are listed"), target_fixture="listed_schema")
def list_schema(build: Build, name: str) -> SchemaProbe:
    return SchemaProbe(build.green.sql, name)


@given(phrase("the test database holds the {size} seed"))
@when(phrase("the test database is seeded with the {size} seed"))
def seed(build: Build, size: str) -> None:
    options = () if size == "default" else (f"--{size}",)
    build.command("seed_test", "--clear", *options).require()


@when(phrase("the {query:text} is tried"), target_fixture="refusal_of_query")
def try_query(build: Build, query: str) -> str:
    return refused.refusal(build, query)


@then(phrase("PostgreSQL refuses it, for {reason:text}"))
def refused_for(refusal_of_query: str, recorder: Recorder, reason: str) -> None:
    measured = Measurement("answer of the database", refusal_of_query or "it has answered the query", source="sql")
    recorder.check(measured, Limit("contains", reason), "the plan's text works here after all; say so in the README")


@then("these tables are in it")
def tables_are_in(listed_schema: SchemaProbe, recorder: Recorder, datatable: Table) -> None:
    there = {table.name for table in listed_schema.tables()}
    _nothing(recorder, "tables that are missing", [name for (name,) in datatable if name not in there])


@then("each of its tables is found without the name of the schema")
def bare_names(build: Build, recorder: Recorder) -> None:
    rows = build.green.query("tables with and without their schema")
    _nothing(recorder, "tables not found by their bare name", [row["name"] for row in rows if not row["same"]], rows)


@then("these columns lead an index")
def columns_lead(listed_schema: SchemaProbe, recorder: Recorder, datatable: Table) -> None:
    wanted = [(table, column) for table, column in datatable]
    _nothing(recorder, "columns that lead no index", schema.without_index(listed_schema, wanted))


@then("each of its tables has a primary key")
def primary_keys(listed_schema: SchemaProbe, recorder: Recorder) -> None:
    _nothing(recorder, "tables without a primary key", schema.keyless(listed_schema))


@then("these columns refer to a row of another table")
def references(listed_schema: SchemaProbe, recorder: Recorder, datatable: Table) -> None:
    wanted = [(table, column, there) for table, column, there in datatable]
    _nothing(recorder, "columns without a foreign key", schema.without_reference(listed_schema, wanted))


@then("the status of a plan is checked")
def status_checked(listed_schema: SchemaProbe, recorder: Recorder) -> None:
    checks = [one for one in listed_schema.constraints() if one.kind == "check" and "status" in one.definition]
    found = [one.name for one in checks if one.table == "mes_production_plans" and one.validated]
    measured = Measurement("checks of the status of a plan", len(found), "count", source="sql")
    recorder.check(measured, Limit(">=", 1, "count"), "add the check; mend the rows first that it would refuse")


@then("these tables notify on insert and on update")
def tables_notify(listed_schema: SchemaProbe, recorder: Recorder, datatable: Table) -> None:
    there = schema.notifying(listed_schema)
    wanted = [f"{name}: INSERT, UPDATE" for (name,) in datatable]
    _nothing(recorder, "triggers that are missing", [one for one in wanted if one not in there])


def _nothing(recorder: Recorder, subject: str, wrong: list[str], of: object = True) -> None:
    """Require that nothing is wrong; nothing can be right where there is nothing to look at."""
    shown = "; ".join(wrong[:5])
    measured = Measurement(subject, len(wrong), "count", source="sql", query=shown)
    recorder.expect(bool(of) and not wrong, measured, "0, of something", MEND)
