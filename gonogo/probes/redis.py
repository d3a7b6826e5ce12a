"""Redis: asks with commands that only read."""

import json
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gonogo.evidence import Evidence
from gonogo.guard import Guard, asked
from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Unverified
from gonogo.settings import RedisSettings

# fmt: off
READS = frozenset({
    "DBSIZE", "EXISTS", "GET", "GETRANGE", "HEXISTS", "HGET", "HGETALL", "HKEYS", "HLEN", "HMGET", "INFO",
    "LINDEX", "LLEN", "LRANGE", "MGET", "PING", "PTTL", "SCAN", "SCARD", "SISMEMBER", "SMEMBERS", "STRLEN",
    "TIME", "TTL", "TYPE", "XINFO", "XLEN", "XRANGE", "ZCARD", "ZCOUNT", "ZRANGE", "ZSCORE",
})
# fmt: on
_EVIDENCE_CHARACTERS = 4096


class RedisProbe:
    """Asks one Redis database; other commands than those in READS are refused before anything is sent."""

    source = "redis"

    def __init__(self, name: str, settings: RedisSettings, guard: Guard, evidence: Evidence) -> None:
        self.name = name
        self._settings = settings
        self._guard = guard
        self._evidence = evidence
        self._client = redis.Redis(
            host=settings.host,
            port=settings.port,
            db=settings.db,
            password=settings.password.reveal() if settings.password else None,
            socket_timeout=settings.deadline_s,
            socket_connect_timeout=settings.deadline_s,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
            encoding_errors="replace",
        )

    def ask(self, command: str, *arguments: str | int) -> Any:
        """Return the reply to one read, e.g. ask("HGETALL", "plan:7").

        Raises:
            GuardRefused: If the command may write, or the host is not allowed; nothing was sent.
            Unverified: If Redis cannot be reached, does not answer in time, or refuses the command.
        """
        word = command.upper()
        subject = " ".join(map(str, (word, *arguments)))
        if word not in READS:
            self._guard.refuse(
                f"Redis command {subject[:80]!r}", "Redis is read only", f"use one of {', '.join(sorted(READS))}"
            )
        self._guard.reach(f"Redis of {self.name}", self._settings.host, self._settings.port)
        try:
            with asked():
                reply = self._client.execute_command(word, *arguments)  # type: ignore[no-untyped-call]
        except redis.RedisError as error:
            said = self._evidence.scrub(str(error)[:300])
            place = f"{self._settings.host}:{self._settings.port}/{self._settings.db}"
            raise Unverified(
                f"Redis of {self.name}: {subject}: {place}: {said}; check [targets.{self.name}.redis]"
            ) from None
        shown = json.dumps(reply, default=str, ensure_ascii=False)[:_EVIDENCE_CHARACTERS]
        self._evidence.add(f"redis {subject}"[:80], f"{subject}\n\n{shown}\n")
        return reply

    def count(self, subject: str, command: str, *arguments: str | int) -> Measurement:
        """Return a reply that is a whole number (of INCR counters, LLEN, TTL ...) as a measurement of `subject`.

        Raises:
            Inconclusive: If there is no such key, or its value is no whole number.
        """
        reply = self.ask(command, *arguments)
        query = " ".join(map(str, (command.upper(), *arguments)))
        try:
            value = int(reply)
        except (TypeError, ValueError):
            raise Inconclusive(f"{subject}: {query} gave {reply!r}, which is no count and not zero") from None
        return Measurement(subject, value, "count", source=self.source, query=query)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
