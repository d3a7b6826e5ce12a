"""Folders: reads what is inside, nothing outside, and runs nothing that a checkout brings along."""

import subprocess
from pathlib import Path

import pytest
from probe_kit import Kept

from gonogo.evidence import Evidence
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.folder import FolderProbe
from gonogo.settings import FolderSettings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "server" / "models").mkdir(parents=True)
    (root / "archives").mkdir()
    (root / "server" / "mesRoutes.js").write_text("const nodes = plan.nodes;\n// executionGraph is gone\n")
    (root / "archives" / "migrate.js").write_text("convert(executionGraph)\n")
    (root / "logo.png").write_bytes(b"\x89PNG\0executionGraph")
    (tmp_path / "outside.txt").write_text("executionGraph outside\n")
    return root


@pytest.fixture
def folder(root: Path, evidence: Evidence) -> FolderProbe:
    return FolderProbe("repository", FolderSettings(path=str(root)), evidence)


def test_a_file_is_read_and_kept_as_evidence(folder: FolderProbe, kept: Kept) -> None:
    assert folder.read("server/mesRoutes.js").startswith("const nodes")
    assert "const nodes" in kept.last()


def test_names_are_relative_and_sorted(folder: FolderProbe) -> None:
    assert folder.names() == ["archives/migrate.js", "logo.png", "server/mesRoutes.js"]
    assert folder.names("*.js") == ["archives/migrate.js", "server/mesRoutes.js"]
    assert folder.names("server/*") == ["server/mesRoutes.js"]


def test_a_search_says_where(folder: FolderProbe, kept: Kept) -> None:
    found = folder.search("executionGraph", exclude=["archives/*"])

    assert [str(match) for match in found] == ["server/mesRoutes.js:2: // executionGraph is gone"]
    assert "1 lines match 'executionGraph' in 1 files" in kept.last()
    assert len(folder.search("executionGraph")) == 2
    assert folder.search("nothing like it") == []


def test_a_search_in_no_file_proves_nothing(folder: FolderProbe) -> None:
    with pytest.raises(Inconclusive, match=r"no text file matches '\*.py', so that finding nothing proves nothing"):
        folder.search("executionGraph", within="*.py")


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", "server/../../outside.txt", "link.txt"])
def test_nothing_outside_is_read(folder: FolderProbe, root: Path, name: str) -> None:
    (root / "link.txt").symlink_to(root.parent / "outside.txt")

    with pytest.raises(Unverified, match="leads out of it; nothing was read"):
        folder.read(name)

    assert "link.txt" not in folder.names()


@pytest.mark.parametrize("name", ["gone.txt", "server"])
def test_a_file_that_is_not_there_is_unverified(folder: FolderProbe, name: str) -> None:
    with pytest.raises(Unverified, match=f"folder 'repository': there is no file '{name}'"):
        folder.read(name)


def test_a_file_that_is_no_text_or_too_large_is_inconclusive(folder: FolderProbe, root: Path) -> None:
    (root / "latin.txt").write_bytes(b"caf\xe9")
    (root / "large.txt").write_text("x" * 5_000_001)

    with pytest.raises(Inconclusive, match=r"'latin.txt' is not UTF-8 \(byte 3\)"):
        folder.read("latin.txt")
    with pytest.raises(Inconclusive, match=r"'large.txt' is larger than 5000000 B"):
        folder.search("x", within="large.txt")


def test_a_folder_that_is_not_there_is_unverified(tmp_path: Path, evidence: Evidence) -> None:
    gone = FolderProbe("repository", FolderSettings(path=str(tmp_path / "gone")), evidence)

    for read in (lambda: gone.read("a"), gone.names, lambda: gone.search("a"), gone.commits):
        with pytest.raises(Unverified, match="is not there; correct its path or fetch it"):
            read()


def git(root: Path, *words: str) -> None:
    identity = ["-c", "user.name=Deployment lead", "-c", "user.email=lead@example.com"]
    subprocess.run(["git", *identity, "-C", str(root), *words], check=True, capture_output=True)


def test_commits_are_told_newest_first(folder: FolderProbe, root: Path) -> None:
    git(root, "init", "-q")
    git(root, "commit", "-q", "--allow-empty", "-m", "feat: first\n\nmore")
    git(root, "commit", "-q", "--allow-empty", "-m", "chore: second")

    commits = folder.commits()

    assert [commit.subject for commit in commits] == ["chore: second", "feat: first"]
    assert len(commits[0].sha) == 40
    assert commits[0].date[:2] == "20"


def test_nothing_that_the_checkouts_configuration_names_is_run(folder: FolderProbe, root: Path, tmp_path: Path) -> None:
    git(root, "init", "-q")
    git(root, "commit", "-q", "--allow-empty", "-m", "first")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "pager.log", "gpg.program", "core.sshCommand", "diff.external"):
        git(root, "config", key, str(trap))
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "core.hooksPath", str(tmp_path))

    assert len(folder.commits()) == 1

    assert not (tmp_path / "sprung").exists()


def test_a_repository_around_the_folder_does_not_count(folder: FolderProbe, root: Path) -> None:
    git(root.parent, "init", "-q")
    git(root.parent, "commit", "-q", "--allow-empty", "-m", "of the outer one")

    with pytest.raises(Unverified, match="gave no commits: fatal: not a git repository"):
        folder.commits()


def test_a_repository_without_a_commit_is_unverified(folder: FolderProbe, root: Path) -> None:
    git(root, "init", "-q")

    with pytest.raises(Unverified, match="gave no commits"):
        folder.commits()
