"""Binding: each step of a case to the one definition it means, or the reason why there is none."""

import re
from collections.abc import Iterable

from gonogo.bdd.feature import Case
from gonogo.bdd.internals import Step
from gonogo.bdd.problems import Problem
from gonogo.bdd.vocabulary import Ambiguous, Match, NoMatch, Vocabulary


def bind(case: Case, vocabulary: Vocabulary, file: str) -> tuple[list[Match], list[Problem]]:
    """Find the meaning of every step of a case, background included.

    Args:
        case: The scenario, with the row's values filled in.
        vocabulary: The definitions that its file can use.
        file: How to call the file in messages.

    Returns:
        A match for each step, in order, and no problem; or the problems.
    """
    matches, problems = [], []
    for step in case.scenario.steps:
        meaning = vocabulary.resolve(step.type, step.name)
        if isinstance(meaning, Match):
            matches.append(meaning)
            problems += _async_problem(step, meaning, file)
        else:
            problems.append(_problem(step, meaning, file))
    return matches, problems


def _async_problem(step: Step, match: Match, file: str) -> list[Problem]:
    definition = match.definition
    if not definition.is_async:
        return []
    message = f"the definition of this step is async, and nothing would await it: {step.keyword} {step.name}"
    return [Problem(file, step.line_number, message, f"make it a plain function: {definition.location}")]


def _problem(step: Step, meaning: NoMatch | Ambiguous, file: str) -> Problem:
    if isinstance(meaning, Ambiguous):
        message = f"ambiguous step: {step.keyword} {step.name}"
        places = [f"{d.location}: {d.phrase!r}" for d in meaning.definitions]
        return Problem(file, step.line_number, message, _lines("it means each of these; keep one:", places))
    message = f"undefined step: {step.keyword} {step.name}"
    closest = _lines("closest phrases:", meaning.closest) + "\n" if meaning.closest else ""
    return Problem(file, step.line_number, message, f"{closest}to define it:\n{snippet(step)}")


def snippet(step: Step) -> str:
    """Return the beginning of a definition for a step, with its numbers and quoted texts as placeholders."""
    names: list[str] = []

    def placeholder(found: re.Match[str]) -> str:
        quoted = found[0].startswith('"')
        names.append(f"text_{len(names) + 1}" if quoted else f"number_{len(names) + 1}")
        return f'"{{{names[-1]}}}"' if quoted else f"{{{names[-1]}:g}}"

    phrase = re.sub(r'"[^"]*"|(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])', placeholder, step.name)
    text = repr(phrase) if '"' in phrase else f'"{phrase}"'
    arguments = ", ".join(f"{name}: {'str' if name.startswith('text') else 'float'}" for name in names)
    argument = f"parsers.parse({text})" if names else text
    function = re.sub(r"\W+", "_", re.sub(r"\{.*?\}", "", phrase)).strip("_").lower() or "step"
    return f"    @{step.type}({argument})\n    def {function}({arguments}) -> None: ..."


def _lines(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])
