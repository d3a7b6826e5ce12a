"""What is left when a keeper, or whoever started it, is killed outright; embedded servers, for real."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from keeper_process import (
    PROGRAM,
    KeeperProcess,
    alive,
    descendants,
    environment,
    passable_directory,
    wait_until_gone,
    workspaces,
)

from hermetic.process import started_at
from hermetic.sweep import SETTLING_S, is_orphan, sweep_workspaces
from hermetic.workspace import Workspace, create_workspace, open_to_all, workspace_root

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")


@pytest.fixture
def temporary() -> Iterator[Path]:
    path = passable_directory()
    yield path
    shutil.rmtree(path)


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


@linux_only
def test_a_killed_keeper_takes_all_its_processes_along_and_the_next_start_tidies_up(temporary: Path) -> None:
    keeper = KeeperProcess(temporary, "up", "--backing=embedded", ECHO_MODE="stubborn")
    try:
        keeper.ready()
        processes = descendants(keeper.process.pid)
        stubborn = [pid for pid in processes if "python" in name_of(pid)]
        servers = [pid for pid in processes if pid not in stubborn]
        assert len(stubborn) == 2, "the stand-in that ignores every wish, and its child"
        assert "postgres" in {name_of(pid) for pid in servers}
        (left,) = workspaces(temporary)
        keeper.process.kill()
        keeper.wait()
        assert wait_until_gone(servers) == []
        assert workspaces(temporary) == [left]

        following = KeeperProcess(temporary, "up", "--backing=embedded")
        try:
            following.ready()
            assert wait_until_gone(stubborn) == []
            assert not left.exists()
            assert len(workspaces(temporary)) == 1
        finally:
            following.close()
        assert workspaces(temporary) == []
    finally:
        keeper.close()


def test_a_killed_parent_ends_its_keeper_and_nothing_is_left(temporary: Path) -> None:
    parent_program = (
        "import subprocess, sys, time\n"
        f"keeper = subprocess.Popen([sys.executable, '-c', {PROGRAM!r}, 'up', '--backing=embedded'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "print(keeper.stdout.readline().decode(), flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", parent_program], stdout=subprocess.PIPE, env=environment(temporary), cwd=temporary
    )
    try:
        assert parent.stdout is not None
        assert json.loads(parent.stdout.readline())["ready"]
        processes = descendants(parent.pid)
        assert len(processes) > 3
    finally:
        parent.kill()
        parent.communicate()
    assert wait_until_gone(processes) == []
    assert workspaces(temporary) == []


class TestSweep:
    @pytest.fixture
    def dead(self, temporary: Path) -> Workspace:
        """A workspace whose keeper is gone: its lock is free."""
        workspace = create_workspace(temporary)
        workspace.lock.close()
        return workspace

    @pytest.fixture
    def sleeper(self) -> Iterator[int]:
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
        yield process.pid
        process.kill()
        process.wait()

    def note(self, workspace: Workspace, pid: int, started: str | None) -> None:
        with (workspace.directory / "processes.jsonl").open("a") as journal:
            journal.write(json.dumps({"name": "sleeper", "pid": pid, "started": started}) + "\n")

    def test_the_directory_of_a_dead_keeper_goes(self, dead: Workspace, temporary: Path) -> None:
        assert sweep_workspaces(temporary) == [dead.directory]
        assert not dead.directory.exists()

    def test_the_directory_of_a_living_keeper_stays(self, temporary: Path) -> None:
        living = create_workspace(temporary)
        assert sweep_workspaces(temporary) == []
        assert living.directory.exists()
        assert not is_orphan(living.owner)
        living.close()
        assert is_orphan(living.owner)

    def test_its_processes_are_ended(self, dead: Workspace, temporary: Path, sleeper: int) -> None:
        self.note(dead, sleeper, started_at(sleeper))
        sweep_workspaces(temporary)
        assert wait_until_gone([sleeper]) == []

    def test_a_process_that_took_over_a_number_is_left_alone(
        self, dead: Workspace, temporary: Path, sleeper: int
    ) -> None:
        self.note(dead, sleeper, "1")
        self.note(dead, sleeper, None)
        sweep_workspaces(temporary)
        time.sleep(0.1)
        assert alive([sleeper]) == [sleeper]

    def test_a_journal_cut_off_by_the_kill_is_read_as_far_as_it_goes(
        self, dead: Workspace, temporary: Path, sleeper: int
    ) -> None:
        self.note(dead, sleeper, started_at(sleeper))
        with (dead.directory / "processes.jsonl").open("a") as journal:
            journal.write('{"name": "post')
        assert sweep_workspaces(temporary) == [dead.directory]
        assert wait_until_gone([sleeper]) == []

    def test_a_directory_that_is_just_being_made_stays(self, temporary: Path) -> None:
        fresh = temporary / "gonogo-hermetic-fresh"
        fresh.mkdir()
        assert sweep_workspaces(temporary) == []
        long_ago = time.time() - SETTLING_S - 1
        os.utime(fresh, (long_ago, long_ago))
        assert sweep_workspaces(temporary) == [fresh]

    def test_links_and_files_of_that_name_stay(self, temporary: Path) -> None:
        elsewhere = temporary / "elsewhere"
        elsewhere.mkdir()
        (temporary / "gonogo-hermetic-link").symlink_to(elsewhere)
        (temporary / "gonogo-hermetic-file").write_text("")
        assert sweep_workspaces(temporary) == []
        assert elsewhere.exists()

    def test_what_another_host_marked_is_not_ours_to_judge(self, dead: Workspace) -> None:
        assert is_orphan(dead.owner)
        assert not is_orphan({**dead.owner, "host": "another"})
        assert not is_orphan({"host": dead.owner["host"]})

    def test_the_lock_is_there_whenever_its_file_is(self, temporary: Path) -> None:
        workspace = create_workspace(temporary)
        with (workspace.directory / "owner.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        workspace.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to share its workspace with another account")
def test_root_works_where_every_account_may_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", str(closed))
    assert not open_to_all(closed)
    assert open_to_all(workspace_root())
    workspace = create_workspace()
    assert open_to_all(workspace.directory)
    assert workspace.directory.stat().st_mode & 0o777 == 0o711
    workspace.close()
    assert not workspace.directory.exists()
