"""Allure results: the one place that writes them, and through which every text of them passes.

Allure's own pytest listener knows neither Gherkin nor skipped and broken steps, and writes a file for every step
definition; allure-pytest-bdd leaves out what was skipped or could not be set up. For a decision both would be wrong.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import pytest

from gonogo.bdd.text import clean

DIRECTORY_KEY = pytest.StashKey[Path]()
"""Where in `config.stash` the directory of the results is; nothing is written where there is none."""

SCRUB_KEY = pytest.StashKey[Callable[[str], str]]()
"""Where in `config.stash` the function is that takes secrets out of a text."""

LINKS_KEY = pytest.StashKey[Mapping[str, str]]()
"""Where in `config.stash` the patterns of links are, such as {"issue": "https://bugs.example/{}"}."""

WRITER_KEY = pytest.StashKey["AllureWriter"]()
"""Where in `config.stash` the writer of the run is, from the start of the session on."""

Json = dict[str, Any]

_RESULTS = ("*-result.json", "*-container.json", "*-attachment*", "*-globals.json")
_ABOUT = ("environment.properties", "executor.json", "categories.json")
_TEXTS = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml", "image/svg+xml")
_CATEGORIES = (
    ("Missed: decides against the release", ["failed"], ".*"),
    ("Inconclusive: the measurement is too weak to decide", ["broken"], r"(?s)Inconclusive\b.*"),
    ("Unverified: nothing was measured", ["broken"], r"(?s)Unverified\b.*"),
    ("Broken: the check itself did not work", ["broken"], r"(?s)(?!Inconclusive\b|Unverified\b).*"),
    ("Not run", ["skipped"], ".*"),
)


def unchanged(text: str) -> str:
    """Return the text as it is: what to do where there is nothing to scrub."""
    return text


class Attachment(NamedTuple):
    """Evidence to store beside a result."""

    name: str
    body: bytes | str
    type: str = "text/plain"
    extension: str = ""


class AllureWriter:
    """Writes Allure results into one directory; several processes may write into it at once."""

    def __init__(
        self, directory: Path, scrub: Callable[[str], str] = unchanged, links: Mapping[str, str] | None = None
    ) -> None:
        """Make the directory if need be.

        Args:
            directory: Where results go.
            scrub: Takes secrets out of a text; applied to everything that is written and is text.
            links: Pattern of the URL for each type of link, with {} for the id.
        """
        self.directory = directory
        self.links = dict(links or {})
        self._scrub = scrub
        directory.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Remove what an earlier run has written here, and nothing else."""
        for pattern in _RESULTS + _ABOUT:
            for path in self.directory.glob(pattern):
                path.unlink()

    def write_result(self, result: Json) -> None:
        """Write one test result; one that brings no id of its own gets a new one."""
        whole = {"uuid": str(uuid.uuid4()), "stage": "finished", **result}
        self._write_json(f"{whole['uuid']}-result.json", whole)

    def store(self, attachment: Attachment) -> Json:
        """Write an attachment's file and return what a result says of it."""
        suffix = attachment.extension or _extension(attachment.type)
        source = f"{uuid.uuid4()}-attachment.{suffix.lstrip('.')}"
        self._write(source, self._body(attachment))
        return {"name": attachment.name, "source": source, "type": attachment.type}

    def link(self, kind: str, value: str, name: str | None = None) -> Json:
        """Return a link of a kind (issue, tms, criterion, link); without a pattern for it, the value is the URL."""
        return {"type": kind, "url": self.links.get(kind, "{}").replace("{}", value), "name": name or value}

    def write_extra(
        self,
        name: str,
        status: str,
        message: str,
        steps: Iterable[Json] = (),
        attachments: Iterable[Attachment] = (),
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Write an entry that is no scenario, such as the verdict.

        Args:
            name: Its title; also what its history goes by.
            status: passed, failed, broken or skipped.
            message: What is shown as the reason.
            steps: Dictionaries with "name" and "status", and "steps" of their own if need be.
            attachments: Evidence.
            labels: Such as {"epic": "Verdict", "severity": "blocker"}.
        """
        now = milliseconds(time())
        self.write_result(
            {
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),  # written again, it takes the place of the first
                "name": name,
                "fullName": name,
                "historyId": name,
                "testCaseId": name,
                "status": status,
                "statusDetails": {"message": message},
                "steps": [complete_step(step, now) for step in steps],
                "attachments": [self.store(attachment) for attachment in attachments],
                "labels": [{"name": key, "value": value} for key, value in (labels or {}).items()],
                "start": now,
                "stop": now,
            }
        )

    def write_globals(self, attachments: Iterable[Attachment] = (), errors: Iterable[Json] = ()) -> None:
        """Write what belongs to the whole run: attachments, and errors with "message" and "trace"."""
        now = milliseconds(time())
        stored = [{**self.store(attachment), "timestamp": now} for attachment in attachments]
        dated = [{**error, "timestamp": now} for error in errors]
        self._write_json(f"{uuid.uuid4()}-globals.json", {"attachments": stored, "errors": dated})

    def write_environment(self, values: Mapping[str, str]) -> None:
        """Write the facts that the report shows as its environment, in the form of Java properties."""
        lines = [f"{_property(self.text(key), is_key=True)}={_property(self.text(v))}\n" for key, v in values.items()]
        self._write("environment.properties", "".join(lines).encode("ascii"))

    def write_executor(self, values: Mapping[str, Any]) -> None:
        """Write who ran this: name, type, buildName, buildUrl, reportName and so on."""
        self._write_json("executor.json", dict(values))

    def write_categories(self) -> None:
        """Write how failures are grouped: by what they mean for the decision."""
        keys = ("name", "matchedStatuses", "messageRegex")
        self._write_json("categories.json", [dict(zip(keys, category, strict=True)) for category in _CATEGORIES])

    def text(self, text: str) -> str:
        """Return a text without secrets, and without what no file or terminal can take."""
        return clean(self._scrub(text))

    def _body(self, attachment: Attachment) -> bytes:
        """Return what to store; everything that is text by its type is scrubbed, the rest is left alone."""
        body = attachment.body
        if isinstance(body, bytes) and attachment.type.startswith(_TEXTS):
            body = body.decode("utf-8", "backslashreplace")
        return self.text(body).encode() if isinstance(body, str) else body

    def _write_json(self, name: str, value: object) -> None:
        self._write(name, json.dumps(self._safe(value), ensure_ascii=False).encode())

    def _safe(self, value: object) -> object:
        """Pass every text of a structure through `text`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.text(inner) if type(inner) is str else self._safe(inner) for key, inner in value.items()}
        return [self._safe(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    def _write(self, name: str, body: bytes) -> None:
        """Write a file in one piece: a report made while the run goes on never meets half of one."""
        unfinished = self.directory / f"{name}.tmp"
        unfinished.write_bytes(body)
        unfinished.replace(self.directory / name)


def _extension(media_type: str) -> str:
    from mimetypes import guess_extension  # most scenarios attach nothing

    return guess_extension(media_type) or ".txt"


def milliseconds(seconds: float) -> int:
    """Return a time in Allure's unit."""
    return round(seconds * 1000)


def complete_step(step: Json, now: int) -> Json:
    """Return a step with everything that Allure expects of one; `now` in ms."""
    nested = [complete_step(inner, now) for inner in step.get("steps", ())]
    blank: Json = {"stage": "finished", "start": now, "stop": now, "attachments": [], "parameters": []}
    return {**blank, **step, "steps": nested}


def _property(text: str, is_key: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    if is_key:
        text = text.replace(" ", "\\ ").replace("=", "\\=").replace(":", "\\:")
    units = text.encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    return "".join(chr(code) if code < 127 else f"\\u{code:04x}" for code in codes)
