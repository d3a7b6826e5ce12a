"""The vocabulary: step definitions, and which of them a step's text means.

pytest-bdd asks every definition of the session about every step. Here definitions are indexed by their text, so
that the cost of a step does not grow with the vocabulary, and each text is looked up once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from pytest_bdd import parsers

from gonogo.bdd.definition import Definition, parse

_LITERAL = re.compile(r"[\x00-z|~\x7f]*")  # ASCII but braces; said the other way round, it takes long to compile
_NEVER_CHANGES = (str, int, float, bool, type(None), Decimal, timedelta, date)


class Match(NamedTuple):
    """The one definition that a text means, and the arguments it holds, before converters.

    `arguments` is None where they might be changed by the function they are given to: then each call parses anew.
    """

    definition: Definition
    arguments: Mapping[str, Any] | None


class NoMatch(NamedTuple):
    """A text that no definition means, with the closest phrases there are."""

    closest: Sequence[str]


class Ambiguous(NamedTuple):
    """A text that several definitions of one place mean."""

    definitions: Sequence[Definition]


class Layer:
    """The definitions that one node of the collection tree owns, indexed by their text."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = definitions
        self._exact: dict[str, list[Definition]] = defaultdict(list)
        self._prefixed: dict[str, list[Definition]] = defaultdict(list)
        self._others: list[Definition] = []
        for definition in definitions:
            self._add(definition)
        self._lengths = sorted({len(prefix) for prefix in self._prefixed})

    def _add(self, definition: Definition) -> None:
        parser = definition.context.parser
        if type(parser) is parsers.string:
            self._exact[parser.name].append(definition)
        elif type(parser) in (parsers.parse, parsers.cfparse):
            self._prefixed[_literal_prefix(parser.name)].append(definition)
        else:
            self._others.append(definition)

    def matches(self, kind: str, text: str) -> list[tuple[Definition, dict[str, Any]]]:
        """Return all definitions that mean `text` as a step of `kind` (given, when or then), with its arguments."""
        fitting = [d for d in self._candidates(text) if d.context.type in (None, kind)]
        parsed = [(definition, parse(definition, text)) for definition in fitting]
        return [(definition, arguments) for definition, arguments in parsed if arguments is not None]

    def _candidates(self, text: str) -> Iterator[Definition]:
        yield from self._exact.get(text, ())
        if text.isascii():
            lowered = text.lower()
            for length in self._lengths:
                yield from self._prefixed.get(lowered[:length], ())
        else:  # in other alphabets upper and lower case may differ in length
            for definitions in self._prefixed.values():
                yield from definitions
        yield from self._others


class Vocabulary:
    """What steps can mean for the files of one directory: layers of definitions, the nearest first.

    A definition in a nearer conftest.py takes precedence over farther ones, as fixtures do.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._known: dict[tuple[str, str], Match | NoMatch | Ambiguous] = {}

    def resolve(self, kind: str, text: str) -> Match | NoMatch | Ambiguous:
        """Return what `text` means as a step of `kind` (given, when or then)."""
        key = (kind, text)
        meaning = self._known.get(key)
        if meaning is None:
            meaning = self._known[key] = self._look_up(kind, text)
        return meaning

    def _look_up(self, kind: str, text: str) -> Match | NoMatch | Ambiguous:
        for layer in self._layers:
            found = layer.matches(kind, text)
            if len(found) > 1:
                return Ambiguous([definition for definition, _ in found])
            if found:
                return Match(found[0][0], _shareable(found[0][1]))
        return NoMatch(self._closest(kind, text))

    def _closest(self, kind: str, text: str) -> list[str]:
        from difflib import get_close_matches

        phrases = {
            definition.phrase
            for layer in self._layers
            for definition in layer.definitions
            if definition.context.type in (None, kind)
        }
        return get_close_matches(text, sorted(phrases), n=3, cutoff=0.5)


def _shareable(arguments: dict[str, Any]) -> dict[str, Any] | None:
    return arguments if all(isinstance(value, _NEVER_CHANGES) for value in arguments.values()) else None


def _literal_prefix(phrase: str) -> str:
    """Return what every text of a `parse` phrase begins with, in lower case: `parse` ignores case."""
    prefix = _LITERAL.match(phrase)
    return prefix[0].lower() if prefix else ""
