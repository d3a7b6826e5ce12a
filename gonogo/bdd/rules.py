"""What a feature file may not contain: everything that would otherwise be lost or run without anybody noticing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gherkin.dialect import Dialect

from gonogo.bdd.feature import ParsedFeature
from gonogo.bdd.internals import ExamplesTable, GherkinScenario, GherkinStep, GherkinTag
from gonogo.bdd.problems import Problem, suggestion
from gonogo.bdd.rows import CRITERION_COLUMN, columns, criteria
from gonogo.bdd.tags import refusal

_PLACEHOLDER = re.compile(r"<([^<>\s](?:[^<>]*[^<>\s])?)>")


def problems_of(parsed: ParsedFeature, known_tags: frozenset[str]) -> list[Problem]:
    """Return all reasons to refuse a feature; none for a good one.

    Args:
        parsed: The feature.
        known_tags: Names of the registered markers.
    """
    found = [*_structure(parsed), *_names(parsed), *_tags(parsed, known_tags), *_bare_outlines(parsed)]
    for scenario in parsed.scenarios():
        found += _examples(parsed, scenario)
    return found


def _structure(parsed: ParsedFeature) -> Iterator[Problem]:
    feature = parsed.document.feature
    if not any(parsed.scenarios()):
        yield Problem(parsed.file, feature.location.line, "the feature has no scenario", "add one, or remove the file")
    for child in feature.children:
        if child.rule and not any(nested.scenario for nested in child.rule.children):
            line = child.rule.location.line
            yield Problem(parsed.file, line, f"rule {child.rule.name!r} has no scenario", "add one, or remove the rule")
    for scenario in parsed.scenarios():
        if not scenario.steps:
            message = f"scenario {scenario.name!r} has no steps: it would pass without checking anything"
            yield Problem(parsed.file, scenario.location.line, message, "write its steps, or remove it")


def _names(parsed: ParsedFeature) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for scenario in parsed.scenarios():
        line = scenario.location.line
        if not scenario.name.strip():
            yield Problem(parsed.file, line, "the scenario has no name", "say in its name what must hold")
        elif scenario.name in first:
            message = f"a second scenario is named {scenario.name!r}; the first is at line {first[scenario.name]}"
            yield Problem(parsed.file, line, message, "name each for what it verifies: pytest could run only one")
        if "::" in scenario.name:
            message = f"'::' in the name {scenario.name!r}: pytest could not select it by its id"
            yield Problem(parsed.file, line, message, "leave '::' out of the name")
        first.setdefault(scenario.name, line)


def _tags(parsed: ParsedFeature, known: frozenset[str]) -> Iterator[Problem]:
    for tag in _written_tags(parsed):
        refused = refusal(tag.name.lstrip("@"), known)
        if refused:
            yield Problem(parsed.file, tag.location.line, *refused)


def _written_tags(parsed: ParsedFeature) -> Iterator[GherkinTag]:
    yield from parsed.document.feature.tags
    for child in parsed.document.feature.children:
        yield from child.rule.tags if child.rule else ()
    for scenario in parsed.scenarios():
        yield from scenario.tags
        for table in scenario.examples:
            yield from table.tags
            yield from _criterion_cells(table)


def _criterion_cells(table: ExamplesTable) -> Iterator[GherkinTag]:
    """Read the ids of a criterion column as the tags that they become."""
    if CRITERION_COLUMN in columns(table):
        place = columns(table).index(CRITERION_COLUMN)
        for row in table.table_body or ():
            for name in criteria({CRITERION_COLUMN: row.cells[place].value}):
                yield GherkinTag(id="", location=row.location, name=name)


def _bare_outlines(parsed: ParsedFeature) -> Iterator[Problem]:
    dialect = Dialect.for_name(parsed.document.feature.language)
    keywords = dialect.scenario_outline_keywords if dialect else []
    for scenario in parsed.scenarios():
        if not scenario.examples and scenario.keyword in keywords:
            message = f"outline {scenario.name!r} has no Examples"
            yield Problem(parsed.file, scenario.location.line, message, "add a table, or make it a plain scenario")


def _examples(parsed: ParsedFeature, scenario: GherkinScenario) -> Iterator[Problem]:
    for table in scenario.examples:
        yield from _table(parsed, scenario, table)
    if any(table.table_body for table in scenario.examples):
        yield from _equal_rows(parsed, scenario)


def _table(parsed: ParsedFeature, scenario: GherkinScenario, table: ExamplesTable) -> Iterator[Problem]:
    line = table.location.line
    names = columns(table)
    if not table.table_body:
        message = f"an Examples table of {scenario.name!r} has no rows: it would verify nothing"
        yield Problem(parsed.file, line, message, "add a row, or remove the table")
        return
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(parsed.file, line, f"column {name!r} appears {count} times", "name each column once")
    own = _placeholders(scenario.steps, scenario.name)
    for name in sorted(own - set(names)):
        message = f"<{name}> of {scenario.name!r} has no column in this Examples table{suggestion(name, names)}"
        yield Problem(parsed.file, line, message, f"add the column {name!r}, or correct the name between < and >")
    for name in [n for n in names if n not in own | _background_placeholders(parsed) | {CRITERION_COLUMN}]:
        message = f"column {name!r} is used nowhere in {scenario.name!r}{suggestion(name, own)}"
        yield Problem(parsed.file, line, message, f"use <{name}> in a step, or remove the column")


def _placeholders(steps: Iterable[GherkinStep], name: str = "") -> set[str]:
    texts = [name]
    for step in steps:
        texts.append(step.text)
        texts += [step.docstring.content] if step.docstring else []
        texts += [cell.value for row in step.datatable.rows for cell in row.cells] if step.datatable else []
    return {found for text in texts for found in _PLACEHOLDER.findall(text)}


def _background_placeholders(parsed: ParsedFeature) -> set[str]:
    children = parsed.document.feature.children
    nested = [inner for child in children if child.rule for inner in child.rule.children]
    backgrounds = [child.background for child in [*children, *nested] if child.background]
    return {name for background in backgrounds for name in _placeholders(background.steps)}


def _equal_rows(parsed: ParsedFeature, scenario: GherkinScenario) -> Iterator[Problem]:
    first: dict[tuple[str, ...], int] = {}
    for table in scenario.examples:
        for row in table.table_body or ():
            key = tuple(cell.value for cell in row.cells)
            if key in first:
                message = f"a row of {scenario.name!r} repeats line {first[key]}: {' | '.join(key)}"
                yield Problem(parsed.file, row.location.line, message, "remove one of them")
            first.setdefault(key, row.location.line)
