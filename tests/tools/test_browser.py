"""A browser counts when it starts; getting one is tried once; a dead end is told with what to do."""

import json
from pathlib import Path

import pytest

from gonogo.probes import browser as probe
from tools import browser


class Machine:
    """A PATH with nothing on it, a place for Playwright's note, and what was said."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "path"
        self.venv = directory / "venv"
        self.said: list[str] = []
        self.downloads = 0
        for place in (self.path, self.venv):
            place.mkdir()

    def put(self, name: str, *, starts: bool) -> str:
        program = self.path / name
        program.write_text(f"#!/bin/sh\nexit {int(not starts)}\n", encoding="utf-8")
        program.chmod(0o755)
        return str(program)

    def ensure(self, *, again: bool = False) -> str | None:
        return browser.ensure(self.venv, again=again, say=self.said.append)

    def fail_to_download(self, _venv: Path, _say: browser.Say) -> None:
        self.downloads += 1


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine.path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(browser, "download", machine.fail_to_download)
    monkeypatch.setattr(browser, "install_package", lambda venv, say: None)
    return machine


def test_a_browser_on_path_that_starts_is_taken_without_a_download(machine: Machine) -> None:
    machine.put("chromium", starts=False)
    chrome = machine.put("google-chrome", starts=True)
    assert machine.ensure() == chrome
    assert machine.downloads == 0
    assert machine.said == []


def test_set_up_looks_for_the_names_that_a_run_looks_for() -> None:
    assert browser.NAMES == probe._NAMES


def test_a_named_browser_goes_before_those_on_path(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.put("chromium", starts=True)
    named = machine.put("my-chrome", starts=True)
    monkeypatch.setenv("CHROMIUM_PATH", named)
    assert machine.ensure() == named


def test_a_named_browser_that_does_not_start_is_told_and_nothing_else_is_taken(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.put("chromium", starts=True)
    monkeypatch.setenv("CHROMIUM_PATH", "/nowhere/chrome")
    assert machine.ensure() is None
    assert machine.downloads == 0
    assert "CHROMIUM_PATH=/nowhere/chrome does not start" in machine.said[-1]


def test_a_failed_try_is_not_repeated_until_asked_and_is_told_each_time(machine: Machine) -> None:
    assert [machine.ensure() for _ in range(3)] == [None, None, None]
    assert machine.downloads == 1
    assert machine.said == [browser.MISSING] * 3
    assert machine.ensure(again=True) is None
    assert machine.downloads == 2


def test_a_browser_put_on_path_after_a_failed_try_is_found(machine: Machine) -> None:
    assert machine.ensure() is None
    chromium = machine.put("chromium", starts=True)
    assert machine.ensure() == chromium


def test_a_downloaded_browser_is_remembered(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    own = machine.put("playwrights-own", starts=True)
    monkeypatch.setattr(browser, "download", lambda venv, say: own)
    assert machine.ensure() == own
    monkeypatch.setattr(browser, "download", machine.fail_to_download)
    assert machine.ensure() == own
    assert machine.downloads == 0


def test_a_downloaded_browser_that_is_gone_is_fetched_again(machine: Machine) -> None:
    (machine.venv / browser.NOTE).write_text(json.dumps({"path": "/nowhere/chrome"}), encoding="utf-8")
    assert machine.ensure() is None
    assert machine.downloads == 1


@pytest.mark.parametrize("note", ["", "{}", "not json"])
def test_a_damaged_note_counts_as_none(machine: Machine, note: str) -> None:
    (machine.venv / browser.NOTE).write_text(note, encoding="utf-8")
    assert machine.ensure() is None
    assert machine.downloads == 1


def test_the_distributions_package_is_left_alone_by_an_ordinary_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "succeeds", lambda *command: asked.append(command))
    assert browser.install_package(tmp_path, print) is None
    assert asked == []


def test_a_command_that_overruns_its_time_did_not_succeed(machine: Machine) -> None:
    program = machine.path / "slow"
    program.write_text("#!/bin/sh\nwhile :; do :; done\n", encoding="utf-8")
    program.chmod(0o755)
    assert not browser.succeeds([str(program)], 0.05)


@pytest.mark.parametrize("updates", [0, 1, 2])
def test_root_gets_the_distributions_package_after_fresh_lists_where_need_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, updates: int
) -> None:
    machine = Machine(tmp_path)
    put_apt_get(machine.path, updates=updates)
    monkeypatch.setenv("PATH", f"{machine.path}:/usr/bin:/bin")
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(browser, "NAMES", ("chromium-of-apt",))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert browser.install_package(machine.venv, machine.said.append) == str(machine.path / "chromium-of-apt")


def put_apt_get(directory: Path, *, updates: int) -> None:
    """An apt-get whose install brings a browser, after so many updates."""
    updated, product = directory / "updated", directory / "chromium-of-apt"
    lines = ["#!/bin/sh", f'[ "$1" = update ] && echo >> {updated} && exit 0']
    lines += [f"[ $(cat {updated} 2> /dev/null | wc -l) -ge {updates} ] || exit 100"]
    lines += [f"printf '#!/bin/sh\\n' > {product}", f"chmod 755 {product}"]
    (directory / "apt-get").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (directory / "apt-get").chmod(0o755)
