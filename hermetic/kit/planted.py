"""Which faults are planted in a world: a small file, so that server, supervisor and commands see the same at once."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path


class Planted(Collection[str]):
    """The names of the planted faults, read again whenever the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._names: frozenset[str] = frozenset()

    def __contains__(self, name: object) -> bool:
        return name in self._current()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._current()))

    def __len__(self) -> int:
        return len(self._current())

    def plant(self, name: str, *, alone: bool = False) -> None:
        """Plant a fault beside those that are planted, or `alone` in their place."""
        self._write(frozenset({name}) if alone else self._current() | {name})

    def clear(self) -> None:
        self._write(frozenset())

    def _current(self) -> frozenset[str]:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return frozenset()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._names = frozenset(json.loads(self._path.read_text(encoding="utf-8")))
            self._stamp = stamp
        return self._names

    def _write(self, names: frozenset[str]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(sorted(names)), encoding="utf-8")
        fresh.replace(self._path)
