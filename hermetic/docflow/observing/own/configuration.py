"""What of Prometheus' configuration and rules is understood; anything else is refused when it is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hermetic.docflow.observing.promql.labels import Labels, made
from hermetic.docflow.observing.promql.nodes import Node
from hermetic.docflow.observing.promql.parser import parse
from hermetic.docflow.observing.promql.words import Refused, milliseconds, split

Table = Mapping[str, Any]


class Invalid(Exception):
    """A configuration or a rule that cannot be used; the message names its file."""


@dataclass(frozen=True)
class Target:
    """Whom to scrape: host and port, and the labels its series get."""

    address: str
    labels: Labels


@dataclass(frozen=True)
class Rule:
    """An alerting rule; `hold_ms` is its `for`."""

    name: str
    query: Node
    hold_ms: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    name: str
    file: Path
    interval_ms: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Configuration:
    scrape_ms: int
    targets: tuple[Target, ...]
    groups: tuple[Group, ...]


def read(file: Path) -> Configuration:
    """Read a configuration and the rules it names.

    Raises:
        Invalid: Something in it is wrong, or not understood.
    """
    text = json.loads(file.read_text(encoding="utf-8"))
    try:
        times = {name: _duration(value) for name, value in text["global"].items()}
        targets = [target for job in text["scrape_configs"] for target in _targets(job)]
        files = [Path(name) for name in text["rule_files"]]
        groups = [group for name in files for group in _groups(name, times["evaluation_interval"])]
    except (KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{file}: {type(error).__name__}: {error}") from None
    return Configuration(times["scrape_interval"], tuple(targets), tuple(groups))


def _targets(job: Table) -> list[Target]:
    _only(job, "job", {"job_name", "static_configs"})
    return [
        Target(address, made({"instance": address, "job": job["job_name"], **static["labels"]}.items()))
        for static in job["static_configs"]
        for address in static["targets"]
    ]


def _groups(file: Path, interval_ms: int) -> list[Group]:
    try:
        text = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        _only(text, "file", {"groups"})
        return [_group(file, group, interval_ms) for group in text.get("groups") or ()]
    except (Invalid, Refused, yaml.YAMLError, OSError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{file}: {type(error).__name__}: {error}") from None


def _group(file: Path, group: Table, interval_ms: int) -> Group:
    _only(group, "group", {"name", "interval", "rules"})
    every = _duration(group["interval"]) if "interval" in group else interval_ms
    return Group(group["name"], file, every, tuple(_rule(rule) for rule in group["rules"]))


def _rule(rule: Table) -> Rule:
    _only(rule, "rule", {"alert", "expr", "for", "labels", "annotations"})
    labels = {str(name): str(value) for name, value in (rule.get("labels") or {}).items()}
    annotations = {str(name): str(value) for name, value in (rule.get("annotations") or {}).items()}
    if any("{{" in text for text in (*labels.values(), *annotations.values())):
        raise Invalid(f"rule {rule['alert']!r}: templates are not supported")
    hold_ms = _duration(rule["for"]) if "for" in rule else 0
    return Rule(rule["alert"], parse(str(rule["expr"])), hold_ms, labels, annotations)


def _duration(text: Any) -> int:
    word = split(str(text))[0]
    if word.text == "0" or word.kind != "duration" or word.text != str(text):
        raise Invalid(f"{text!r} is no duration")
    return milliseconds(word)


def _only(table: Table, what: str, known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise Invalid(f"unsupported keys of a {what}: {', '.join(unknown)}")
