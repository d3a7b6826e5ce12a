"""Tags: which are known, which only describe, and which name a criterion."""

import re
from collections.abc import Iterable

import pytest

from gonogo.bdd.problems import suggestion

LABEL_KEYS = frozenset({"epic", "feature", "id", "issue", "owner", "severity", "story", "tms"})
"""Keys of the tags `@key:value`. They label a scenario in the report; nothing is selected by them."""

SEVERITIES = ("blocker", "critical", "normal", "minor", "trivial")

_NEEDS_ARGUMENTS = frozenset({"filterwarnings", "parametrize", "skipif", "usefixtures"})
_CRITERION = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")


def known_markers(config: pytest.Config) -> frozenset[str]:
    """Return the names of all registered markers: those of the configuration file and those plugins have added."""
    lines: list[str] = config.getini("markers")
    return frozenset(re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in lines) - _NEEDS_ARGUMENTS


def is_criterion(tag: str) -> bool:
    """Say whether a tag has the form of a criterion's id: capitals and digits in parts, such as R1-P2-07."""
    return _CRITERION.fullmatch(tag) is not None


def is_label(tag: str) -> bool:
    """Say whether a tag is a `key:value` label."""
    return ":" in tag


def label_of(tag: str) -> tuple[str, str]:
    """Split `key:value`; underscores become spaces, which a tag cannot hold, save in ids and links."""
    key, _, value = tag.partition(":")
    return key, value if key in ("id", "issue", "tms") else value.replace("_", " ")


def markers(tags: Iterable[str]) -> list[pytest.MarkDecorator]:
    """Return a pytest marker for each tag that is not a label, in the order of their names."""
    return [getattr(pytest.mark, tag) for tag in sorted(set(tags)) if not is_label(tag)]


def refusal(tag: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Return message and remedy for a tag that nobody knows, None for a good one."""
    if is_label(tag):
        return _label_refusal(tag)
    if tag in known:
        return None
    if tag in _NEEDS_ARGUMENTS:
        return f"tag '@{tag}' has no effect", "this marker needs arguments, which a tag cannot carry: remove it"
    return (
        f"unknown tag '@{tag}'{suggestion(tag, known)}",
        "correct the spelling, or register the tag under `markers` in the pytest configuration "
        "(the id of a criterion: in its criteria.csv)",
    )


def _label_refusal(tag: str) -> tuple[str, str] | None:
    key, value = label_of(tag)
    if key not in LABEL_KEYS:
        return (
            f"unknown key {key!r} in tag '@{tag}'{suggestion(key, LABEL_KEYS)}",
            f"known keys: {', '.join(sorted(LABEL_KEYS))}",
        )
    if not value:
        return f"tag '@{tag}' has no value", f"write '@{key}:value'"
    if key == "severity" and value not in SEVERITIES:
        return f"unknown severity {value!r}{suggestion(value, SEVERITIES)}", f"known: {', '.join(SEVERITIES)}"
    return None
