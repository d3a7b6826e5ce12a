"""Commands: no shell, a small environment, and nothing survives its deadline."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from probe_kit import TOKEN, Kept, Scenario

from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.command import CommandProbe
from gonogo.settings import CommandSettings

Make = Callable[..., CommandProbe]


@pytest.fixture
def python(guard: Guard, evidence: Evidence) -> Make:
    def make(code: str, **settings: object) -> CommandProbe:
        table = CommandSettings(argv=("python", "-c", code), **settings)  # type: ignore[arg-type]
        return CommandProbe("migrate", table, guard, evidence)

    return make


def test_a_result_holds_code_outputs_and_time(python: Make, kept: Kept) -> None:
    result = python("import sys; print(sys.argv[1:]); print('oops', file=sys.stderr); sys.exit(3)").run(
        "--dry-run", "a b"
    )

    assert result.argv[0] == sys.executable
    assert result.exit_code == 3
    assert (result.stdout, result.stderr) == ("['--dry-run', 'a b']\n", "oops\n")
    assert result.duration_s > 0
    assert "exit code 3" in kept.last()
    assert "oops" in kept.last()


def test_arguments_never_meet_a_shell(python: Make, tmp_path: Path) -> None:
    result = python("import sys; print(sys.argv[1])").run(f"$(touch {tmp_path}/planted); `id` > x")

    assert result.stdout == f"$(touch {tmp_path}/planted); `id` > x\n"
    assert not (tmp_path / "planted").exists()


def test_it_sees_its_own_variables_and_none_of_our_secrets(python: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MES_TOKEN", TOKEN)

    result = python("import os; print(sorted(os.environ))", env={"MES_HOME": "/srv/mes"}).run()

    assert "'MES_HOME'" in result.stdout
    assert "'PATH'" in result.stdout
    assert "MES_TOKEN" not in result.stdout


def test_it_cannot_wait_for_an_answer(python: Make) -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").run().stdout == "''\n"


def test_the_deadline_ends_the_whole_group(python: Make, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)\n"
    )

    with pytest.raises(Unverified, match=r"'migrate': stopped because it had not ended within 5 s \(deadline_s"):
        python(code, deadline_s=5).run()

    for pid in pids.read_text().split():
        assert ends(int(pid))


def test_a_process_left_behind_does_not_hold_us_up(python: Make, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'], start_new_session=True)\n"
        "print(left.pid)\n"
    )
    started = time.monotonic()

    result = python(code, deadline_s=15).run()

    left = int(result.stdout)
    assert time.monotonic() - started < 15
    assert alive(left)
    os.kill(left, 9)


def test_output_without_end_is_inconclusive(python: Make) -> None:
    with pytest.raises(Inconclusive, match="stopped because it printed more than 8000000 B"):
        python("while True: print('x' * 100_000)").run()


def test_a_program_that_is_missing_is_unverified(guard: Guard, evidence: Evidence) -> None:
    missing = CommandProbe("build", CommandSettings(argv=("no-such-program",)), guard, evidence)

    with pytest.raises(Unverified, match=r"command 'build': no-such-program could not be started in .*: No such file"):
        missing.run()


def test_a_folder_that_is_missing_is_unverified(python: Make, tmp_path: Path) -> None:
    with pytest.raises(Unverified, match=r"could not be started in .*/gone"):
        python("", cwd=str(tmp_path / "gone")).run()


def test_a_change_is_not_run_outside_a_mutating_scenario(python: Make, tmp_path: Path, scenario: Scenario) -> None:
    code = f"import sys; open('{tmp_path}/ran', 'a').write(sys.argv[1])"
    migrate = python(code, mutates=True, reads_with=("--dry-run",))

    with pytest.raises(GuardRefused, match="command 'migrate'"):
        migrate.run("--execute")
    assert not (tmp_path / "ran").exists()

    migrate.run("--dry-run")
    scenario.mutates = True
    migrate.run("--execute")
    assert (tmp_path / "ran").read_text() == "--dry-run--execute"


def test_secrets_in_output_stay_out_of_evidence(python: Make, kept: Kept) -> None:
    python(f"print('{TOKEN}')").run()

    assert TOKEN not in kept.last()


def ends(pid: int) -> bool:
    """Return whether the process is gone within some seconds: it was killed, but is not our child to wait for."""
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    """Return whether the process runs; one that only waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
