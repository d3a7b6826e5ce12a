"""Missing parts are named with what to do; a required one ends set-up."""

import pytest

from tools import parts


def told(missing: list[parts.Part], required: str = "") -> tuple[int, list[str]]:
    said: list[str] = []
    return parts.report(missing, required=required, say=said.append), said


def test_an_optional_part_is_named_with_its_remedy() -> None:
    status, said = told([parts.ALLURE])
    assert status == 0
    assert len(said) == 1
    assert "their HTML is not" in said[0]
    assert "npm ci" in said[0]


def test_a_required_part_that_is_missing_ends_set_up() -> None:
    status, said = told([parts.CONTAINERS], "browser, containers")
    assert status == 1
    assert "required by GONOGO_REQUIRE and missing: containers" in said[0]
    assert "DOCKER_HOST" in said[0]


def test_required_parts_that_are_there_are_not_spoken_of() -> None:
    assert told([], "containers,browser,prometheus,allure") == (0, [])


def test_an_unknown_required_part_is_refused_with_the_valid_ones() -> None:
    status, said = told([], "container")
    assert status == 1
    assert "unknown part 'container'; valid: allure, browser, containers, prometheus" in said[0]


def test_a_missing_prometheus_is_only_told_to_who_requires_it() -> None:
    assert told([parts.PROMETHEUS]) == (0, [])
    assert told([parts.PROMETHEUS], "prometheus")[0] == 1


@pytest.mark.parametrize(("version", "major"), [("v20.20.2", 20), ("v8.0.0", 8)])
def test_the_major_version_of_node_is_read(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, version: str, major: int
) -> None:
    directory = tmp_path_factory.mktemp("path")
    (directory / "node").write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    (directory / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))
    assert parts.node_major() == major


def test_without_node_its_version_is_zero(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    assert parts.node_major() == 0
