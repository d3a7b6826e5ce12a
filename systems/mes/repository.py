"""The checkout of the product: where things stand in it, what is looked for there, and the samples of its documents."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed, Unverified
from gonogo.probes.folder import FolderProbe, Match

ARCHIVE = "archives/migration-2025-11"
SCRIPTS = ("migrateExecutionGraphToNodes.js", "cleanupDeprecatedFields.js")
SAMPLE_CONFIGURATION = "quote-portal/.env.example"
OLD_NAMES = frozenset({"executionGraph", "time", "skills"})


@dataclass(frozen=True)
class Place:
    """A part of the checkout: the pattern of its files, and the pattern of those that do not count."""

    within: str
    without: tuple[str, ...] = ()


PLACES = {
    "the repository without its archives": Place("*", ("archives/*",)),
    "the code": Place("*.js", ("archives/*", "tests/*")),
    "the server code": Place("server/*"),
    "the plan routes": Place("server/mesRoutes.js"),
    "the plan schema": Place("server/models/*"),
    "the plan designer": Place("domains/production/js/planDesigner.js"),
    "the tests": Place("tests/*"),
    "the unit tests": Place("tests/mes/*"),
    "the test fixtures": Place("tests/fixtures/*"),
    "the API documentation": Place("docs/API.md"),
}
TRACES = {
    "the execution graph": r"(?i)executionGraph",
    "the conversion function": r"convertExecutionGraphToNodes",
    "backward compatibility": r"(?i)backwards?[- ]?compatib",
    "the old field names": r"\brow\.(?:time|skills)\b|[\"'](?:time|skills)[\"']",
    "the enrichment of times": r"\bfunction enrichNodesWithEstimatedTimes\b",
    "the validation of nodes": r"\bfunction validateProductionPlanNodes\b",
    "the canonical time field": r"\bnominalTime\b",
    "the canonical skills field": r"\brequiredSkills\b",
    "the choice of nodes": r"\bplan\.nodes\b",
    "the reading of flags": r"process\.env\.FEATURE_",
}


def search(folder: FolderProbe, place: str, trace: str) -> list[Match]:
    """Return the lines of one of PLACES in which one of TRACES is found.

    Raises:
        Unverified: If place or trace is not among them, or the checkout is not there.
        Inconclusive: If the place has no file: finding nothing there proves nothing.
    """
    for name, known in ((place, PLACES), (trace, TRACES)):
        if name not in known:
            raise Unverified(f"{name!r} is not defined in systems/mes/repository.py; it has {', '.join(known)}")
    where = PLACES[place]
    return folder.search(TRACES[trace], within=where.within, exclude=where.without)


def samples(text: str, name: str) -> list[Any]:
    """Return the JSON samples of a document: its indented lines that begin with a brace.

    Raises:
        Missed: If there is none, or one is no JSON.
    """
    lines = re.findall(r"^(?: {4}|\t)(\{.*)$", text, re.MULTILINE)
    if not lines:
        raise Missed(f"{name} has no sample of a request or a reply; add one of each")
    try:
        return [json.loads(line) for line in lines]
    except ValueError as error:
        raise Missed(f"{name}: a sample is no JSON: {error}; correct it, people copy it") from None


def fields(document: Any) -> Iterator[str]:
    """Yield the name of every field of a JSON document, at any depth."""
    if isinstance(document, dict):
        yield from document
    for value in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from fields(value)
