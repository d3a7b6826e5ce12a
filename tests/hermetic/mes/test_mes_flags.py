"""Flags: literal reading, the .env file, and what reaches a process."""

from pathlib import Path

import pytest

from hermetic.mes.flags import (
    CANONICAL,
    VALIDATION,
    parse_flags,
    process_environment,
    read_env,
    remove_from_env,
    write_env,
)


@pytest.mark.parametrize(
    ("value", "on"), [("true", True), ("TRUE", False), ("1", False), ("yes", False), ("", False), (None, False)]
)
def test_the_canonical_flag_is_on_for_the_literal_true_only(value: str | None, on: bool) -> None:
    assert parse_flags({} if value is None else {CANONICAL: value}).use_canonical_nodes is on


@pytest.mark.parametrize(("value", "on"), [("false", False), ("FALSE", True), ("0", True), ("", True), (None, True)])
def test_validation_is_off_for_the_literal_false_only(value: str | None, on: bool) -> None:
    assert parse_flags({} if value is None else {VALIDATION: value}).enable_validation is on


def test_setting_a_flag_keeps_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"# flags\nOTHER=1\n{CANONICAL}=false\n")
    write_env(path, {CANONICAL: "true", VALIDATION: "true"})
    assert path.read_text() == f"# flags\nOTHER=1\n{CANONICAL}=true\n{VALIDATION}=true\n"


def test_taking_a_flag_out_keeps_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"# {CANONICAL} stands below\n{CANONICAL}=false\n{VALIDATION}=true\n")
    remove_from_env(path, CANONICAL)
    assert path.read_text() == f"# {CANONICAL} stands below\n{VALIDATION}=true\n"
    assert read_env(path) == {VALIDATION: "true"}


def test_comments_and_blank_lines_are_no_values(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"# {CANONICAL}=true\n\n{VALIDATION}=false # for now\n")
    assert read_env(path) == {VALIDATION: "false"}


def test_a_handed_over_variable_outranks_the_file(tmp_path: Path) -> None:
    write_env(tmp_path / ".env", {CANONICAL: "true"})
    assert process_environment(tmp_path / ".env", {CANONICAL: "false"})[CANONICAL] == "false"
    assert process_environment(tmp_path / ".env", {})[CANONICAL] == "true"
