"""Rows of Examples tables: one run of an outline each, with an id that people can read."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gonogo.bdd.internals import ExamplesTable, GherkinScenario

CRITERION_COLUMN = "criterion"
"""A column of this name holds the id of the criterion that its row verifies, or several with commas between them."""


class Row(NamedTuple):
    """One row of an outline; the only row of a plain scenario has no id and no values."""

    id: str = ""
    values: Mapping[str, str] = {}
    tags: frozenset[str] = frozenset()
    line: int = 0


def rows_of(scenario: GherkinScenario) -> list[Row]:
    """Return the rows of all Examples tables of an outline, in order, with ids that differ."""
    cells = [
        (table, row.location.line, [cell.value or "" for cell in row.cells])
        for table in scenario.examples
        for row in table.table_body or ()
    ]
    values = [dict(zip(columns(table), texts, strict=True)) for table, _, texts in cells]
    return [
        Row(row_id, row, _tags(table) | criteria(row), line)
        for (table, line, _), row, row_id in zip(cells, values, _ids(values), strict=True)
    ]


def columns(table: ExamplesTable) -> list[str]:
    """Return the names of the columns of an Examples table."""
    return [cell.value for cell in table.table_header.cells] if table.table_header else []


def criteria(values: Mapping[str, str]) -> frozenset[str]:
    """Return the ids in the criterion column of a row."""
    return frozenset(re.split(r"[,\s]+", values.get(CRITERION_COLUMN, "").strip())) - {""}


def _tags(table: ExamplesTable) -> frozenset[str]:
    return frozenset(tag.name.lstrip("@") for tag in table.tags)


def _ids(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Name each row by its criterion where that tells the rows apart, else by its values; repeats get a number."""
    named = [" ".join(row.get(CRITERION_COLUMN, "").split()) for row in rows]
    if not all(named) or len(set(named)) < len(named):
        named = ["-".join(" ".join(value.split()) for value in row.values()) for row in rows]
    seen: dict[str, int] = {}
    ids = []
    for name in named:
        seen[name] = seen.get(name, 0) + 1
        ids.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return ids
