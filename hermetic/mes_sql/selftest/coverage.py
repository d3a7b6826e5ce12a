"""How many lines of functions were run: measured by the interpreter's own tracing."""

import dis
import sys
from collections.abc import Callable, Collection, Iterator
from types import CodeType, FrameType, ModuleType
from typing import Any

Lines = set[tuple[str, int]]


def lines_of(modules: Collection[ModuleType]) -> Lines:
    """Return file and number of every line that belongs to a function of the modules."""
    found: Lines = set()
    for module in modules:
        assert module.__file__ is not None, f"{module} has no source"
        with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 - a name, no path
            whole = compile(source.read(), module.__file__, "exec")
        for code in _inner(whole):
            if code.co_flags & 0x02 and not code.co_name.startswith("<"):  # a function's, not a class's
                found |= {(module.__file__, number) for number in _numbers(code)}
    return found


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def _numbers(code: CodeType) -> set[int]:
    numbers = {line for _, line in dis.findlinestarts(code) if line is not None}
    return numbers - {code.co_firstlineno}


def measured(work: Callable[[], Any], modules: Collection[ModuleType]) -> tuple[Lines, Lines]:
    """Run something; return the lines of the modules' functions, and those that were run."""
    files = {module.__file__ for module in modules}
    seen: Lines = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    known = lines_of(modules)
    return known, seen & known
