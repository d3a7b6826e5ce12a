"""A text is looked up by an index, with the same result as asking every definition."""

from pathlib import Path

import pytest
from hypothesis import given as given_data
from hypothesis import strategies as st
from pytest_bdd import parsers

from gonogo.bdd.definition import Definition
from gonogo.bdd.internals import StepFunctionContext
from gonogo.bdd.vocabulary import Ambiguous, Layer, Match, NoMatch, Vocabulary

PHRASES = [
    "a shop",
    parsers.parse("a {thing}"),
    parsers.parse("{count:d} plans"),
    parsers.parse("A Big {thing} shop"),
    parsers.parse("braces {{x}} and {thing}"),
    parsers.parse("a }} and {thing}"),
    parsers.parse("größe {size:d}"),
    parsers.cfparse("many {thing}"),
    parsers.re(r"(?P<count>\d+) plans?"),
    parsers.re(r".*shop"),
]


def definition(phrase, kind=None):
    """Return a definition for a phrase."""
    parser = phrase if isinstance(phrase, parsers.StepParser) else parsers.string(phrase)
    return Definition(StepFunctionContext(kind, lambda: None, parser), Path("/"))


LAYER = Layer([definition(phrase) for phrase in PHRASES])


@given_data(
    st.one_of(
        st.sampled_from(
            ["a shop", "A SHOP", "a big red shop", "12 plans", "1 plan", "braces {x} and y", "a } and b", "größe 3"]
        ),
        st.text("aAbBigG shop{}ßöİıſK0123456789 plans", max_size=12),
    )
)
def test_the_index_finds_exactly_what_asking_every_definition_finds(text):
    found = {found.phrase for found, _ in LAYER.matches("given", text)}
    asked = {d.phrase for d in LAYER.definitions if d.context.parser.is_matching(text)}
    assert found == asked


@pytest.mark.parametrize(("kind", "matches"), [("given", True), ("when", False)])
def test_a_definition_is_for_its_kind_of_step_only(kind, matches):
    vocabulary = Vocabulary([Layer([definition("a shop", "given")])])
    assert isinstance(vocabulary.resolve(kind, "a shop"), Match) == matches


def test_a_nearer_layer_wins_even_where_the_farther_one_matches_too():
    near, far = definition("a shop"), definition(parsers.parse("a {thing}"))
    vocabulary = Vocabulary([Layer([near]), Layer([far])])
    meaning = vocabulary.resolve("given", "a shop")
    assert isinstance(meaning, Match)
    assert meaning.definition is near
    assert vocabulary.resolve("given", "a bus") == Match(far, {"thing": "bus"})


def test_two_definitions_in_one_layer_are_ambiguous():
    vocabulary = Vocabulary([Layer([definition("a shop"), definition(parsers.parse("a {thing}"))])])
    meaning = vocabulary.resolve("given", "a shop")
    assert isinstance(meaning, Ambiguous)
    assert [found.phrase for found in meaning.definitions] == ["a shop", "a {thing}"]


def test_a_text_without_meaning_names_the_closest_phrases():
    meaning = Vocabulary([LAYER]).resolve("given", "a shopp")
    assert isinstance(meaning, Match)  # "a {thing}" means it
    meaning = Vocabulary([Layer([definition("a shop"), definition("nothing alike")])]).resolve("given", "a shopp")
    assert meaning == NoMatch(["a shop"])


def test_a_text_is_parsed_once():
    parser = parsers.parse("{count:d} plans")
    vocabulary = Vocabulary([Layer([definition(parser)])])
    first = vocabulary.resolve("given", "3 plans")
    parser.parser = None  # any further look at the phrase would fail
    assert vocabulary.resolve("given", "3 plans") is first
