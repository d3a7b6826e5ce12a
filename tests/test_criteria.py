"""Criteria files and the gates they make up."""

import csv
from pathlib import Path
from typing import Any

import pytest

from gonogo import criteria
from gonogo.outcome import UsageError

ROW = {
    "id": "R1-P2-07",
    "gates": "2 rollback",
    "section": "Flag on tests",
    "criterion": "Old plans still work",
    "kind": "api",
    "verified_by": "scenario",
    "threshold": "",
    "mutates": "no",
    "applies_to": "any",
    "note": "",
}


def write(features: Path, *rows: dict[str, str], rollout: str = "canonical_model") -> Path:
    path = features / rollout / "criteria.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, criteria.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def refusal(features: Path) -> str:
    with pytest.raises(UsageError) as error:
        criteria.load(features)
    return str(error.value)


def test_a_row_becomes_a_criterion_of_its_rollout(tmp_path: Path) -> None:
    write(tmp_path, ROW | {"mutates": "yes", "threshold": "< 1 %"})
    found = criteria.load(tmp_path).criteria["R1-P2-07"]
    assert (found.rollout, found.gates) == ("canonical_model", frozenset({"2", "rollback"}))
    assert (found.statement, found.threshold, found.mutates) == ("Old plans still work", "< 1 %", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "R1-P2-7"}, "'R1-P2-7' is no criterion id; write R<rollout>-<PART>-<number>, such as R1-P2-07"),
        ({"id": "R1-P2-07\n"}, "is no criterion id"),
        ({"verified_by": "trust"}, "verified_by 'trust'; valid: scenario, attestation, out_of_scope"),
        ({"applies_to": "prod"}, "applies_to 'prod'; valid: hermetic, staging, production, any"),
        ({"mutates": "maybe"}, "mutates 'maybe'; valid: yes, no"),
        ({"gates": " "}, "gates is empty; name at least one gate"),
        ({"criterion": " "}, "criterion is empty; say what must hold"),
        ({"verified_by": "out_of_scope"}, "out of scope without a reason; say why in note"),
    ],
)
def test_a_malformed_row_is_refused_with_file_line_and_valid_values(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    path = write(tmp_path, ROW | {"id": "R1-P2-01"}, ROW | change)
    text = refusal(tmp_path)
    assert said in text
    assert text.startswith(f"{path}:")
    assert text.count(str(path)) == 1


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, ROW | {"mutates": "?"}, ROW | {"id": "nonsense"})
    assert len(refusal(tmp_path).splitlines()) == 2


def test_an_id_that_stands_twice_is_refused_also_across_rollouts(tmp_path: Path) -> None:
    write(tmp_path, ROW)
    write(tmp_path, ROW, rollout="postgres_build")
    assert "R1-P2-07 stands 2 times in the criteria files; ids are unique" in refusal(tmp_path)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x" / "criteria.csv"
    path.parent.mkdir()
    path.write_text("id,gates\nR1-P2-07,2\n", encoding="utf-8")
    assert refusal(tmp_path) == f"{path}:1: the columns must be {','.join(criteria.COLUMNS)}"


@pytest.mark.parametrize("line", ["R1-P2-07,2\n", f"{','.join(ROW.values())},one too many\n"])
def test_a_row_of_another_length_is_refused(tmp_path: Path, line: str) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert f"{path}:2: the row has not 10 fields" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"id\x00"])
def test_a_file_that_is_no_csv_in_utf8_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x" / "criteria.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    assert str(path) in refusal(tmp_path)


@pytest.mark.parametrize(
    ("applies_to", "kind", "required"),
    [
        ("any", "hermetic", True),
        ("any", "production", True),
        ("production", "hermetic", True),
        ("production", "staging", False),
        ("staging", "staging", True),
        ("hermetic", "staging", False),
    ],
)
def test_a_hermetic_run_requires_everything_and_others_their_own(
    tmp_path: Path, applies_to: str, kind: str, required: bool
) -> None:
    write(tmp_path, ROW | {"applies_to": applies_to})
    assert criteria.load(tmp_path).criteria["R1-P2-07"].required_in(kind) is required


def test_what_is_out_of_scope_is_required_nowhere(tmp_path: Path) -> None:
    write(tmp_path, ROW | {"verified_by": "out_of_scope", "note": "the vendor's own duty"})
    catalogue = criteria.load(tmp_path)
    assert not catalogue.criteria["R1-P2-07"].required_in("hermetic")
    with pytest.raises(UsageError, match="requires nothing in a hermetic environment"):
        catalogue.gate("canonical_model/2", "hermetic")


def test_a_gate_holds_its_criteria_in_the_order_of_the_file(tmp_path: Path) -> None:
    gates = {"R1-P2-09": "2 rollback", "R1-P2-01": "2", "R1-P1-01": "1"}
    write(tmp_path, *(ROW | {"id": identifier, "gates": needed} for identifier, needed in gates.items()))
    catalogue = criteria.load(tmp_path)
    assert catalogue.gate("canonical_model/2", "hermetic").ids == ("R1-P2-09", "R1-P2-01")
    assert catalogue.gate("canonical_model", "hermetic").ids == ("R1-P2-09", "R1-P2-01", "R1-P1-01")
    assert catalogue.gate_names() == [
        "canonical_model", "canonical_model/1", "canonical_model/2", "canonical_model/rollback", "all",
    ]  # fmt: skip


def test_the_gate_of_everything_needs_every_rollout(tmp_path: Path) -> None:
    write(tmp_path, ROW)
    write(tmp_path, ROW | {"id": "R2-W1-01", "gates": "1"}, rollout="postgres_build")
    gate = criteria.load(tmp_path).gate("all", "hermetic")
    assert (gate.name, gate.ids) == ("all", ("R1-P2-07", "R2-W1-01"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("canonical_model/3", "did you mean 'canonical_model/2'?"),
        ("canonical_modl", "did you mean 'canonical_model'?"),
        ("", "there is no gate ''"),
        ("canonical_model/", None),
    ],
)
def test_an_unknown_gate_is_refused_with_the_closest(tmp_path: Path, name: str, hint: str | None) -> None:
    write(tmp_path, ROW)
    catalogue = criteria.load(tmp_path)
    if hint is None:
        assert catalogue.gate(name, "hermetic").ids == ("R1-P2-07",), "a rollout with a slash is the rollout"
        return
    with pytest.raises(UsageError) as error:
        catalogue.gate(name, "hermetic")
    assert hint in str(error.value)
    assert "Valid: canonical_model," in str(error.value)


def test_the_plan_of_this_repository_loads() -> None:
    found: dict[str, Any] = criteria.load(Path(__file__).parents[1] / "features").criteria
    assert sum(criterion.rollout == "canonical_model" for criterion in found.values()) == 401
