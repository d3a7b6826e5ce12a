"""Secrets: named, never printed, and known to the redactor so that nothing leaves with them inside."""

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field

MIN_LENGTH = 8
_GENERIC = re.compile(
    r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"  # JSON web token
    r"|(?<=Bearer )[\w.~+/=-]{16,}"
    r"|(?<=Basic )[A-Za-z0-9+/=]{12,}"
    r"|AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|xox[abp]-[\w-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"
    r"|(?<=://)[^/\s:@]+:[^@\s/]+(?=@)"
)


class Secret:
    """A secret value by the name of its environment variable.

    It prints as its placeholder everywhere; only `reveal()` gives the value, and only where it is sent.

    Raises:
        ValueError: If the value is empty, shorter than 8 characters, or holds white space.
    """

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        if len(value) < MIN_LENGTH or any(character.isspace() for character in value):
            raise ValueError(f"the secret {name} must have at least {MIN_LENGTH} characters and no white space")
        self.name = name
        self._value = value

    def reveal(self) -> str:
        """Return the value; call it only in the line that sends it."""
        return self._value

    def __repr__(self) -> str:
        return placeholder(self.name)

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> tuple[type["Secret"], tuple[str, str]]:
        raise TypeError(f"{self!r} must not be pickled")


def placeholder(name: str) -> str:
    """Return what stands where the secret `name` was."""
    return f"«redacted:{name}»"


def encodings(value: str) -> set[str]:
    """Return the spellings in which `value` may turn up: quoted, base64 at three alignments, hex, escaped, halves."""
    raw = value.encode()
    forms = {
        value,
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value),
        raw.hex(),
        json.dumps(value)[1:-1],
        html.escape(value),
        repr(value)[1:-1],
    }
    for pad in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * pad + raw).decode().rstrip("=")
            forms.add(text[(0, 2, 3)[pad] : -1])
    if len(value) >= 2 * MIN_LENGTH:
        middle = len(value) // 2
        forms |= {value[:middle], value[middle:]}
    return {form for form in forms if len(form) >= MIN_LENGTH}


@dataclass
class Redactor:
    """Replaces every registered secret, in every spelling, by its placeholder; and what looks like a credential."""

    _forms: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def register(self, secrets: Iterable[Secret]) -> None:
        """Make the redactor know `secrets`."""
        for secret in secrets:
            for form in encodings(secret.reveal()):
                self._forms[form] = secret.name
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def scrub(self, text: str) -> str:
        """Return `text` without secrets, lone surrogates and control characters (except tab and line ends)."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda match: placeholder(self._forms[match[0]]), text)
        return _printable(_GENERIC.sub(placeholder("credential"), text))

    def leaks(self, data: bytes) -> list[str]:
        """Return the names of secrets whose value stands in `data`, also when wrapped over lines; empty when clean."""
        text = data.decode("utf-8", "replace")
        if self._pattern is None:
            return []
        found = {self._forms[match[0]] for match in self._pattern.finditer(text)}
        found |= {self._forms[match[0]] for match in self._pattern.finditer(re.sub(r"\s+", "", text))}
        return sorted(found)


_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
    r"|\r(?!\n)"  # alone it lets a line be written over
)


def _printable(text: str) -> str:
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
