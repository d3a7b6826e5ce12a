"""Listens to pytest and to users' allure calls while items run, and writes one result for each item."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from time import time
from typing import Any

import allure_commons
import pytest

from gonogo.bdd.failure import describe
from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.outcome import Outcome
from gonogo.bdd.progress import status_of
from gonogo.bdd.record import RECORD
from gonogo.report.allure import AllureWriter, Attachment, Json, milliseconds
from gonogo.report.allure_course import Course
from gonogo.report.allure_labels import bare, of_scenario, of_test


class AllureListener:
    """One for each process that runs items; what `allure.step`, `allure.attach` and `allure.dynamic` end up in."""

    def __init__(self, config: pytest.Config, writer: AllureWriter) -> None:
        self._writer = writer
        self._keep_capture = bool(config.getoption("attach_capture", True))
        self._course: Course | None = None
        self._outcome = Outcome()
        self._trace = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run one item and write its result, whatever becomes of it."""
        self._course = Course(getattr(item, "progress", None))
        self._outcome, self._trace = Outcome(), ""
        started = time()
        try:
            return (yield)
        finally:
            course, self._course = self._course, None
            self._writer.write_result(self._result(item, course, started))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what each phase says, and what was printed and logged."""
        report = yield
        self._outcome.note(item, report, call)
        if report.failed and not self._trace:
            self._trace = report.longreprtext
        if report.when == "teardown" and self._keep_capture and self._course is not None:
            for name, text in (("log", report.caplog), ("stdout", report.capstdout), ("stderr", report.capstderr)):
                if text:
                    self._course.attach_to_all(self._writer.store(Attachment(name, text)))
        return report

    def _result(self, item: pytest.Item, course: Course, started: float) -> Json:
        scenario = isinstance(item, ScenarioItem)
        result = of_scenario(item, self._writer) if isinstance(item, ScenarioItem) else of_test(item)
        record = item.stash.get(RECORD, None)
        status, error = (record["status"], record["error"]) if scenario and record else self._verdict()
        steps, attachments = course.steps(item, self._writer)
        result |= {
            "status": status, "steps": steps, "attachments": attachments,
            "start": milliseconds(started), "stop": milliseconds(time()),
        }  # fmt: skip
        if error:
            result["statusDetails"] = {"message": f"{error['type']}: {error['message']}", "trace": self._trace}
        result["labels"] = course.labels + result["labels"]
        result["links"] = result["links"] + [link for link in course.links if link not in result["links"]]
        kept = [p for p in result["parameters"] if p["name"] not in course.parameters]
        result["parameters"] = kept + list(course.parameters.values())
        return result | course.changes

    def _verdict(self) -> tuple[str, dict[str, str | None] | None]:
        if self._outcome.status is None:
            return "broken", {"type": "Interrupted", "message": "the run ended before this was finished"}
        return self._outcome.status, self._outcome.error

    @allure_commons.hookimpl
    def start_step(self, uuid: str, title: str, params: dict[str, Any]) -> None:
        """`with allure.step(...)` begins."""
        if self._course is not None:
            self._course.start_step(uuid, title, params)

    @allure_commons.hookimpl
    def stop_step(self, uuid: str, exc_val: BaseException | None) -> None:
        """`with allure.step(...)` ends."""
        if self._course is not None:
            message = ": ".join(describe(exc_val)) if exc_val is not None else None
            self._course.stop_step(uuid, status_of(exc_val), message)

    @allure_commons.hookimpl
    def attach_data(self, body: bytes | str, name: str | None, attachment_type: Any, extension: str | None) -> None:
        """`allure.attach(...)`; outside of items it belongs to the run."""
        attachment = _attachment(body, name, attachment_type, extension)
        if self._course is None:
            self._writer.write_globals([attachment])
        else:
            self._course.attach(self._writer.store(attachment))

    @allure_commons.hookimpl
    def attach_file(self, source: str, name: str | None, attachment_type: Any, extension: str | None) -> None:
        """`allure.attach.file(...)`."""
        path = Path(source)
        self.attach_data(path.read_bytes(), name or path.name, attachment_type, extension or path.suffix.lstrip("."))

    @allure_commons.hookimpl
    def global_attach_data(
        self, body: bytes | str, name: str | None, attachment_type: Any, extension: str | None
    ) -> None:
        """`allure.global_attach(...)`."""
        self._writer.write_globals([_attachment(body, name, attachment_type, extension)])

    @allure_commons.hookimpl
    def global_attach_file(self, source: str, name: str | None, attachment_type: Any, extension: str | None) -> None:
        """`allure.global_attach.file(...)`."""
        path = Path(source)
        extension = extension or path.suffix.lstrip(".")
        self.global_attach_data(path.read_bytes(), name or path.name, attachment_type, extension)

    @allure_commons.hookimpl
    def global_error(self, message: str, trace: str | None) -> None:
        """`allure.global_error(...)`."""
        self._writer.write_globals(errors=[{"message": message, "trace": trace or ""}])

    @allure_commons.hookimpl
    def add_title(self, test_title: str) -> None:
        """`allure.dynamic.title(...)`."""
        self._change("name", test_title)

    @allure_commons.hookimpl
    def add_description(self, test_description: str) -> None:
        """`allure.dynamic.description(...)`."""
        self._change("description", test_description)

    @allure_commons.hookimpl
    def add_description_html(self, test_description_html: str) -> None:
        """`allure.dynamic.description_html(...)`."""
        self._change("descriptionHtml", test_description_html)

    @allure_commons.hookimpl
    def add_link(self, url: str, link_type: Any, name: str | None) -> None:
        """`allure.dynamic.link(...)`, issue and testcase."""
        if self._course is not None:
            self._course.links.append(self._writer.link(str(link_type), url, name))

    @allure_commons.hookimpl
    def add_label(self, label_type: Any, labels: tuple[object, ...]) -> None:
        """`allure.dynamic.label(...)`, epic, feature, story, severity and so on."""
        if self._course is not None:
            self._course.labels += [{"name": str(label_type), "value": str(label)} for label in labels]

    @allure_commons.hookimpl
    def add_parameter(self, name: str, value: object, excluded: bool | None, mode: Any) -> None:
        """`allure.dynamic.parameter(...)`."""
        if self._course is not None:
            parameter: Json = {"name": name, "value": bare(value)}
            parameter |= {"excluded": True} if excluded else {}
            parameter |= {"mode": str(getattr(mode, "value", mode))} if mode else {}
            self._course.parameters[name] = parameter

    def _change(self, field: str, value: str) -> None:
        if self._course is not None:
            self._course.changes[field] = value


def _attachment(body: bytes | str, name: str | None, kind: Any, extension: str | None) -> Attachment:
    """Translate what users pass: allure's own types of attachments carry their extension, others are media types."""
    media = getattr(kind, "mime_type", None) or kind or ("text/plain" if isinstance(body, str) else "")
    suffix = extension or getattr(kind, "extension", None) or ""
    return Attachment(name or "attachment", body, str(media or "application/octet-stream"), str(suffix))
