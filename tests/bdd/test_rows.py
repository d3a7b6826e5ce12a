"""Rows of outlines have ids that people can read and that differ."""

import pytest

from gonogo.bdd.feature import read
from gonogo.bdd.rows import rows_of


def rows(tmp_path, *tables):
    """Return the rows of an outline with the given Examples tables."""
    examples = "".join(f"    Examples:\n{''.join(f'      {line}{chr(10)}' for line in table)}" for table in tables)
    path = tmp_path / "a.feature"
    path.write_text(f"Feature: F\n  Scenario Outline: S\n    Given <n>\n{examples}", "utf-8")
    [scenario] = read(path, "a.feature").scenarios()
    return rows_of(scenario)


@pytest.mark.parametrize(
    ("table", "ids"),
    [
        (["| n | m |", "| 1 | two words |", "| 2 | ü |"], ["1-two words", "2-ü"]),
        (["| n | criterion |", "| 1 | R1-P2-07 |", "| 2 | R1-P2-08 |"], ["R1-P2-07", "R1-P2-08"]),
        (["| n | criterion |", "| 1 | R1-P2-07 |", "| 2 | R1-P2-07 |"], ["1-R1-P2-07", "2-R1-P2-07"]),
        (["| n | criterion |", "| 1 | R1-P2-07 |", "| 2 |  |"], ["1-R1-P2-07", "2-"]),
        (["| n | m |", "| a-b | c |", "| a | b-c |"], ["a-b-c", "a-b-c#2"]),
        (["| n |", r"| one\ntwo |"], ["one two"]),
    ],
)
def test_ids(tmp_path, table, ids):
    assert [row.id for row in rows(tmp_path, table)] == ids


def test_rows_know_their_line_values_and_criteria(tmp_path):
    [row] = rows(tmp_path, ["| n | criterion |", "| 1 | R1-P2-07, R1-P2-08 |"])
    assert (row.line, row.values["n"], row.tags) == (6, "1", {"R1-P2-07", "R1-P2-08"})


def test_an_empty_cell_is_an_empty_text(tmp_path):
    [row] = rows(tmp_path, ["| n | m |", "|  | 2 |"])
    assert row.values == {"n": "", "m": "2"}


def test_rows_of_all_tables_come_in_order(tmp_path):
    assert [row.id for row in rows(tmp_path, ["| n |", "| 1 |"], ["| n |", "| 2 |"])] == ["1", "2"]
