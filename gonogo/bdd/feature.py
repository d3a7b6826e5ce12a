"""One feature file: parsed once, checked, and turned into the scenarios to run."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gonogo.bdd.internals import (
    Feature,
    GherkinDocument,
    GherkinParseError,
    GherkinScenario,
    Scenario,
    ScenarioTemplate,
    parse_feature,
)
from gonogo.bdd.problems import Problem
from gonogo.bdd.rows import Row, rows_of


class FeatureRefusedError(Exception):
    """A feature file that must not be run; carries every problem found in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class Case(NamedTuple):
    """One scenario to run: a plain scenario, or one row of an outline, with the row's values filled in."""

    scenario: Scenario
    template: ScenarioTemplate
    row: Row

    @property
    def name(self) -> str:
        """The name as the feature file has it, with the row's id in brackets; part of the node id, so it stays put."""
        return f"{self.template.name}[{self.row.id}]" if self.row.id else self.template.name

    @property
    def line(self) -> int:
        """Line of the scenario in its file, from 1; for a row, the row's."""
        return self.row.line or self.template.line_number

    @property
    def tags(self) -> frozenset[str]:
        """All tags that hold for this case: of feature, rule, scenario, Examples table and criterion column."""
        rule = self.template.rule
        own = self.template.tags | self.template.feature.tags | self.row.tags
        return frozenset(own | rule.tags if rule else own)


class ParsedFeature(NamedTuple):
    """A feature as pytest-bdd models it, with the document that still knows every line."""

    feature: Feature
    document: GherkinDocument
    file: str

    def scenarios(self) -> Iterator[GherkinScenario]:
        """Yield every scenario of the file as written, also those of one name, also inside rules."""
        for child in self.document.feature.children:
            if child.scenario:
                yield child.scenario
            for nested in child.rule.children if child.rule else ():
                if nested.scenario:
                    yield nested.scenario

    def cases(self) -> Iterator[Case]:
        """Yield what there is to run. Call it on a feature without problems only: names must be unique."""
        for written in self.scenarios():
            template = self.feature.scenarios[written.name]
            if not written.examples:
                yield Case(_plain(template), template, Row())
            for row in rows_of(written):
                yield Case(template.render(row.values), template, row)


def read(path: Path, file: str) -> ParsedFeature:
    """Parse a feature file.

    Args:
        path: The file.
        file: How to call it in messages.

    Raises:
        FeatureRefusedError: If it cannot be read as Gherkin in UTF-8.
    """
    try:
        feature, document = parse_feature(path)
    except GherkinParseError as error:
        found = f": {error.line_content.strip()!r}" if error.line_content.strip() else ""
        message = " ".join(error.message.split()).rstrip(".")
        raise FeatureRefusedError(
            [Problem(file, error.line, message + found, "mend the Gherkin at this line")]
        ) from None
    except KeyError:
        remedy = "write a feature, or remove the file"
        raise FeatureRefusedError([Problem(file, 1, "the file holds no feature", remedy)]) from None
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte {error.object[error.start]:#04x} at offset {error.start}"
        raise FeatureRefusedError([Problem(file, 1, message, "save the file as UTF-8")]) from None
    return ParsedFeature(feature, document, file)


def _plain(template: ScenarioTemplate) -> Scenario:
    """Return a scenario that has nothing to fill in, sharing the template's steps."""
    return Scenario(
        feature=template.feature,
        keyword=template.keyword,
        name=template.name,
        line_number=template.line_number,
        steps=template.steps,
        description=template.description,
        tags=template.tags,
        rule=template.rule,
    )
