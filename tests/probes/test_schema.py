"""A schema and its orphans, read from the catalogue of a real Postgres."""

from collections.abc import Iterator

import pytest
from database_kit import Scratch, scratch

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Unverified
from gonogo.probes.catalogue import Column, Constraint, Trigger
from gonogo.probes.schema import Reference, SchemaProbe
from gonogo.probes.sql import SqlProbe
from hermetic.services import Backing


@pytest.fixture(scope="module")
def base(backing: Backing) -> Iterator[Scratch]:
    with scratch(
        backing,
        "probes_schema",
        "create schema mes",
        "create table mes.plans (id text primary key, quantity int not null default 1 check (quantity > 0))",
        """create table mes.nodes (
               plan_id text references mes.plans, number int, "the ""name"" %" text, worker text,
               primary key (plan_id, number))""",
        "create table mes.inputs (plan_id text, node int, code varchar(20))",
        "alter table mes.inputs add constraint inputs_node foreign key (plan_id, node) references mes.nodes not valid",
        "create index nodes_name on mes.nodes (lower(worker), number desc)",
        "create function mes.tell() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger plans_told after insert on mes.plans for each row execute function mes.tell()",
        "create trigger plans_quiet after update on mes.plans for each row execute function mes.tell()",
        "alter table mes.plans disable trigger plans_quiet",
        "insert into mes.plans values ('PPL-1'), ('PPL-2')",
        "insert into mes.nodes values ('PPL-1', 1, 'cut', 'W-1'), ('PPL-1', 2, 'weld', null), ('PPL-2', 1, 'x', 'W-9')",
        "set session_replication_role = replica",
        "insert into mes.inputs values ('PPL-1', 1, 'M-1'), ('PPL-1', 7, 'M-1'), ('PPL-7', 1, 'M-2'), (null, 7, 'M-3')",
        "create table public.workers as select 'W-1' as id",
        "create schema closed",
        "grant usage on schema mes to probes_schema",
        "grant select on all tables in schema mes, public to probes_schema",
    ) as made:
        yield made


@pytest.fixture
def schema(base: Scratch, guard: Guard, evidence: Evidence) -> Iterator[SchemaProbe]:
    sql = SqlProbe("mes", base.reader, guard, evidence)
    yield SchemaProbe(sql, "mes")
    sql.close()


def test_tables_and_columns_are_typed_rows(schema: SchemaProbe) -> None:
    assert [table.name for table in schema.tables()] == ["inputs", "nodes", "plans"]
    assert schema.columns()[-2:] == (
        Column("plans", "id", "text", nullable=False, default=None),
        Column("plans", "quantity", "integer", nullable=False, default="1"),
    )
    assert Column("inputs", "code", "character varying(20)", nullable=True, default=None) in schema.columns()


def test_indexes_name_their_columns_and_expressions(schema: SchemaProbe) -> None:
    found = {index.name: index for index in schema.indexes()}

    assert found["nodes_pkey"].columns == ("plan_id", "number")
    assert (found["nodes_pkey"].unique, found["nodes_pkey"].valid) == (True, True)
    assert found["nodes_name"].columns == ("lower(worker)", "number")
    assert found["nodes_name"].definition.endswith("(lower(worker), number DESC)")


def test_constraints_say_what_they_point_to_and_whether_they_were_checked(schema: SchemaProbe) -> None:
    found = {constraint.name: constraint for constraint in schema.constraints()}

    assert found["inputs_node"] == Constraint(
        "inputs", "inputs_node", "foreign key", ("plan_id", "node"), ("mes", "nodes"), ("plan_id", "number"), False,
        "FOREIGN KEY (plan_id, node) REFERENCES mes.nodes(plan_id, number) NOT VALID",
    )  # fmt: skip
    assert found["plans_quantity_check"].kind == "check"
    assert found["nodes_pkey"].kind == "primary key"
    assert found["nodes_pkey"].references is None
    assert found["nodes_plan_id_fkey"].validated


def test_triggers_are_those_of_the_schemas_makers(schema: SchemaProbe) -> None:
    quiet, told = schema.triggers()
    assert (quiet.name, quiet.enabled) == ("plans_quiet", False)
    assert told == Trigger("plans", "plans_told", "tell", True, told.definition)
    assert "AFTER INSERT ON mes.plans" in told.definition


def test_orphans_of_every_foreign_key_are_counted_and_shown(schema: SchemaProbe) -> None:
    inputs, nodes = schema.orphans()

    assert (inputs.reference.name, inputs.rows, inputs.orphans) == ("inputs_node", 3, 2)
    assert inputs.examples == ("PPL-1, 7", "PPL-7, 1")
    assert str(inputs) == (
        "inputs(plan_id, node) -> mes.nodes(plan_id, number): 2 orphans of 3 rows, e.g. PPL-1, 7; PPL-7, 1"
    )
    assert (nodes.rows, nodes.orphans, nodes.examples) == (3, 0, ())


def test_references_without_a_foreign_key_are_followed_too(schema: SchemaProbe) -> None:
    worker = Reference("nodes", ("worker",), "public.workers", ("id",))
    odd = Reference("nodes", ('the "name" %',), "workers", ("id",))

    *_, found = schema.orphans([worker])
    assert (found.rows, found.orphans, found.examples) == (2, 1, ("W-9",))
    with pytest.raises(Unverified, match=r'relation "mes\.workers" does not exist'):
        schema.orphans([odd])
    *_, found = schema.orphans([Reference("nodes", ('the "name" %',), "public.workers", ("id",))])
    assert (found.rows, found.orphans) == (3, 3)


@pytest.mark.parametrize(("name", "says"), [("nowhere", "is not there"), ("closed", "may not be used by the role")])
def test_a_schema_that_cannot_be_read_is_unverified(
    base: Scratch, guard: Guard, evidence: Evidence, name: str, says: str
) -> None:
    sql = SqlProbe("mes", base.reader, guard, evidence)
    with pytest.raises(Unverified, match=f"mes: the schema '{name}' {says}"):
        SchemaProbe(sql, name)
    sql.close()
