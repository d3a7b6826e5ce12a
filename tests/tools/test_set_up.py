"""Set-up runs once, begins again after an interruption, and says what to do where it cannot go on."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import set_up

ROOT = Path(__file__).resolve().parents[2]
PROJECT = '[project]\nname = "x"\n[build-system]\nrequires = ["hatchling"]\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("pytest==9.2.0 --hash=sha256:00\n", encoding="utf-8")
    return tmp_path


class Commands:
    """Stands in for the commands of set-up: keeps what was asked; those that hold a failing word fail."""

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.asked: list[str] = []

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        self.asked.append(line)
        bad = any(word in line for word in self.failing)
        if " venv " in line and not bad:
            make_venv(Path(command[-1]))
        return subprocess.CompletedProcess(command, int(bad), "", "first line\nno such index\n" if bad else "")


def make_venv(venv: Path) -> None:
    (venv / "bin").mkdir(parents=True, exist_ok=True)
    (venv / "bin" / "python").touch()
    (venv / "pyvenv.cfg").touch()


def use(monkeypatch: pytest.MonkeyPatch, commands: Commands, *, uv: bool) -> Commands:
    monkeypatch.setattr(set_up, "run", commands)
    monkeypatch.setattr("shutil.which", lambda name: "/bin/uv" if uv else None)
    return commands


def wanted(checkout: Path) -> dict[str, str]:
    return set_up.fingerprint(checkout, Path(sys.executable))


def test_an_environment_is_current_once_built_and_not_built_again(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Commands(), uv=True)
    assert not set_up.is_current(checkout / ".venv", wanted(checkout))
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    assert set_up.is_current(checkout / ".venv", wanted(checkout))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.lock", "pytest==9.2.1 --hash=sha256:00\n"),
        ("pyproject.toml", PROJECT + '[project.scripts]\nx = "x:main"\n'),
    ],
)
def test_a_changed_lock_or_project_makes_the_environment_old(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    use(monkeypatch, Commands(), uv=True)
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    (checkout / file).write_text(text, encoding="utf-8")
    assert not set_up.is_current(checkout / ".venv", wanted(checkout))


def test_settings_of_tools_do_not_make_the_environment_old(checkout: Path) -> None:
    before = wanted(checkout)
    (checkout / "pyproject.toml").write_text(PROJECT + "[tool.ruff]\nline-length = 99\n", encoding="utf-8")
    assert wanted(checkout) == before


def test_another_interpreter_or_place_makes_the_environment_old(checkout: Path, tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.touch()
    assert set_up.fingerprint(checkout, other) != wanted(checkout)


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null", '{"python": "3.11"}'])
def test_a_damaged_stamp_counts_as_none(checkout: Path, stamp: str) -> None:
    make_venv(checkout / ".venv")
    (checkout / ".venv" / set_up.STAMP).write_text(stamp, encoding="utf-8")
    assert not set_up.is_current(checkout / ".venv", wanted(checkout))


def test_an_environment_that_lost_its_interpreter_is_not_current(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Commands(), uv=True)
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    (checkout / ".venv" / "bin" / "python").unlink()
    assert not set_up.is_current(checkout / ".venv", wanted(checkout))


def test_packages_are_installed_by_hash_and_the_suite_without_a_build_environment(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = use(monkeypatch, Commands(), uv=False)
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    assert any("--require-hashes -r" in line for line in commands.asked)
    assert any("--no-deps --no-build-isolation -e" in line for line in commands.asked)
    assert not any(line.startswith("uv") for line in commands.asked)


def test_pip_is_tried_where_uv_cannot_reach_the_packages(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = use(monkeypatch, Commands("uv pip"), uv=True)
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    assert any("-m pip" in line for line in commands.asked)
    assert "uv could not (no such index): trying pip" in capsys.readouterr().err


def test_a_failed_installation_is_told_with_its_last_lines_and_leaves_no_stamp(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Commands("--require-hashes"), uv=False)
    with pytest.raises(set_up.SetUpError, match="no such index"):
        set_up.build(checkout, checkout / ".venv", wanted(checkout))
    assert not (checkout / ".venv" / set_up.STAMP).exists()


def test_a_missing_venv_module_names_the_package_that_has_it(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Commands("import ensurepip"), uv=False)
    package = rf"apt-get install python3\.{sys.version_info.minor}-venv"
    with pytest.raises(set_up.SetUpError, match=package):
        set_up.build(checkout, checkout / ".venv", wanted(checkout))


def test_a_directory_that_is_no_environment_is_refused_and_kept(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = use(monkeypatch, Commands(), uv=True)
    kept = checkout / "mine" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("dear", encoding="utf-8")
    with pytest.raises(set_up.SetUpError, match="no virtual environment"):
        set_up.build(checkout, kept.parent, wanted(checkout))
    assert kept.read_text(encoding="utf-8") == "dear"
    assert commands.asked == []


def test_an_incomplete_checkout_is_named(tmp_path: Path) -> None:
    with pytest.raises(set_up.SetUpError, match="complete checkout"):
        wanted(tmp_path)


def test_a_command_that_is_not_there_counts_as_failed() -> None:
    done = set_up.run(["no-such-command-anywhere"])
    assert done.returncode == 127
    assert "no-such-command-anywhere" in done.stderr


def fake_python(directory: Path, name: str, version: str) -> Path:
    """A program that answers the version question as that version would, and prints what it is run with."""
    path = directory / name
    suits = int(version not in {"3.11", "3.12", "3.13"})
    path.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {suits}\necho "$0 $*"\n', encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def choose(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tools/setup where PATH has the fake interpreters before the shell's own commands."""
    clean = {"PATH": f"{directory}:{directory / 'shell'}", **environment}
    return subprocess.run([str(ROOT / "tools" / "setup")], env=clean, capture_output=True, text=True, check=False)


