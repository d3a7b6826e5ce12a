"""A small JSON document in a file, that several processes read: each sees a change at its next look."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Kept:
    """The document of a file; it is read again whenever the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._content: Json = {}

    def read(self) -> Json:
        """Return the document; it is shared, and not to be changed."""
        status = self._path.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._content = json.loads(self._path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._content

    def write(self, content: Json) -> None:
        """Replace the document; no reader sees half of it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        fresh.replace(self._path)
