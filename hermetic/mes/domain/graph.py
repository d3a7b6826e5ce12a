"""Predecessors of steps: unknown ones and cycles."""

from collections.abc import Sequence

from hermetic.mes.domain.nodes import Step


def cycles(steps: Sequence[Step]) -> list[list[str]]:
    """Return the circular dependencies among steps, each as the ids along it, the first repeated at the end.

    Finds self-loops and cycles of any length, without recursion. Every step on a cycle is in at least one of those
    returned.
    """
    before = {str(step["id"]): [str(name) for name in step.get("predecessors", [])] for step in steps if "id" in step}
    found: list[list[str]] = []
    done: set[str] = set()
    for start in before:
        if start not in done:
            found += _walk(start, before, done)
    return found


def _walk(start: str, before: dict[str, list[str]], done: set[str]) -> list[list[str]]:
    """Walk depth-first from `start`; a step that is met again while it is still on the path closes a cycle."""
    found: list[list[str]] = []
    path, waiting = [start], [iter(before[start])]
    while path:
        ahead = next(waiting[-1], None)
        if ahead is None:
            done.add(path.pop())
            waiting.pop()
        elif ahead in path:
            found.append([*path[path.index(ahead) :], ahead])
        elif ahead in before and ahead not in done:
            path.append(ahead)
            waiting.append(iter(before[ahead]))
    return found


def unknown_predecessors(steps: Sequence[Step]) -> list[tuple[int, str]]:
    """Return (index of step, name) for each predecessor that no step has as its id."""
    ids = {str(step.get("id")) for step in steps}
    return [
        (index, str(name))
        for index, step in enumerate(steps)
        for name in step.get("predecessors") or []
        if str(name) not in ids
    ]
