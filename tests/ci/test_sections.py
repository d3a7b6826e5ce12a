"""The closing table of the CI script: one failed section, an early end or no section at all is never a success."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / ".ci").rglob("*") if path.suffix == ".sh" or path.name == "run")


def bash(script: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a few lines that have the sections at hand, with temporary files in a directory."""
    lines = f". {ROOT}/.ci/lib.sh\ntrap 'closing $?; status=$?; trap - EXIT; exit $status' EXIT\n{script}"
    environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(directory)}
    return subprocess.run(["bash", "-c", lines], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_script_is_well_formed(path: Path) -> None:
    done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_sections_that_pass_make_a_passed_run(tmp_path: Path) -> None:
    done = bash("section one true\nsection two true\nexit 0", tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].split()[-1] == "passed"


def test_a_failed_section_fails_the_run_and_the_later_ones_still_run(tmp_path: Path) -> None:
    done = bash("section one false\nsection two echo later\nexit 0", tmp_path)
    assert done.returncode == 1
    assert "later" in done.stdout
    assert "FAILED (1)" in done.stdout


def test_a_run_that_is_ended_early_has_failed_and_names_the_section(tmp_path: Path) -> None:
    done = bash("section one true\nsection two fail 'no mirror' 'name one'\nsection three echo later", tmp_path)
    assert done.returncode == 1
    assert "ended here" in done.stdout
    assert "later" not in done.stdout
    assert "remedy: name one" in done.stderr


def test_a_run_without_sections_has_failed(tmp_path: Path) -> None:
    assert bash("exit 0", tmp_path).returncode == 1


def test_what_a_killed_run_has_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    script = f"""
        . {ROOT}/.ci/containers.sh
        sleep 0 & wait $!
        mkdir "$TMPDIR/gonogo-ci.dead" "$TMPDIR/gonogo-ci.alive"
        echo $! > "$TMPDIR/gonogo-ci.dead/pid"
        echo $$ > "$TMPDIR/gonogo-ci.alive/pid"
        section sweep leftovers_sweep
        exit 0"""
    done = bash(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "gonogo-ci.dead").exists()
    assert (tmp_path / "gonogo-ci.alive").exists()


def test_a_package_that_brings_no_such_command_fails(tmp_path: Path) -> None:
    script = 'apt_install() { note "pretended $*"; }\nsection one packages no-such-command:no-such-package'
    done = bash(script, tmp_path)
    assert done.returncode == 1
    assert "no-such-package brought no no-such-command" in done.stderr


@pytest.mark.parametrize(("failures", "passes"), [(0, True), (1, True), (2, False)])
def test_a_mirror_that_fails_once_is_asked_again(tmp_path: Path, failures: int, passes: bool) -> None:
    asked = tmp_path / "asked"
    script = f"""
        apt-get() {{ echo "$*" >> {asked}; [ "$(grep -c update {asked})" -gt {failures} ]; }}
        section one apt_install make
        exit 0"""
    done = bash(script, tmp_path)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    words = [line.split() for line in asked.read_text(encoding="utf-8").splitlines()]
    assert ["install" in line for line in words] == [False] * min(failures + 1, 2) + [True] * passes
    assert all("DPkg::Lock::Timeout=300" in line for line in words)


@pytest.mark.parametrize(
    ("methods", "passes"),
    [(["GET", "HEAD"], True), (["GET", "POST"], False), (["DELETE"], False), ([], False)],
)
def test_a_served_system_must_have_been_read_and_only_read(tmp_path: Path, methods: list[str], passes: bool) -> None:
    log = tmp_path / "served.log"
    requests = [f'{{"method": "{method}", "path": "/api"}}\n' for method in methods]
    log.write_text("".join(["# control of mes: somewhere\n", *requests]), encoding="utf-8")
    done = bash(f". {ROOT}/.ci/smoke.sh\nsection one only_read {log}\nexit 0", tmp_path)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
