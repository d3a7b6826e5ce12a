"""Evidence: what a probe saw, scrubbed and kept in the run directory, one folder a scenario."""

import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gonogo.outcome import Unverified
from gonogo.secrets import Redactor

Attach = Callable[[str | bytes, str, str], None]
"""Receives body, name and media type of an attachment for the step that is running."""

BINARY_TYPES: Mapping[str, str] = {"image/png": ".png"}
_BETWEEN_SCENARIOS = "run"
_SLUG_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where one piece of evidence lies: `path` relative to the run directory, the SHA-256 of its bytes, its name."""

    path: str
    sha256: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """Return the reference as JSON types."""
        return asdict(self)


class Evidence:
    """Writes evidence below `directory`/evidence and remembers what the present scenario has taken.

    Nothing is written that has not been through the redactor: when scrubbing or writing fails, the piece is withheld
    and the scenario is unverified.

    Args:
        directory: The run's own directory.
        redactor: Knows every secret of the environment.
        attach: Also hands each piece to the report; None where there is no report.
    """

    def __init__(self, directory: Path, redactor: Redactor, attach: Attach | None = None) -> None:
        self._directory = directory
        self._redactor = redactor
        self._attach = attach
        self._folder = directory / "evidence" / _BETWEEN_SCENARIOS
        self._taken: list[EvidenceRef] = []
        self._one_at_a_time = threading.Lock()  # a scenario may watch one thing while it drives another

    def begin(self, scenario: str) -> None:
        """Start the folder of the scenario with the slug `scenario`, with nothing taken."""
        self._folder = self._directory / "evidence" / slug(scenario)
        self._taken = []

    def taken(self) -> list[EvidenceRef]:
        """Return what the present scenario has taken, in order."""
        return list(self._taken)

    def scrub(self, text: str) -> str:
        """Return `text` without secrets.

        Raises:
            Unverified: If the redactor fails; the text must then not be shown.
        """
        try:
            return self._redactor.scrub(text)
        except Exception as error:
            raise Unverified(
                f"evidence withheld: the redactor failed ({type(error).__name__}); "
                "nothing is kept that could not be scrubbed"
            ) from None

    def add(self, name: str, text: str, media_type: str = "text/plain", suffix: str = ".txt") -> EvidenceRef:
        """Keep `text`, scrubbed, and return where it lies.

        Raises:
            Unverified: If it could not be scrubbed or written.
        """
        clean = self.scrub(text)
        return self._keep(self.scrub(name), clean.encode("utf-8", "backslashreplace"), clean, media_type, suffix)

    def add_binary(self, name: str, data: bytes, media_type: str = "image/png") -> EvidenceRef:
        """Keep `data`, a picture.

        Raises:
            Unverified: If its type is not on the allow-list, a secret stands in it, or it could not be written.
        """
        if media_type not in BINARY_TYPES:
            raise Unverified(f"evidence {name!r} refused: {media_type} is not one of {', '.join(BINARY_TYPES)}")
        if leaked := self._redactor.leaks(data):
            raise Unverified(f"evidence {name!r} withheld: it holds the value of {', '.join(leaked)}")
        return self._keep(self.scrub(name), data, data, media_type, BINARY_TYPES[media_type])

    def _keep(self, name: str, data: bytes, body: str | bytes, media_type: str, suffix: str) -> EvidenceRef:
        with self._one_at_a_time:
            try:
                path = _write_new(self._folder, slug(name), suffix, data, len(self._taken) + 1)
            except OSError as error:
                raise Unverified(
                    f"evidence {name!r} could not be written below {self._folder}: {error.strerror}; "
                    "free disk space or mend its permissions, then run again"
                ) from error
            relative = path.relative_to(self._directory).as_posix()
            ref = EvidenceRef(relative, hashlib.sha256(data).hexdigest(), name)
            self._taken.append(ref)
        if self._attach is not None:
            self._attach(body, name, media_type)
        return ref


def slug(text: str) -> str:
    """Return `text` as one path component of at most 80 characters from a-z, 0-9, '-', '_' and '.'.

    A text that is too long keeps its end distinct by a hash of the whole.
    """
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-.") or "unnamed"
    if len(plain) <= _SLUG_CHARACTERS:
        return plain
    return f"{plain[: _SLUG_CHARACTERS - 9]}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _write_new(folder: Path, stem: str, suffix: str, data: bytes, number: int) -> Path:
    """Write `data` to a file of its own and return the path; a file that is there is never overwritten."""
    while True:
        path = folder / f"{number:03d}-{stem}{suffix}"
        try:
            with path.open("xb") as file:
                file.write(data)
            return path
        except FileExistsError:
            number += 1
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
