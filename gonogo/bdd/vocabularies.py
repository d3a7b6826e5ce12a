"""The vocabularies of a session: one for each set of places that own step definitions, usually one in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest

from gonogo.bdd.definition import Definition
from gonogo.bdd.internals import StepFunctionContext, step_contexts, unique_contexts
from gonogo.bdd.loading import LOADED_STEPS
from gonogo.bdd.vocabulary import Layer, Match, Vocabulary


class Vocabularies:
    """Hands each directory its vocabulary, and remembers which definitions were ever used."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._by_directory: dict[pytest.Collector, Vocabulary] = {}
        self._by_layers: dict[tuple[int, ...], Vocabulary] = {}
        self._layers: dict[tuple[int, ...], Layer] = {}
        self._definitions: dict[int, Definition] = {}
        self._used: set[Definition] = set()

    def of(self, directory: pytest.Collector) -> Vocabulary:
        """Return the vocabulary for the files in `directory`: by the time they are collected, all is registered."""
        if directory not in self._by_directory:
            self._by_directory[directory] = self._build(directory)
        return self._by_directory[directory]

    def mark_used(self, match: Match) -> None:
        """Remember that a step means this definition."""
        self._used.add(match.definition)

    def unused(self) -> list[Definition]:
        """Return the definitions that no collected step means, save those of pytest-bdd itself, by place."""
        known = unique_contexts([context for _, context in self._contexts()])
        ours = [context for context in known if not (context.step_func.__module__ or "").startswith("pytest_bdd")]
        idle = [d for d in map(self._definition, ours) if d not in self._used]
        return sorted(idle, key=lambda definition: (definition.location, definition.phrase))

    def _build(self, directory: pytest.Collector) -> Vocabulary:
        parents = list(directory.iter_parents())
        owned: dict[object, list[StepFunctionContext]] = defaultdict(list)
        for node, context in self._contexts():
            owned[node].append(context)
        layers = [self._layer(owned[parent]) for parent in parents if parent in owned]
        key = tuple(id(layer) for layer in layers)
        if key not in self._by_layers:
            self._by_layers[key] = Vocabulary(layers)
        return self._by_layers[key]

    def _contexts(self) -> Iterator[tuple[object, StepFunctionContext]]:
        """Yield every definition known so far, with the node that owns it."""
        for context in self._session.config.stash.get(LOADED_STEPS, []):
            yield self._session, context
        yield from step_contexts(self._session)

    def _layer(self, contexts: Iterable[StepFunctionContext]) -> Layer:
        unique = unique_contexts(list(contexts))
        key = tuple(id(context) for context in unique)
        if key not in self._layers:
            self._layers[key] = Layer([self._definition(context) for context in unique])
        return self._layers[key]

    def _definition(self, context: StepFunctionContext) -> Definition:
        if id(context) not in self._definitions:
            self._definitions[id(context)] = Definition(context, self._session.config.rootpath)
        return self._definitions[id(context)]
