"""A step definition: a phrase, the function behind it, and what calling that function needs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_bdd import parsers

from gonogo.bdd.internals import StepFunctionContext
from gonogo.bdd.problems import display_path


class Definition:
    """A phrase and the function behind it; what calling it needs is worked out when it is first needed."""

    def __init__(self, context: StepFunctionContext, root: Path) -> None:
        """Wrap a definition of pytest-bdd; `root` is what its place is shown relative to."""
        self.context = context
        self.function: Callable[..., Any] = context.step_func
        self._root = root

    @property
    def phrase(self) -> str:
        """The text of the decorator, with placeholders as its parser writes them."""
        return self.context.parser.name

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of all parameters of the function."""
        return frozenset(inspect.signature(self.function).parameters)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters that need a value: from the text, or else from a fixture."""
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty)

    @cached_property
    def is_generator(self) -> bool:
        """Whether the function yields, and so has something to do when the scenario is torn down."""
        return inspect.isgeneratorfunction(self.function)

    @cached_property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function, which no step may be."""
        return inspect.iscoroutinefunction(self.function)

    @property
    def location(self) -> str:
        """File and line of the function."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        path = display_path(Path(code.co_filename), self._root) if code else repr(self.function)
        return f"{path}:{code.co_firstlineno}" if code else path


def parse(definition: Definition, text: str) -> dict[str, Any] | None:
    """Return the arguments that `text` holds for `definition`, before converters; None if it does not mean it."""
    parser = definition.context.parser
    if isinstance(parser, parsers.parse):  # asks the pattern once, where is_matching and parse_arguments ask it twice
        try:
            result = parser.parser.parse(text)
        except ValueError:
            return None
        return result.named if result else None
    return parser.parse_arguments(text) or {} if parser.is_matching(text) else None
