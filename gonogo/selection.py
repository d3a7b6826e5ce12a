"""What a run has to show: the gate, or the selection, against all scenarios there are, read before pytest collects.

The required list comes from the criteria files and from our own reading of the features, never from what pytest
happened to collect, so that nothing can shrink it on the way.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from _pytest.mark.expression import Expression  # private; tests/test_selection.py tells when it changes

from gonogo.bdd.feature import FeatureRefusedError, read
from gonogo.bdd.rules import problems_of
from gonogo.criteria import Catalogue, Criterion
from gonogo.outcome import UsageError
from gonogo.verdict import Expected


@dataclass(frozen=True, slots=True)
class PlannedScenario:
    """One scenario, or one row of an outline, as the feature files have it."""

    nodeid: str
    path: Path
    tags: frozenset[str]


def check_expression(expression: str, known: Iterable[str]) -> None:
    """Refuse a `-m` expression that names an unknown mark, also under `not`.

    Raises:
        UsageError: With the unknown name and the closest known one.
    """
    if not expression:
        return
    names = set(known)
    unknown: list[str] = []

    class Look:
        def __init__(self, answer: bool) -> None:
            self.answer = answer

        def __call__(self, name: str, /, **_: object) -> bool:
            if name not in names:
                unknown.append(name)
            return self.answer

    try:
        for answer in (True, False):  # both, so that no operand is short-circuited away
            Expression.compile(expression).evaluate(Look(answer))
    except SyntaxError as error:
        raise UsageError(f"-m {expression!r}: {error}") from error
    if unknown:
        close = difflib.get_close_matches(unknown[0], names, 1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"-m {expression!r}: there is no tag {unknown[0]!r}{hint}; `pytest --markers` lists all")


def for_gate(catalogue: Catalogue, gate: str, kind: str, scenarios: Iterable[PlannedScenario]) -> Expected:
    """Return what `gate` requires in an environment of `kind`, and which scenarios verify it.

    Raises:
        UsageError: If there is no such gate.
    """
    return _expected(gate, catalogue.gate(gate, kind).criteria, list(scenarios))


@dataclass(frozen=True, slots=True)
class Place:
    """A file, a folder, or with `name` one scenario or outline of a file, as it was asked for."""

    path: Path
    name: str = ""

    def holds(self, scenario: PlannedScenario) -> bool:
        """Return whether `scenario` was asked for by this place."""
        if not self.name:
            return scenario.path == self.path or self.path in scenario.path.parents
        own = scenario.nodeid.partition("::")[2]
        return scenario.path == self.path and (own == self.name or own.startswith(f"{self.name}["))

    def __str__(self) -> str:
        parent = self.path.parent.name
        return f"{parent}/{self.path.name}" + (f"::{self.name}" if self.name else "")


def for_selection(
    catalogue: Catalogue, places: Sequence[Place], expression: str, kind: str, scenarios: Iterable[PlannedScenario]
) -> Expected:
    """Return what a run without a gate requires: every criterion of the scenarios in `places` that `-m` selects."""
    chosen = [s for s in scenarios if any(p.holds(s) for p in places) and _selected(s.tags, expression)]
    ids = {tag for scenario in chosen for tag in scenario.tags}
    required = [c for c in catalogue.criteria.values() if c.id in ids and c.required_in(kind)]
    what = expression or ", ".join(str(place) for place in places[:3]) + (" ..." if len(places) > 3 else "")
    return _expected(f"selection: {what}", required, chosen)


def _selected(tags: frozenset[str], expression: str) -> bool:
    def has(name: str, /, **_: object) -> bool:
        return name in tags

    return not expression or bool(Expression.compile(expression).evaluate(has))


def _expected(name: str, required: Sequence[Criterion], scenarios: Sequence[PlannedScenario]) -> Expected:
    verified_by: dict[str, list[str]] = {criterion.id: [] for criterion in required}
    for scenario in scenarios:
        for tag in scenario.tags & verified_by.keys():
            verified_by[tag].append(scenario.nodeid)
    rows = [
        {
            "id": c.id,
            "rollout": c.rollout,
            "phase": " ".join(sorted(c.gates)),
            "section": c.section,
            "statement": c.statement,
            "threshold": c.threshold,
        }
        for c in required
    ]
    return Expected(name, rows, verified_by)


def scenarios(folders: Iterable[Path], root: Path, known_tags: frozenset[str]) -> list[PlannedScenario]:
    """Return every scenario and row in the feature files under `folders`.

    Raises:
        UsageError: With file, line and remedy of everything in these files that must not be run.
    """
    found: list[PlannedScenario] = []
    problems: list[str] = []
    for path in sorted({path for folder in folders for path in _features(folder)}):
        file = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            parsed = read(path, file)
        except FeatureRefusedError as refused:
            problems += map(str, refused.problems)
            continue
        wrong = problems_of(parsed, known_tags)
        problems += map(str, wrong)
        if not wrong:
            found += [PlannedScenario(f"{file}::{case.name}", path, case.tags) for case in parsed.cases()]
    if problems:
        raise UsageError("\n".join(problems))
    return found


def _features(folder: Path) -> list[Path]:
    return [folder] if folder.suffix == ".feature" else list(folder.rglob("*.feature"))
