"""The time before the canary: captured of a stand-in, read of a real system, and never left behind."""

from types import SimpleNamespace
from typing import Any

import pytest

from gonogo.outcome import Inconclusive
from steps import docflow_canary


class Arranged:
    """A DocFlow that notes what it was brought into."""

    def __init__(self, control: object) -> None:
        self.router = SimpleNamespace(control=control, text=lambda _: "2.0.9")
        self.states: list[str] = []

    def arrange(self, state: str) -> None:
        self.states.append(state)


@pytest.fixture
def captures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the canary gives in turn: a baseline, or an exception."""
    given: list[Any] = []

    def capture(_: float, release: str) -> Any:
        assert release == "2.0.9"
        if isinstance(given[0], BaseException):
            raise given[0]
        return given[0]

    made = SimpleNamespace(capture=capture, kept=lambda: {"": "kept"})
    monkeypatch.setattr(docflow_canary, "Canary", lambda *_: made)
    return given


def before(docflow: Arranged) -> Any:
    return docflow_canary.before_canary(docflow, None)  # type: ignore[arg-type]  # a part of one is enough


def test_a_stand_in_is_timed_in_the_state_before(captures: list[Any]) -> None:
    captures.append({"": "captured"})
    docflow = Arranged(control=object())
    assert before(docflow) == {"": "captured"}
    assert docflow.states == ["before"]


@pytest.mark.parametrize("error", [Inconclusive("the source was sick"), KeyboardInterrupt()])
def test_where_nothing_was_captured_the_release_that_is_verified_is_back(
    captures: list[Any], error: BaseException
) -> None:
    captures.append(error)
    docflow = Arranged(control=object())
    with pytest.raises(type(error)):
        before(docflow)
    assert docflow.states == ["before", "canary"]


def test_of_a_real_system_what_was_kept_is_read_and_nothing_is_arranged(captures: list[Any]) -> None:
    docflow = Arranged(control=None)
    assert before(docflow) == {"": "kept"}
    assert docflow.states == []
