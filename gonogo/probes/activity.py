"""Who is connected to a database and what they do: pg_stat_activity, and who waits for whom."""

import re
from collections import Counter
from dataclasses import dataclass

from gonogo.outcome import Unverified
from gonogo.probes.sql import Row, SqlProbe

_SESSIONS = """
    select pid, coalesce(application_name, '') as application, state, usename as "user",
           coalesce(query, '') as query,
           concat_ws(': ', wait_event_type, wait_event) as waits, pid = pg_backend_pid() as ours,
           pg_blocking_pids(pid) as blocked_by, extract(epoch from clock_timestamp() - query_start)::float8 as since_s
    from pg_stat_activity
    where datname = current_database() and coalesce(backend_type, 'client backend') = 'client backend' order by pid
"""
HIDDEN = "<insufficient privilege>"
"""What the server shows of other roles' statements to a role that is no member of pg_monitor."""
_LISTEN = re.compile(r'^\s*listen\s+"?([^";\s]+)"?\s*;?\s*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Session:
    """One client's connection to the database.

    Attributes:
        state: "active", "idle", "idle in transaction" ...; a session that only listens is "idle".
        query: The statement that it runs, or ran last.
        waits: What it waits for, e.g. "Lock: relation" or "Client: ClientRead"; empty where for nothing.
        ours: Whether it is the one that asks.
    """

    pid: int
    application: str
    state: str
    user: str
    query: str
    waits: str
    ours: bool

    @property
    def channel(self) -> str:
        """The channel that its last statement began to listen to; empty where that was another statement."""
        found = _LISTEN.match(self.query)
        return found[1] if found else ""

    @property
    def listens(self) -> bool:
        """Whether its last statement was LISTEN."""
        return bool(self.channel)


@dataclass(frozen=True, slots=True)
class LockWait:
    """A session that waits for a lock, who holds it up, and how long its statement has run, in seconds."""

    pid: int
    blocked_by: tuple[int, ...]
    waited_s: float
    query: str


class Activity:
    """Looks at the sessions of one database, each time anew.

    Raises:
        Unverified: If the role may not see what the sessions of other roles do.
    """

    source = "sql"

    def __init__(self, sql: SqlProbe) -> None:
        self._sql = sql

    def sessions(self) -> tuple[Session, ...]:
        """Return every client's session of this database, ours included."""
        return tuple(_session(row) for row in self._rows())

    def by_state(self) -> Counter[str]:
        """Count the others' sessions by state."""
        return Counter(session.state for session in self.sessions() if not session.ours)

    def by_application(self) -> Counter[str]:
        """Count the others' sessions by application name; "" for those that give none."""
        return Counter(session.application for session in self.sessions() if not session.ours)

    def listening(self, channel: str | None = None) -> int:
        """Count the sessions whose last statement was LISTEN, for `channel` where one is given."""
        channels = [session.channel for session in self.sessions() if session.listens]
        return len(channels) if channel is None else channels.count(channel)

    def lock_waits(self) -> tuple[LockWait, ...]:
        """Return the sessions that wait for a lock of another."""
        return tuple(
            LockWait(row["pid"], tuple(row["blocked_by"]), row["since_s"], row["query"])
            for row in self._rows()
            if row["blocked_by"]
        )

    def _rows(self) -> list[Row]:
        rows = self._sql.rows(_SESSIONS, query="sessions")
        hidden = sum(row["query"] == HIDDEN for row in rows)
        if hidden:
            raise Unverified(
                f"{self._sql.name}: {hidden} of {len(rows)} sessions are hidden from the role of [targets."
                f"{self._sql.name}.database]; make it a member of pg_monitor"
            )
        return rows


def _session(row: Row) -> Session:
    return Session(
        row["pid"], row["application"], row["state"] or "", row["user"] or "", row["query"], row["waits"], row["ours"]
    )
