"""The last look before a run is shown: no file of it may hold a secret, in any spelling, also inside an archive."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from gonogo.secrets import Redactor

_MAX_UNPACKED = 100_000_000


def quarantine(directory: Path, redactor: Redactor) -> list[str]:
    """Withhold every file below `directory` that holds a secret, and say which: "PATH holds the value of NAME".

    The file's content is replaced by that sentence. A file that cannot be read is withheld too.
    """
    found = []
    for path in sorted(path for path in directory.rglob("*") if path.is_file() and not path.is_symlink()):
        sentence = _leak(path, redactor)
        if sentence:
            found.append(f"{path.relative_to(directory)} {sentence}")
            path.write_text(f"withheld: it {sentence}\n", encoding="utf-8")
    return found


def _leak(path: Path, redactor: Redactor) -> str | None:
    try:
        names = sorted({name for data in _contents(path) for name in redactor.leaks(data)})
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        return f"could not be searched for secrets ({type(error).__name__})"
    return f"holds the value of {', '.join(names)}" if names else None


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if data[:2] == b"\x1f\x8b":
        with gzip.open(path) as packed:
            yield packed.read(_MAX_UNPACKED)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as packed:
                    yield packed.read(_MAX_UNPACKED)
