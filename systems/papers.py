"""The papers of a rollout: mails, forms, rosters, tables and notes, found by their names. Nothing here judges.

The "success mail" is the file whose name has these words, in any order: `mail-success.txt`, `success-mail.md`.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile, takewhile
from pathlib import PurePosixPath
from typing import Any

from gonogo.outcome import Missed
from gonogo.probes import strict_json
from gonogo.probes.folder import FolderProbe
from systems import mails
from systems.mails import Mail

BLANK = re.compile(r"_{3,}|\[[A-Z][A-Z0-9 _/-]*\]|\bTBD\b")
_HEADING = re.compile(r"^#+[ \t]+(.+)$", re.MULTILINE)
_FILLERS = frozenset({"a", "for", "of", "on", "s", "the"})
_EMPHASIS = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class Part:
    """A part of a text: its heading without marks, and what stands below it."""

    heading: str
    text: str


@dataclass(frozen=True)
class Paper:
    """One paper: what it is called, the file it stands in, its text."""

    name: str
    file: str
    text: str

    @property
    def title(self) -> str:
        """Its name and its file, for messages."""
        return f"{self.name} ({self.file})"

    @property
    def plain(self) -> str:
        """The text in lower case, without emphasis and with single spaces: wrapped phrases can be found in it."""
        return " ".join(_EMPHASIS.sub("", self.text).split()).casefold()

    def mentions(self, phrase: str) -> bool:
        """Return whether the phrase stands in it, whatever the case and the line breaks."""
        return " ".join(phrase.split()).casefold() in self.plain

    @property
    def blanks(self) -> list[str]:
        """What nobody has filled in: rows of underscores, and words in capitals within square brackets."""
        return BLANK.findall(self.text)

    def value(self, key: str) -> str | None:
        """Return what stands behind "key:" at the start of a line (list marks and emphasis aside), or None."""
        pattern = re.compile(rf"^[\s>*-]*{re.escape(key)}[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
        found = pattern.search(_EMPHASIS.sub("", self.text))
        return None if found is None else found[1].strip()

    @property
    def parts(self) -> list["Part"]:
        """The parts of a Markdown text: each heading with the text below it, up to the next heading."""
        pieces = _HEADING.split(self.text)[1:]
        return [Part(heading.strip(), text.strip()) for heading, text in zip(pieces[::2], pieces[1::2], strict=True)]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of its table by column, of a CSV file or of the first table of a Markdown text."""
        if self.file.endswith(".csv"):
            return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(self.text.splitlines())]
        lines = takewhile(_in_table, dropwhile(lambda line: not _in_table(line), self.text.splitlines()))
        cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        return [dict(zip(cells[0], row, strict=False)) for row in cells[2:]]

    @property
    def mail(self) -> Mail:
        """The paper read as a mail; raises Missed as `mails.parse` does."""
        return mails.parse(self.text, self.title)

    @property
    def announced(self) -> datetime:
        """The first moment that the text of the mail names, in UTC; raises Missed where it names none."""
        return self.mail.announced(self.title)

    @property
    def document(self) -> Any:
        """The paper read as JSON; raises Missed when it is not well-formed."""
        return strict_json.loads(self.text, self.file)


def _in_table(line: str) -> bool:
    return line.lstrip().startswith("|")


class Papers:
    """The folder of a rollout's papers."""

    def __init__(self, folder: FolderProbe) -> None:
        self._folder = folder

    def read(self, name: str) -> Paper:
        """Return the paper of that name.

        Raises:
            Missed: If there is none, or more than one; what was never written cannot have been used.
            Unverified: If the folder cannot be read.
        """
        wanted = name_of(name)
        files = [file for file in self._folder.names() if name_of(file) == wanted]
        if len(files) != 1:
            found = f"there are {len(files)}: {', '.join(files)}" if files else "there is none"
            raise Missed(f"{name}: {found} among the papers; exactly one file of that name is required, write it")
        return Paper(name, files[0], self._folder.read(files[0]))

    def mails(self) -> list[Paper]:
        """Return the mails of the rollout that there are, at least one.

        Raises:
            Missed: If there is none.
        """
        files = [file for file in self._folder.names() if "mail" in name_of(file)]
        if not files:
            raise Missed("there is no mail among the papers; nobody was told of the rollout")
        return [Paper(PurePosixPath(file).stem, file, self._folder.read(file)) for file in files]

    def everything(self) -> list[Paper]:
        """Return every paper there is, at least one.

        Raises:
            Missed: If there is none.
        """
        files = self._folder.names()
        if not files:
            raise Missed("there is no paper at all; what was never written cannot have been filled in")
        return [Paper(PurePosixPath(file).stem, file, self._folder.read(file)) for file in files]


def name_of(name: str) -> frozenset[str]:
    """Return the words by which a paper is found: those of its name or file, without the ending and small words."""
    return frozenset(re.findall(r"[a-z0-9]+", PurePosixPath(name).stem.casefold())) - _FILLERS


def paper_at(folder: FolderProbe, path: str) -> Paper:
    """Return the paper at a path below a folder.

    Raises:
        Missed: If there is none.
        Unverified: If the folder cannot be read.
    """
    if path not in folder.names():
        raise Missed(f"there is no {path} in the folder {folder.name!r}; write it, and put it there")
    return Paper(PurePosixPath(path).stem, path, folder.read(path))


def missing(paper: Paper, phrases: Sequence[str]) -> list[str]:
    """Return the phrases that the paper does not mention."""
    return [phrase for phrase in phrases if not paper.mentions(phrase)]
