"""Faults that change a text: passages replaced in files, or files taken away."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """Replace what the pattern finds in a file; without a replacement the file is deleted."""

    file: str
    pattern: str = ""
    replacement: str | None = None

    def apply(self, folder: Path) -> None:
        """Edit the file, if it is there: not every state has every file."""
        path = folder / self.file
        if not path.is_file():
            return
        if self.replacement is None:
            path.unlink()
        else:
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(self.pattern, self.replacement, text, flags=re.MULTILINE), encoding="utf-8")


@dataclass(frozen=True)
class TextFault:
    """A fault that is nothing but edits."""

    name: str
    meaning: str
    breaks: str
    edits: tuple[Edit, ...]


def spoil(folder: Path, catalogue: Iterable[TextFault], faults: Collection[str]) -> None:
    """Apply the edits of the planted faults to the files of a folder."""
    for fault in catalogue:
        if fault.name in faults:
            for edit in fault.edits:
                edit.apply(folder)
