"""Running a scenario: its steps in order, with pytest-bdd's hooks around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.bdd.definition import parse
from gonogo.bdd.hooks import Hooks, hooks_of
from gonogo.bdd.internals import Step, TopRequest, inject_fixture
from gonogo.bdd.vocabulary import Match

if TYPE_CHECKING:
    from gonogo.bdd.item import ScenarioItem

RESERVED = frozenset({"datatable", "docstring"})


class StepImplementationError(Exception):
    """A step definition that cannot be called, or whose result would be lost."""


def run(item: ScenarioItem) -> None:
    """Run all steps of a scenario; the first that raises ends it."""
    __tracebackhide__ = True
    scenario, hooks = item.case.scenario, hooks_of(item.session)
    about = {"request": item.request, "feature": scenario.feature, "scenario": scenario}
    try:
        if hooks.before_scenario:
            hooks.before_scenario(**about)
        for step, match in zip(scenario.steps, item.matches, strict=True):
            _run_step(item, step, match, hooks)
    finally:
        if hooks.after_scenario:
            hooks.after_scenario(**about)


def _run_step(item: ScenarioItem, step: Step, match: Match, hooks: Hooks) -> None:
    __tracebackhide__ = True
    item.progress.begin()
    try:
        _call_with_hooks(item, step, match, hooks)
    except BaseException as error:
        item.progress.end(error)
        raise
    item.progress.end()


def _call_with_hooks(item: ScenarioItem, step: Step, match: Match, hooks: Hooks) -> None:
    """Call the step's function, with hooks before, after and on error in the order that pytest-bdd has."""
    __tracebackhide__ = True
    about = _about(item, step, match)
    if hooks.before_step:
        hooks.before_step(**about)
    about["step_func_args"] = {}
    try:
        about["step_func_args"] = arguments = _arguments(item.request, step, match)
        if hooks.before_step_call:
            hooks.before_step_call(**about)
        value = _call(match, arguments, item.request)
    except (Exception, pytest.fail.Exception) as error:
        if hooks.step_error:
            hooks.step_error(exception=error, **about)
        raise
    if match.definition.context.target_fixture is not None:
        inject_fixture(item.request, match.definition.context.target_fixture, value)
    if hooks.after_step:
        hooks.after_step(**about)


def _about(item: ScenarioItem, step: Step, match: Match) -> dict[str, Any]:
    scenario = item.case.scenario
    return {
        "request": item.request,
        "feature": scenario.feature,
        "scenario": scenario,
        "step": step,
        "step_func": match.definition.function,
    }


def _arguments(request: TopRequest, step: Step, match: Match) -> dict[str, Any]:
    """Return the arguments of a step's function: from its text, its table and its docstring, the rest from fixtures."""
    __tracebackhide__ = True
    definition = match.definition
    parsed = (match.arguments if match.arguments is not None else parse(definition, step.name)) or {}
    if not RESERVED.isdisjoint(parsed):
        names = ", ".join(repr(name) for name in sorted(RESERVED.intersection(parsed)))
        raise StepImplementationError(f"{definition.location}: {names} is a reserved argument name; choose another")
    converters = definition.context.converters
    converted = {name: converters[name](value) if name in converters else value for name, value in parsed.items()}
    arguments = {name: value for name, value in converted.items() if name in definition.parameters}
    if step.datatable is not None and "datatable" in definition.parameters:
        arguments["datatable"] = step.datatable.raw()
    if step.docstring is not None and "docstring" in definition.parameters:
        arguments["docstring"] = step.docstring
    for name in definition.required:
        if name not in arguments:
            arguments[name] = request.getfixturevalue(name)
    return arguments


def _call(match: Match, arguments: dict[str, Any], request: TopRequest) -> object:
    __tracebackhide__ = True
    function = match.definition.function
    value = _start(function, arguments, request) if match.definition.is_generator else function(**arguments)
    if isinstance(value, bool) and match.definition.context.target_fixture is None:
        raise StepImplementationError(
            f"{match.definition.location}: the step returned {value}, which nobody looks at; assert it instead"
        )
    return value


def _start(function: Callable[..., Iterator[Any]], arguments: dict[str, Any], request: TopRequest) -> object:
    """Run a step that yields up to its yield; the rest runs when the scenario is torn down."""
    __tracebackhide__ = True
    steps = function(**arguments)
    try:
        value = next(steps)
    except StopIteration:
        raise StepImplementationError(f"the step {function.__name__!r} did not yield") from None
    request.addfinalizer(lambda: _finish(function, steps))
    return value


def _finish(function: Callable[..., Iterator[Any]], steps: Iterator[Any]) -> None:
    try:
        next(steps)
    except StopIteration:
        return
    raise StepImplementationError(f"the step {function.__name__!r} yields more than once")
