"""Captured baselines: kept beside each other, read strictly."""

import json
from pathlib import Path

import pytest

from gonogo import baselines
from gonogo.outcome import Unverified


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    baselines.write(tmp_path / "kept", "staging", "plan readings", [0.018, 0.02], "2.2.9")
    baselines.write(tmp_path / "kept", "staging", "plan listings", [0.03], "2.2.9")
    assert baselines.read(tmp_path / "kept", "staging", "plan readings") == [0.018, 0.02]
    assert baselines.read(tmp_path / "kept", "staging", "plan listings") == [0.03]


def test_a_newer_capture_replaces_its_own_operation_only(tmp_path: Path) -> None:
    baselines.write(tmp_path, "prod", "plan readings", [0.018], "2.2.9")
    baselines.write(tmp_path, "prod", "plan listings", [0.03], "2.2.9")
    baselines.write(tmp_path, "prod", "plan readings", [0.019], "2.3.0")
    document = json.loads((tmp_path / "prod.json").read_text())
    assert document["plan readings"]["samples"] == [0.019]
    assert document["plan readings"]["release"] == "2.3.0"
    assert document["plan listings"]["samples"] == [0.03]


@pytest.mark.parametrize(
    "entry",
    [
        {"unit": "ms", "samples": [18]},
        {"unit": "s", "samples": []},
        {"unit": "s", "samples": [0.01, 0]},
        {"unit": "s", "samples": [0.01, True]},
        {"unit": "s", "samples": ["0.01"]},
        {"unit": "s"},
        [],
    ],
)
def test_what_is_no_baseline_in_seconds_is_unverified_and_says_how_to_get_one(tmp_path: Path, entry: object) -> None:
    (tmp_path / "prod.json").write_text(json.dumps({"plan readings": entry}))
    with pytest.raises(Unverified, match=r"prod\.json.*'plan readings'.*systems\.capture --env=prod"):
        baselines.read(tmp_path, "prod", "plan readings")


def test_a_missing_file_and_a_missing_operation_are_unverified(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="there is no baseline"):
        baselines.read(tmp_path, "prod", "plan readings")
    baselines.write(tmp_path, "prod", "plan listings", [0.03], "2.2.9")
    with pytest.raises(Unverified, match="there is no baseline"):
        baselines.read(tmp_path, "prod", "plan readings")


def test_a_damaged_file_is_never_taken_for_a_baseline(tmp_path: Path) -> None:
    (tmp_path / "prod.json").write_text('{"plan readings": ')
    with pytest.raises(Unverified, match="not JSON"):
        baselines.read(tmp_path, "prod", "plan readings")