@pytest.fixture
def interpreters(tmp_path: Path) -> Path:
    shell = tmp_path / "shell"
    shell.mkdir()
    for name in ("dirname", "sh"):
        (shell / name).symlink_to(next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()))
    return tmp_path


def test_the_first_interpreter_that_suits_is_taken(interpreters: Path) -> None:
    fake_python(interpreters, "python3", "3.9")
    fake_python(interpreters, "python3.12", "3.12")
    assert f"{interpreters}/python3.12 -m tools.set_up" in choose(interpreters).stdout


def test_a_named_interpreter_that_does_not_suit_is_refused(interpreters: Path) -> None:
    fake_python(interpreters, "python3", "3.11")
    fake_python(interpreters, "python3.9", "3.9")
    done = choose(interpreters, PYTHON="python3.9")
    assert done.returncode == 4
    assert "PYTHON=python3.9 is no Python 3.11, 3.12 or 3.13" in done.stderr


def test_a_machine_without_a_suitable_interpreter_is_told_what_to_install(interpreters: Path) -> None:
    fake_python(interpreters, "python3", "3.14")
    done = choose(interpreters)
    assert done.returncode == 4
    assert "apt-get install python3 python3-venv" in done.stderr


def make_dry(target: str, *settings: str, home: str = "/") -> str:
    command = ["make", "--dry-run", target, *settings]
    environment = {"PATH": os.environ["PATH"], "HOME": home}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_named_interpreter_gets_an_environment_of_its_own() -> None:
    assert '--venv ".venv"' in make_dry("verify")
    assert '--venv ".venv-python3.13"' in make_dry("verify", "PYTHON=/opt/bin/python3.13")


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    phony = next(
        line.split()[1:]
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith(".PHONY:")
    )
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[0] for line in shown.splitlines() if line.startswith("  ")}
    assert listed == set(phony) - {"ready"}


def test_the_stamp_tells_what_the_environment_was_made_from(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Commands(), uv=True)
    set_up.build(checkout, checkout / ".venv", wanted(checkout))
    stamp = json.loads((checkout / ".venv" / set_up.STAMP).read_text(encoding="utf-8"))
    assert stamp["root"] == str(checkout)
    assert stamp["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
