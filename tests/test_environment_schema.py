"""The schema for editors agrees with what is read: good files are valid, and misspelt keys are not."""

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gonogo.environment_schema import json_schema

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "environment_cases"
CAUGHT = ["metric-without-pointer", "no-guard", "no-host", "no-target", "numbers", "secret-as-default"]
CAUGHT += ["secret-written-here", "several-problems", "stream-elsewhere", "text-for-number", "unknown-key-at-the-top"]
CAUGHT += ["hosted-metric-of-no-period", "unknown-key-in-exposition", "unknown-key-in-prometheus"]
CAUGHT += ["unknown-key-in-database", "unknown-key-in-metric", "unknown-key-in-target", "unknown-kind"]


def problems(path: Path) -> list[str]:
    return [error.message for error in Draft202012Validator(json_schema()).iter_errors(tomllib.loads(path.read_text()))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", sorted((CASES / "good").glob("*.toml")), ids=lambda path: path.stem)
def test_a_good_file_is_valid(path: Path) -> None:
    assert problems(path) == []


@pytest.mark.parametrize("name", CAUGHT)
def test_what_an_editor_can_see_it_marks(name: str) -> None:
    assert problems(CASES / "bad" / f"{name}.toml")


@pytest.mark.parametrize("path", sorted((ROOT / "environments").glob("*.toml")), ids=lambda path: path.stem)
def test_our_own_files_have_no_key_that_the_schema_does_not_know(path: Path) -> None:
    assert [text for text in problems(path) if "required property" not in text] == []
