"""The verdict as text: the decision first, then everything that stands against GO, readable in a log without colour."""

import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from gonogo.report import wording
from gonogo.report.wording import Entry, Group

_COLOURS = {"GO": "green", "NO-GO": "red", "HOLD": "yellow", "missed": "red", "waived": "blue"}
_CODES = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "blue": 34}
_NAMED_EACH = 8
_IDS_SHOWN = 12
_SCENARIOS_SHOWN = 4
_WIDTH = 116


class Out(Protocol):
    """Where the text goes: pytest's terminal reporter, or a `Console`."""

    def section(self, title: str, sep: str = "=", **markup: bool) -> None:
        """Write a ruled line with a title in it."""

    def write_line(self, line: str, **markup: bool) -> None:
        """Write one line."""


class Console:
    """An `Out` for a plain stream: colours only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colours = stream.isatty() and not os.environ.get("NO_COLOR")

    def section(self, title: str, sep: str = "=", **markup: bool) -> None:
        """Write a ruled line with a title in it."""
        self.write_line(f" {title} ".center(80, sep), **markup)

    def write_line(self, line: str, **markup: bool) -> None:
        """Write one line; what the stream cannot encode is spelled out."""
        codes = ";".join(str(_CODES[name]) for name, wanted in markup.items() if wanted and name in _CODES)
        text = f"\033[{codes}m{line}\033[0m" if codes and self._colours else line
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def write(
    verdict: Mapping[str, Any],
    out: Out,
    *,
    records: Iterable[Mapping[str, Any]] = (),
    directory: Path | None = None,
) -> None:
    """Write the verdict.

    Args:
        verdict: The content of verdict.json.
        out: Takes the lines.
        records: Scenario records of the event log; they tell file and line.
        directory: The run directory; its files are named at the end where they exist.
    """
    decision = verdict["decision"]
    places = wording.places(records)
    out.section(decision, "=", bold=True, **_colour(decision))
    out.write_line(_headline(verdict), bold=True, **_colour(decision))
    out.write_line(_circumstances(verdict))
    _problems(verdict, out)
    for outcome in (*wording.AGAINST_GO, "waived"):
        _outcome(verdict, outcome, out, places)
    _rehearsed(verdict, out)
    for line in _files(directory):
        out.write_line(line)


def _colour(word: str) -> dict[str, bool]:
    return {_COLOURS.get(word, "yellow"): True}


def _headline(verdict: Mapping[str, Any]) -> str:
    where = wording.environment_text(verdict.get("environment") or {})
    release = wording.release_text(verdict.get("release") or {})
    gate = wording.visible(verdict.get("gate") or "no gate")
    return f"{verdict['decision']}: {gate} on {where}, {release}: {wording.counts_text(verdict['counts'])}"


def _circumstances(verdict: Mapping[str, Any]) -> str:
    suite, backing = verdict.get("suite") or {}, verdict.get("backing") or {}
    took = wording.took(verdict)
    parts = [
        f"run {verdict.get('run') or 'without a name'}",
        f"took {took}" if took else "",
        f"suite {suite.get('version', '')} at {str(suite.get('commit') or 'an unknown commit')[:12]}",
        f"backing {wording.backing_text(backing)}" if backing else "",
    ]
    return wording.visible("; ".join(part for part in parts if part))


def _problems(verdict: Mapping[str, Any], out: Out) -> None:
    problems = verdict.get("problems") or []
    if problems:
        out.write_line("")
        out.write_line(f"PROBLEMS OF THE RUN ITSELF ({len(problems)}), which forbid GO", bold=True)
    for problem in problems:
        _wrapped(out, "  - ", problem)


def _rehearsed(verdict: Mapping[str, Any], out: Out) -> None:
    """Say which criteria rest on less load than the plan asks for, the met ones above all."""
    entries = wording.rehearsed(verdict)
    if entries:
        out.write_line("")
        smaller = "load and watches below their full size; --full runs them in full"
        out.write_line(f"REHEARSED ({len(entries)}): {smaller}", bold=True)
    for entry in entries:
        _wrapped(out, f"  {entry['id']}  ", f"{entry['outcome']}, {wording.rehearsal_text(entry)}")


def _outcome(verdict: Mapping[str, Any], outcome: str, out: Out, places: Mapping[str, str]) -> None:
    entries = wording.with_outcome(verdict, outcome)
    if not entries:
        return
    out.write_line("")
    out.write_line(f"{outcome.upper()} ({len(entries)}): {wording.MEANING[outcome]}", bold=True, **_colour(outcome))
    for group in wording.grouped(entries):
        _group(group, out, places)


def _group(group: Group, out: Out, places: Mapping[str, str]) -> None:
    if len(group.criteria) <= _NAMED_EACH:
        for entry in group.criteria:
            _wrapped(out, f"  {entry['id']}  ", entry.get("statement", ""))
    else:
        _wrapped(out, f"  {len(group.criteria)} criteria: ", _some([entry["id"] for entry in group.criteria]))
    for label, text in _details(group, places):
        _wrapped(out, f"      {label:<9} ", text)


def _details(group: Group, places: Mapping[str, str]) -> list[tuple[str, str]]:
    entry = group.first
    measured = ": ".join(filter(None, (wording.measured_text(entry), wording.basis_text(entry))))
    pairs = [
        ("measured", measured),
        ("required", wording.required_text(entry) if measured or len(group.criteria) == 1 else ""),
        ("reason", group.reason),
        ("without", _without_waiver(entry)),
        ("remedy", entry.get("remedy", "")),
        ("scenario", _some([wording.place_of(node, places) for node in group.scenarios], _SCENARIOS_SHOWN)),
    ]
    return [(label, text) for label, text in pairs if text]


def _without_waiver(entry: Entry) -> str:
    waived = entry.get("waived")
    return f"the waiver: {waived['outcome']}: {waived['reason']}" if waived else ""


def _some(names: Sequence[str], most: int = _IDS_SHOWN) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more (all in verdict.json)"


def _wrapped(out: Out, first: str, text: object) -> None:
    indent = " " * len(first)
    lines = textwrap.wrap(
        wording.visible(text), _WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    for line in lines or [first.rstrip()]:
        out.write_line(line)


def _files(directory: Path | None) -> list[str]:
    if directory is None:
        return []
    named = {
        "verdict": "verdict.json",
        "page": "decision.html",
        "JUnit": "junit.xml",
        "Allure": "allure-results",
        "Allure HTML": "allure.html",
        "evidence": "evidence",
    }
    present = [f"{label:<12} {directory / name}" for label, name in named.items() if (directory / name).exists()]
    return ["", *present] if present else []
