"""What Allure's results say of an item besides its course: names, labels, links, and what its history goes by."""

import hashlib
import platform
import socket
from collections.abc import Iterable, Iterator
from functools import lru_cache
from os import getpid
from pathlib import PurePosixPath
from threading import current_thread
from typing import Any

import pytest

from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.tags import is_criterion, is_label, label_of
from gonogo.report.allure import AllureWriter, Json

_LINK_TAGS = ("issue", "tms")
_NOT_A_TAG = frozenset({"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"})


def of_scenario(item: ScenarioItem, writer: AllureWriter) -> Json:
    """Return the unchanging part of a scenario's result."""
    case, scenario = item.case, item.case.scenario
    named = case.row.id and scenario.name == case.template.name
    descriptions = (scenario.feature.description.strip(), scenario.description.strip())
    return {
        "name": f"{scenario.name} [{case.row.id}]" if named else scenario.name,
        "fullName": f"{_dotted(item.parent.shown_path)}#{case.template.name}",
        "titlePath": [*PurePosixPath(item.parent.shown_path).parts[:-1], scenario.feature.name, *_rule(item)],
        "historyId": _hash(*item.history_key),
        "testCaseId": _hash(*item.history_key[:-1]),
        "description": "\n\n".join(text for text in descriptions if text),
        "parameters": [{"name": name, "value": value} for name, value in case.row.values.items()],
        "labels": _labels([*_scenario_labels(item), *_marker_labels(item), *_common(item)]),
        "links": [*_tag_links(item, writer), *_marker_links(item)],
    }


def of_test(item: pytest.Item) -> Json:
    """Return the unchanging part of the result of a plain pytest test."""
    file, _, rest = item.nodeid.partition("::")
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    function = getattr(item, "obj", None)
    full_name = f"{_dotted(file)}#{rest.split('[', 1)[0].replace('::', '.')}"
    return {
        "name": getattr(function, "__allure_display_name__", None) or item.name,
        "fullName": full_name,
        "titlePath": [*PurePosixPath(file).parts, *rest.split("[", 1)[0].split("::")[:-1]],
        "historyId": _hash(item.nodeid),
        "testCaseId": _hash(full_name),
        "description": _description(item) or (getattr(function, "__doc__", None) or "").strip(),
        "parameters": [{"name": name, "value": bare(value)} for name, value in parameters.items()],
        "labels": _labels([*_file_labels(file), *_tags(item), *_marker_labels(item), *_common(item)]),
        "links": list(_marker_links(item)),
    }


def bare(value: object) -> str:
    """Return a parameter as people write it: a text without quotes."""
    return value if isinstance(value, str) else repr(value)


def _scenario_labels(item: ScenarioItem) -> Iterator[tuple[str, str]]:
    tags = sorted(item.case.tags)
    given = [label_of(tag) for tag in tags if is_label(tag)]
    yield from ((key, value) for key, value in given if key not in _LINK_TAGS and key != "id")
    keys = {key for key, _ in given}
    feature = item.case.scenario.feature.name
    folder = PurePosixPath(item.parent.shown_path).parent.name
    rule = next(iter(_rule(item)), None)
    if "epic" not in keys and folder:
        yield "epic", folder.replace("_", " ").capitalize()
    if "feature" not in keys:
        yield "feature", feature
    if "story" not in keys and (rule or item.case.row.id):
        yield "story", rule or item.case.template.name
    if "severity" not in keys:
        yield "severity", "normal"
    yield from (("criterion", tag) for tag in tags if is_criterion(tag))
    yield from (("tag", tag) for tag in tags if not is_label(tag))
    yield from _file_labels(item.parent.shown_path, feature)
    if rule:
        yield "subSuite", rule


def _file_labels(file: str, suite: str = "") -> Iterator[tuple[str, str]]:
    parent = PurePosixPath(file).parent
    if parent.name:
        yield "parentSuite", ".".join(parent.parts)
    yield "suite", suite or PurePosixPath(file).stem
    yield "package", _dotted(file)


def _common(item: pytest.Item) -> Iterator[tuple[str, str]]:
    yield "host", _host()
    yield "thread", f"{getpid()}-{current_thread().name}"
    yield "framework", "pytest-bdd" if isinstance(item, ScenarioItem) else "pytest"
    yield "language", f"{platform.python_implementation().lower()}{platform.python_version_tuple()[0]}"


def _tags(item: pytest.Item) -> Iterator[tuple[str, str]]:
    for marker in item.iter_markers():
        if marker.name not in _NOT_A_TAG and not marker.args and not marker.kwargs:
            yield "tag", marker.name


def _marker_labels(item: pytest.Item) -> Iterator[tuple[str, str]]:
    """Yield the labels that allure's decorators (`@allure.epic` and so on) have left on a test."""
    for marker in item.iter_markers("allure_label"):
        yield from ((str(marker.kwargs["label_type"]), str(value)) for value in marker.args)


def _marker_links(item: pytest.Item) -> Iterator[Json]:
    for marker in item.iter_markers("allure_link"):
        yield {"type": str(marker.kwargs["link_type"]), "url": marker.args[0], "name": marker.kwargs["name"]}


def _tag_links(item: ScenarioItem, writer: AllureWriter) -> Iterator[Json]:
    for tag in sorted(item.case.tags):
        key, value = label_of(tag) if is_label(tag) else ("criterion", tag)
        if key in _LINK_TAGS or (key == "criterion" and is_criterion(value) and "criterion" in writer.links):
            yield writer.link(key, value)


def _labels(pairs: Iterable[tuple[str, Any]]) -> list[Json]:
    """Return labels without repetitions; the first of its name wins where Allure knows only one."""
    unique = dict.fromkeys(pairs)
    single: set[str] = set()
    labels = []
    for name, value in unique:
        if name not in single:
            labels.append({"name": name, "value": value})
        if name in ("severity", "suite", "parentSuite", "subSuite", "framework", "host"):
            single.add(name)
    return labels


def _description(item: pytest.Item) -> str:
    marker = item.get_closest_marker("allure_description")
    return str(marker.args[0]) if marker and marker.args else ""


def _rule(item: ScenarioItem) -> list[str]:
    rule = item.case.template.rule
    return [rule.name] if rule else []


def _dotted(file: str) -> str:
    return ".".join(PurePosixPath(file).with_suffix("").parts)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _host() -> str:
    return socket.gethostname()
