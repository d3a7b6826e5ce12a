"""A schema of a PostgreSQL database: its tables, columns, indexes, constraints and triggers, and rows left orphaned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Unverified
from gonogo.probes import catalogue
from gonogo.probes.catalogue import Column, Constraint, Index, Table, Trigger
from gonogo.probes.sql import SqlProbe

_ANTI_JOIN = """
    select (select count(*) from {here} f where {given}) as rows,
           (select count(*) from {here} f where {given} and not exists (select from {there} t where {same})) as orphans,
           array(select distinct {key} as key from {here} f
                 where {given} and not exists (select from {there} t where {same}) order by key limit 3) as examples
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of `table` that must name a row of `to_table`; a table without a schema is of the probe's schema.

    A row with NULL in one of the columns refers to nothing, as with a foreign key (MATCH SIMPLE).
    """

    table: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    name: str = ""

    def __str__(self) -> str:
        there = f"{self.to_table}({', '.join(self.to_columns)})"
        return f"{self.table}({', '.join(self.columns)}) -> {there}"


@dataclass(frozen=True, slots=True)
class Orphans:
    """Of `rows` rows that refer to something, the `orphans` that refer to nothing there; the first as `examples`."""

    reference: Reference
    rows: int
    orphans: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        told = f", e.g. {'; '.join(self.examples)}" if self.examples else ""
        return f"{self.reference}: {self.orphans} orphans of {self.rows} rows{told}"


class SchemaProbe:
    """Asks the catalogue for one schema; all methods raise as `SqlProbe.rows` does.

    Raises:
        Unverified: If the database has no such schema, or the role may not use it.
    """

    source = "sql"

    def __init__(self, sql: SqlProbe, schema: str) -> None:
        self._sql = sql
        self._schema = schema
        found = sql.rows(
            "select has_schema_privilege(oid, 'usage') as usable from pg_namespace where nspname = %(schema)s",
            {"schema": schema},
            query=f"schema {schema}",
        )
        if not found or not found[0]["usable"]:
            why = "may not be used by the role" if found else "is not there"
            raise Unverified(f"{sql.name}: the schema {schema!r} {why}; migrate the database, or grant usage on it")

    def tables(self) -> tuple[Table, ...]:
        """Return the tables by name."""
        return tuple(Table(**row) for row in self._ask(catalogue.TABLES, "tables"))

    def columns(self) -> tuple[Column, ...]:
        """Return the columns by table, in their order."""
        return tuple(Column(**row) for row in self._ask(catalogue.COLUMNS, "columns"))

    def indexes(self) -> tuple[Index, ...]:
        """Return the indexes by table and name, those of constraints included."""
        return tuple(
            Index(**row | {"columns": tuple(row["columns"])}) for row in self._ask(catalogue.INDEXES, "indexes")
        )

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the constraints by table and name."""
        return tuple(map(_constraint, self._ask(catalogue.CONSTRAINTS, "constraints")))

    def triggers(self) -> tuple[Trigger, ...]:
        """Return the triggers by table and name, without those that the server makes for itself."""
        return tuple(Trigger(**row) for row in self._ask(catalogue.TRIGGERS, "triggers"))

    def orphans(self, soft: Sequence[Reference] = ()) -> tuple[Orphans, ...]:
        """Count the rows of every foreign key, and of every reference in `soft`, that refer to nothing.

        A foreign key can have orphans where it is not validated, or was loaded with triggers disabled.
        """
        keys = [_reference(one) for one in self.constraints() if one.kind == "foreign key"]
        return tuple(self._orphans(reference) for reference in (*keys, *soft))

    def _orphans(self, reference: Reference) -> Orphans:
        (row,) = self._sql.rows(self._anti_join(reference), query=f"orphans of {reference}")
        return Orphans(reference, row["rows"], row["orphans"], tuple(row["examples"]))

    def _anti_join(self, reference: Reference) -> str:
        """Return the query that counts; every name in it is quoted."""
        here, there = self._qualified(reference.table), self._qualified(reference.to_table)
        ours, theirs = [[_quoted(name) for name in names] for names in (reference.columns, reference.to_columns)]
        given = " and ".join(f"f.{column} is not null" for column in ours)
        same = " and ".join(f"t.{right} = f.{left}" for left, right in zip(ours, theirs, strict=True))
        key = "concat_ws(', ', {})".format(", ".join(f"f.{column}" for column in ours))
        return _ANTI_JOIN.format(here=here, there=there, given=given, same=same, key=key)

    def _ask(self, query: str, what: str) -> list[dict[str, Any]]:
        return self._sql.rows(query, {"schema": self._schema}, query=f"{what} of schema {self._schema}")

    def _qualified(self, table: str) -> str:
        schema, _, name = table.rpartition(".")
        return f"{_quoted(schema or self._schema)}.{_quoted(name)}"


def _constraint(row: dict[str, Any]) -> Constraint:
    references = (row.pop("to_schema"), row.pop("to_table"))
    lists = {key: tuple(row[key]) for key in ("columns", "referenced")}
    return Constraint(**row | lists, references=None if None in references else references)


def _reference(key: Constraint) -> Reference:
    assert key.references is not None
    return Reference(key.table, key.columns, ".".join(key.references), key.referenced, key.name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
