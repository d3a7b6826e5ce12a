"""The lock covers what pyproject.toml declares, with hashes, and says nothing of where packages came from."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)


def declared() -> list[Requirement]:
    """Every requirement of pyproject.toml: the suite's, each extra's, the build's."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = tables["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *extras, *tables["build-system"]["requires"]]]


def locked() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {canonicalize_name(match["name"]): match["version"] for match in PINNED.finditer(text)}


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_the_lock_satisfies_each_declared_requirement(requirement: Requirement) -> None:
    version = locked().get(canonicalize_name(requirement.name))
    assert version is not None, f"{requirement.name} is not in requirements.lock: make lock"
    assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: make lock"


def test_every_locked_package_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [block for block in blocks if PINNED.match(block)]
    assert len(pinned) == len(locked()) > 50
    assert [block.split()[0] for block in pinned if "--hash=sha256:" not in block] == []


def test_no_lock_names_a_host_that_packages_come_from() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 1
    assert [name for name, package in packages.items() if "resolved" in package] == []
