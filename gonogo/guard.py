"""The guard: every transport asks it before anything is sent, and what does not ask it is stopped at the socket."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from urllib.parse import urlsplit

from gonogo.budget import Demand, excess
from gonogo.outcome import Unverified, UsageError
from gonogo.settings import CommandSettings, GuardSettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_asked: ContextVar[bool] = ContextVar("gonogo_guard_asked", default=False)

_SQL_NOISE = re.compile(
    r"--[^\n]*|/\*.*?\*/|(?<![\w])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(\$\w*\$).*?\1", re.DOTALL
)
_SQL_READS = re.compile(r"^\s*\(*\s*(select|with|values|table|show|explain)\b", re.IGNORECASE)
_SQL_WRITES = re.compile(
    r"\b(insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|copy|call|vacuum|lock|reindex|refresh|into"
    r"|nextval|setval|set_config|pg_notify|pg_(?:terminate|cancel)_backend|pg_(?:try_)?advisory\w*|dblink\w*|lo_\w+)\b",
    re.IGNORECASE,
)


class GuardRefused(Unverified):
    """The guard refused to send something; nothing has left."""


class Guard:
    """Decides what may be sent to whom in one environment.

    Args:
        settings: The table [guard] of the environment file.
        mutating: Tells whether the scenario that is running is tagged @mutates.
        file: The environment file, as messages name it.
    """

    def __init__(
        self, settings: GuardSettings, *, mutating: Callable[[], bool], file: str = "the environment file"
    ) -> None:
        self.settings = settings
        self._mutating = mutating
        self._file = file
        self._allowed = frozenset(_host(entry) for entry in settings.allowed_hosts)

    @property
    def hosts(self) -> tuple[tuple[str, int | None], ...]:
        """The allow-list as name and port; None stands for all ports of a host."""
        return tuple(sorted(self._allowed, key=lambda entry: (entry[0], entry[1] or 0)))

    def allows(self, host: str, port: int) -> bool:
        """Return whether `host`:`port` is on the allow-list; an entry without a port allows all ports of its host."""
        name = _name(host)
        return (name, None) in self._allowed or (name, port) in self._allowed

    def reach(self, what: str, host: str, port: int) -> None:
        """Refuse `what` (such as "database of mes") unless `host`:`port` is on the allow-list."""
        if not self.allows(host, port):
            self.refuse(
                f"{what} at {host}:{port}",
                f"allowed_hosts = {list(self.settings.allowed_hosts)}",
                f'add "{host}:{port}" there if it belongs to this environment',
            )

    def request(self, method: str, url: str) -> None:
        """Refuse an HTTP request to a host that is not allowed, or with a method that may change something."""
        parts = urlsplit(url)
        self.reach(f"{method} {parts.path or '/'}", parts.hostname or "", _port(url))
        if method.upper() not in SAFE_METHODS:
            self.mutate(f"{method} {parts.path or '/'}")

    def mutate(self, what: str) -> None:
        """Refuse `what` unless the environment allows mutations and the scenario is tagged @mutates."""
        if self.settings.mutations != "allow":
            self.refuse(what, f'mutations = "{self.settings.mutations}"', "verify it in an environment that allows it")
        if not self._mutating():
            self.refuse(what, "mutations only in scenarios tagged @mutates", "tag the scenario @mutates")

    def sql(self, statement: str) -> None:
        """Refuse a statement that is not one single read."""
        plain = _SQL_NOISE.sub(" ", statement).strip().rstrip(";")
        word = _SQL_WRITES.search(plain)
        if ";" in plain or word or not _SQL_READS.match(plain):
            why = (
                f"{word[0].upper()!r} writes" if word else "only one SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN reads"
            )
            self.refuse(
                f"SQL {' '.join(statement.split())[:120]!r}", f"SQL is read only ({why})", "rewrite it as one read"
            )

    def command(self, name: str, settings: CommandSettings, arguments: Sequence[str]) -> None:
        """Refuse a command that changes something, unless one of its arguments makes it read only."""
        if settings.mutates and not set(settings.reads_with) & set(arguments):
            reads = f" (it only reads with {', '.join(settings.reads_with)})" if settings.reads_with else ""
            self.mutate(f"command {name!r}{reads}")

    def load(self, what: str, demand: Demand | None = None, at: datetime | None = None) -> None:
        """Refuse load unless the environment allows it, and the demand lies within its budget.

        Args:
            what: The load, as the refusal names it.
            demand: How much of it; None asks only whether there may be any.
            at: The present instant; the clock's by default.
        """
        if self.settings.load != "allow":
            self.refuse(what, f'load = "{self.settings.load}"', "run load in an environment that allows it")
        if self.settings.budget is not None and demand is not None:
            beyond = excess(self.settings.budget, demand, at or datetime.now(UTC))
            if beyond:
                self.refuse(f"{what} ({demand})", *beyond)

    def refuse(self, what: str, line: str, remedy: str) -> None:
        """Raise GuardRefused for `what`, by the `line` of the file, with the remedy."""
        raise GuardRefused(f"{what} was refused before anything was sent, by {self._file} [guard]: {line}; {remedy}")


@contextmanager
def asked() -> Iterator[None]:
    """Mark what is sent inside as asked for: a transport of ours, whose request the guard has let pass."""
    token = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(token)


def was_asked() -> bool:
    """Return whether a transport of ours, having asked the guard, is sending in this context."""
    return _asked.get()


def _host(entry: str) -> tuple[str, int | None]:
    """Return host and port of an entry such as "mes.example.com", "10.0.0.1:8080" or "[::1]:8080"."""
    if entry.count(":") > 1 and not entry.startswith("["):
        return _name(entry), None
    return _name(urlsplit(f"//{entry}").hostname or ""), _port(f"//{entry}") or None


def _port(url: str) -> int:
    """Return the port of `url`, its scheme's default, or 0 when there is none."""
    parts = urlsplit(url)
    try:
        return parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise UsageError(f"{url.removeprefix('//')}: {error}; a port is a number from 1 to 65535") from None


def _name(host: str) -> str:
    return host.lower().rstrip(".").strip("[]")
