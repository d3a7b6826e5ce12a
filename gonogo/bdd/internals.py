"""Every private matter of pytest and pytest-bdd that the suite relies on, and nothing else.

The rest of `gonogo.bdd` stays on documented ground and comes here for what has no public door. Each entry says what it
is and why it is needed; tests/bdd/test_internals.py names the entry that a new version of either package has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative, TerminalRepr
from _pytest.fixtures import FixtureDef, FixtureFunctionDefinition, FuncFixtureInfo, TopRequest
from _pytest.scope import Scope
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser, ParserContext
from gherkin.token import Token
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.gherkin_parser import ExamplesTable, GherkinDocument
from pytest_bdd.gherkin_parser import Scenario as GherkinScenario
from pytest_bdd.gherkin_parser import Step as GherkinStep
from pytest_bdd.gherkin_parser import Tag as GherkinTag
from pytest_bdd.parser import Feature, FeatureParser, Scenario, ScenarioTemplate, Step
from pytest_bdd.steps import StepFunctionContext, StepNamePrefix, step_function_context_registry

if TYPE_CHECKING:
    import pytest

__all__ = [
    "ExamplesTable",
    "Feature",
    "FuncFixtureInfo",
    "GherkinDocument",
    "GherkinParseError",
    "GherkinScenario",
    "GherkinStep",
    "GherkinTag",
    "Scenario",
    "ScenarioTemplate",
    "Step",
    "StepFunctionContext",
    "TerminalRepr",
    "TopRequest",
    "failure_repr",
    "fill_fixtures",
    "fixture_info",
    "inject_fixture",
    "new_request",
    "parse_feature",
    "split_module",
    "step_contexts",
    "unique_contexts",
]


class _GherkinParser(Parser):
    """The official parser, without a table of all its states built anew for every line: half of its time.

    `match_token` is its one step from line to line; the states are its methods `match_token_at_0` and so on.
    """

    def match_token(self, state: int, token: Token, context: ParserContext) -> int:
        advance: Callable[[Token, ParserContext], int] = getattr(self, f"match_token_at_{state}")
        return advance(token, context)


class _DocumentKeeper(FeatureParser):
    """pytest-bdd's parser, which also hands out the Gherkin document.

    The `Feature` it builds keeps its scenarios by name, so that of two of one name only the last is left, and forgets
    the lines of tags, rules and rows. `_parse_feature_file` is the one method between the file and the document.
    """

    document: GherkinDocument

    def _parse_feature_file(self) -> GherkinDocument:
        text = Path(self.abs_filename).read_text(self.encoding)
        try:
            self.document = GherkinDocument.from_dict(_GherkinParser().parse(text))
        except CompositeParserException:
            self.document = super()._parse_feature_file()  # raises what says best what is wrong
        return self.document


def parse_feature(path: Path) -> tuple[Feature, GherkinDocument]:
    """Parse one feature file, once, into pytest-bdd's model and the document behind it.

    Raises:
        GherkinParseError: If the text is not Gherkin.
        KeyError: If the file holds no feature at all, which pytest-bdd does not catch.
        UnicodeDecodeError: If the file is not UTF-8; a byte order mark is accepted.
    """
    parser = _DocumentKeeper(str(path.parent), path.name, "utf-8-sig")
    return parser.parse(), parser.document


def split_module(module: ModuleType) -> tuple[ModuleType, list[StepFunctionContext]]:
    """Part a module of steps into a plugin with its fixtures and hooks, and its step definitions.

    Most of what pytest does when it registers a module is to look at every name for fixtures, and each definition of
    pytest-bdd is one: a `FixtureFunctionDefinition`, whose function leads to what pytest-bdd knows of the step.
    """
    plugin, contexts = ModuleType(module.__name__, module.__doc__), []
    for name, value in vars(module).items():
        if isinstance(value, FixtureFunctionDefinition):
            context = step_function_context_registry.get(value._get_wrapped_function())
            if context is not None:
                contexts.append(context)
                continue
        elif not name.startswith("pytest_"):
            continue
        setattr(plugin, name, value)
    return plugin, contexts


def step_contexts(session: pytest.Session) -> Iterator[tuple[pytest.Session | pytest.Collector, StepFunctionContext]]:
    """Yield the step definitions that pytest knows as fixtures, with the node that owns each, in order of registration.

    pytest-bdd's decorators leave each definition as a fixture named `pytestbdd_stepdef_...`. pytest keeps fixtures as
    name -> node -> [definitions, the latest first] in `_arg2node2fixturedefs`, and pytest-bdd finds what it needs to
    know of one by its function, in `step_function_context_registry`.
    """
    prefix = StepNamePrefix.step_def.value
    for name, by_node in session._fixturemanager._arg2node2fixturedefs.items():
        if name.startswith(prefix):
            for node, definitions in by_node.items():
                for definition in reversed(definitions):
                    context = step_function_context_registry.get(definition.func)
                    if context is not None:
                        yield node, context  # type: ignore[misc]


def fixture_info(collector: pytest.Collector) -> FuncFixtureInfo:
    """Return what pytest knows of the fixtures that every item under `collector` gets: the autouse ones.

    Worked out once a file and shared by its items: steps ask for theirs when they run. pytest's own doctest items call
    `getfixtureinfo` in the same way.
    """
    return collector.session._fixturemanager.getfixtureinfo(node=collector, func=None, cls=None)  # type: ignore[arg-type]


def new_request(item: pytest.Item) -> TopRequest:
    """Return the `request` of an item that is not a Python function, as pytest's own doctest items make it.

    It reads `_fixtureinfo` of the item. pytest's runner calls the item's `_initrequest()` when an item runs again, and
    sets `_request` to False and `funcargs` to None when it is done with one.
    """
    return TopRequest(item, _ispytest=True)  # type: ignore[arg-type]


def fill_fixtures(request: TopRequest) -> None:
    """Set up the autouse fixtures of the item behind `request`."""
    request._fillfixtures()


class _Injected(FixtureDef[Any]):
    """A fixture that has its value already; pytest makes its own `request` fixture like this."""

    def __init__(self, request: TopRequest, name: str, value: object) -> None:
        super().__init__(
            config=request.config,
            baseid=None,
            argname=name,
            func=lambda: value,
            scope=Scope.Function,
            params=None,
            node=request.node,
            _ispytest=True,
        )
        self.cached_result = (value, None, None)

    def addfinalizer(self, finalizer: object) -> None:
        """Keep nothing: the value belongs to the step that returned it."""


def inject_fixture(request: TopRequest, name: str, value: object) -> None:
    """Make `value` the fixture `name` for the rest of this item and for no other.

    `_fixture_defs` holds the fixtures an item has resolved. pytest-bdd writes into the definition it finds there, which
    would change a session-wide fixture for every later scenario; putting a definition of our own in its place does not.
    """
    request._fixture_defs[name] = _Injected(request, name, value)


def failure_repr(text: str, path: str, line: int, message: str) -> ReprExceptionInfo:
    """Return a failure text that terminal, JUnit and short summary understand and that xdist can send.

    Args:
        text: What the terminal shows.
        path: File of the failing step, relative to the root directory.
        line: Line in that file, from 1.
        message: What the short summary shows, and JUnit as the failure's message.
    """
    lines = [line_text + "\n" for line_text in text.split("\n")]
    return ReprExceptionInfo(reprtraceback=ReprTracebackNative(lines), reprcrash=ReprFileLocation(path, line, message))


def scrubbed(longrepr: Any, scrub: Callable[[str], str]) -> Any:
    """Return the text of a failure with every line passed through `scrub`, in a form that xdist can send."""
    crash = getattr(longrepr, "reprcrash", None)
    if isinstance(longrepr, tuple):  # a skip: path, line, reason
        return tuple(scrub(part) if isinstance(part, str) else part for part in longrepr)
    if crash is None:
        return scrub(str(longrepr))
    return failure_repr(scrub(str(longrepr)).rstrip("\n"), crash.path, crash.lineno, scrub(crash.message))


def unique_contexts(contexts: Sequence[StepFunctionContext]) -> list[StepFunctionContext]:
    """Drop repetitions: a definition that two modules import is one definition."""
    return list({id(context): context for context in contexts}.values())
