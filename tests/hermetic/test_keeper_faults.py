"""The catalogue of faults, collected from the stand-ins' packages."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from keeper_process import PROGRAM, environment

from hermetic.errors import HermeticError, UnknownNameError
from hermetic.faults import Fault, catalogue, select, table

SLOW = Fault("slow-reply", "a", "It answers late.", ("X-1",))


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, *faults: Fault) -> None:
    module = ModuleType(f"{name}_stand_in.faults")
    module.FAULTS = faults  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"{name}_stand_in", ModuleType(f"{name}_stand_in"))
    monkeypatch.setitem(sys.modules, f"{name}_stand_in.faults", module)


def test_the_faults_of_all_stand_ins_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "a", SLOW)
    stand_in(monkeypatch, "b", Fault("lost-row", "b", "It loses one.", ("Y-1",)))
    names = [fault.name for fault in catalogue({"a": "a_stand_in", "b": "b_stand_in"})]
    assert names == ["slow-reply", "lost-row"]


def test_two_faults_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "a", SLOW, SLOW)
    with pytest.raises(HermeticError, match="two faults are called slow-reply"):
        catalogue({"a": "a_stand_in"})


def test_a_fault_of_somebody_elses_stand_in_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "b", SLOW)
    with pytest.raises(HermeticError, match="slow-reply of the stand-in b says it breaks a"):
        catalogue({"b": "b_stand_in"})


def test_a_stand_in_without_faults_is_allowed_and_a_broken_one_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, text in (("bare", None), ("torn", "import nothing_of_this_name")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        if text:
            (tmp_path / name / "faults.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert catalogue({"bare": "bare"}) == ()
    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name"):
        catalogue({"torn": "torn"})


def test_a_misspelt_name_gets_the_closest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'slow-reply'"):
        select(["slow-replies"], [SLOW])
    with pytest.raises(UnknownNameError) as caught:
        select(["zzz"], [SLOW])
    assert "did you mean" not in caught.value.remedy
    assert select(["slow-reply"], [SLOW]) == [SLOW]


def test_the_command_lists_them_for_programs(listing: str) -> None:
    assert json.loads(listing)[0] == {
        "name": "echo-lies",
        "stand_in": "echo",
        "meaning": "It answers with something else.",
        "breaks": ["T-01", "T-02"],
    }


@pytest.fixture
def listing(tmp_path: Path) -> str:
    command = [sys.executable, "-c", PROGRAM, "faults", "--json"]
    return subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=True).stdout


def test_and_for_people() -> None:
    assert table([SLOW]) == "slow-reply  (a)\n    It answers late.\n    breaks X-1\n1 fault"
    assert table([SLOW, SLOW]).endswith("\n2 faults")
