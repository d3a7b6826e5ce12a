"""Folders: reads a checkout or the papers of a rollout, and nothing outside of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from gonogo.evidence import Evidence
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.git import Commit, log
from gonogo.settings import FolderSettings

_MAX_BYTES = 5_000_000
_MAX_FILES = 20_000
_EVIDENCE_LINES = 50
_EVIDENCE_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Match:
    """A line that was found: `file` relative to the folder, `line` counted from 1, its text."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text.strip()[:200]}"


class FolderProbe:
    """Reads one named folder. Names are relative to it, with '/'; symbolic links may not lead out of it."""

    source = "folder"

    def __init__(self, name: str, settings: FolderSettings, evidence: Evidence) -> None:
        self.name = name
        self._root = Path(settings.path)
        self._evidence = evidence

    def read(self, name: str) -> str:
        """Return the text of a file.

        Raises:
            Unverified: If there is none of that name, or it cannot be read.
            Inconclusive: If it is larger than 5 MB or not UTF-8.
        """
        text = self._text(self._inside(name), name)
        self._evidence.add(
            f"file {name}", f"{name} of {self.name}, {len(text)} characters\n\n{text[:_EVIDENCE_CHARACTERS]}\n"
        )
        return text

    def names(self, pattern: str = "*") -> list[str]:
        """Return the names of the regular files that match `pattern` ('*' also crosses '/'), sorted, without .git.

        Raises:
            Unverified: If the folder is not there.
            Inconclusive: If it holds more than 20 000 files.
        """
        found = []
        for name in self._walk():
            found.append(name)
            if len(found) > _MAX_FILES:
                raise Inconclusive(f"folder {self.name!r}: more than {_MAX_FILES} files; name a smaller folder")
        return sorted(name for name in found if fnmatch(name, pattern))

    def search(self, expression: str, *, within: str = "*", exclude: Sequence[str] = ()) -> list[Match]:
        """Return the lines in which the regular expression is found; binary files (with a NUL byte) are passed over.

        Args:
            expression: A regular expression.
            within: Pattern of the files to search.
            exclude: Patterns of files not to search, e.g. "archives/*".

        Raises:
            Unverified: If the folder is not there.
            Inconclusive: If no file was searched, or one is too large or not UTF-8: silence then proves nothing.
        """
        compiled = re.compile(expression)
        names = [name for name in self.names(within) if not any(fnmatch(name, pattern) for pattern in exclude)]
        texts = {name: self._text(self._inside(name), name) for name in names if not self._binary(name)}
        if not texts:
            raise Inconclusive(
                f"folder {self.name!r}: no text file matches {within!r}, so that finding nothing proves nothing"
            )
        found = [
            Match(name, number, line)
            for name, text in texts.items()
            for number, line in enumerate(text.splitlines(), 1)
            if compiled.search(line)
        ]
        shown = "\n".join(map(str, found[:_EVIDENCE_LINES]))
        self._evidence.add(
            f"search {self.name}", f"{len(found)} lines match {expression!r} in {len(texts)} files\n\n{shown}\n"
        )
        return found

    def commits(self) -> list[Commit]:
        """Return the commits of the checkout's present branch, newest first.

        Raises:
            Unverified: If the folder is not there, is no repository of its own, has no commit, or git is missing.
        """
        found = log(self._folder(), f"folder {self.name!r}")
        lines = "\n".join(f"{commit.sha[:12]} {commit.date} {commit.subject}" for commit in found[:_EVIDENCE_LINES])
        self._evidence.add(f"commits {self.name}", f"{len(found)} commits\n\n{lines}\n")
        return found

    def close(self) -> None:
        """Nothing to give back."""

    def _folder(self) -> Path:
        if not self._root.is_dir():
            raise Unverified(f"folder {self.name!r}: {self._root} is not there; correct its path or fetch it")
        return self._root.resolve()

    def _inside(self, name: str) -> Path:
        root = self._folder()
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise Unverified(f"folder {self.name!r}: {name!r} leads out of it; nothing was read")
        if not path.is_file():
            raise Unverified(f"folder {self.name!r}: there is no file {name!r}")
        return path

    def _walk(self) -> Iterator[str]:
        root = self._folder()
        for path in root.rglob("*"):
            name = path.relative_to(root)
            if ".git" not in name.parts and path.is_file() and path.resolve().is_relative_to(root):
                yield name.as_posix()

    def _binary(self, name: str) -> bool:
        with self._inside(name).open("rb") as file:
            return b"\0" in file.read(8192)

    def _text(self, path: Path, name: str) -> str:
        try:
            if path.stat().st_size > _MAX_BYTES:
                raise Inconclusive(f"folder {self.name!r}: {name!r} is larger than {_MAX_BYTES} B")
            return path.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise Inconclusive(f"folder {self.name!r}: {name!r} is not UTF-8 (byte {error.start})") from None
        except OSError as error:
            raise Unverified(f"folder {self.name!r}: {name!r} cannot be read: {error.strerror}") from None
