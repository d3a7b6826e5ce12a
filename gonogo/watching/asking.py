"""Which questions a scenario will ask: a watch must know them from its start, to stop early and to share its budget."""

from collections.abc import Callable
from typing import Any, TypeVar

from gonogo.bdd.definition import parse
from gonogo.bdd.item import ScenarioItem
from gonogo.outcome import UsageError
from gonogo.watching.questions import Question

Step = TypeVar("Step", bound=Callable[..., Any])
Make = Callable[..., Question]


def asks(make: Make) -> Callable[[Step], Step]:
    """Say which question a Then step asks; `make` gets the values of its phrase, by name.

    Stands directly under @then: `@then(phrase("... {limit:ratio} slower ...")) @asks(Slower)`.
    """

    def mark(step: Step) -> Step:
        step.__dict__["asks"] = make
        return step

    return mark


def asked(node: object) -> tuple[Question, ...]:
    """Return the questions that the steps of a scenario ask, in order and each once.

    Args:
        node: The running item, `request.node`.

    Raises:
        UsageError: If it is no scenario, or asks nothing of the watch.
    """
    if not isinstance(node, ScenarioItem):
        raise UsageError(f"{node}: no scenario, so nothing tells what will be asked; give the questions themselves")
    found: dict[Question, None] = {}
    for step, match in zip(node.case.scenario.steps, node.matches, strict=True):
        make: Make | None = getattr(match.definition.function, "asks", None)
        if make is not None:
            values = match.arguments if match.arguments is not None else parse(match.definition, step.name)
            found[make(**(values or {}))] = None
    if not found:
        raise UsageError(f"{node.name}: observes a canary and asks nothing of it; add a Then step that has a question")
    return tuple(found)
