"""What is wrong with a feature file, said so that its author can mend it."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple


class Problem(NamedTuple):
    """One reason to refuse a feature file: where (line from 1), what, and what to do about it."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        remedy = self.remedy.replace("\n", "\n    ")
        return f"{self.file}:{self.line}: {self.message}\n    {remedy}"


def report(problems: Iterable[Problem]) -> str:
    """Return all problems as one text, in the order of the file."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean ...?" with the closest spelling, or nothing if none is close."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""


def display_path(path: Path, root: Path) -> str:
    """Return `path` as people read it: relative to the root directory where it lies below it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
