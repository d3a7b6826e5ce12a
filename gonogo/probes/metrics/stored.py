"""Figures that are stored: in the target's database, or in its Redis."""

import re
from typing import TYPE_CHECKING, Any

from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings
from gonogo.outcome import Inconclusive
from gonogo.probes import strict_json
from gonogo.probes.metrics.figures import Rate, counted, in_unit, number, plain, whole
from gonogo.probes.redis import RedisProbe
from gonogo.probes.sql import SqlProbe

if TYPE_CHECKING:
    from gonogo.target import Target

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


class SqlSource:
    """Reads figures by SQL: one row with one column, with `value` and `samples`, or with `events` and `total`."""

    source = "sql"

    def __init__(self, sql: SqlProbe) -> None:
        self._sql = sql

    def read(self, name: str, settings: MetricSettings) -> Measurement | Rate:
        """Return the figure `name`.

        Raises:
            Inconclusive: If there is not one such row, or a number is NULL, no number or negative.
            GuardRefused, Unverified: As `SqlProbe.rows` says.
        """
        rows = self._sql.rows(settings.sql or "", query=name)
        columns = set(rows[0]) if len(rows) == 1 else set()
        if columns == {"events", "total"}:
            return counted(name, settings.min_samples, rows)
        if columns == {"value", "samples"}:
            samples = whole(name, "samples", number(name, "samples", plain(rows[0]["samples"])))
            return self._value(name, settings, rows[0]["value"], samples)
        if len(columns) == 1:
            return self._value(name, settings, next(iter(rows[0].values())), None)
        raise Inconclusive(
            f"{name}: the query gave {len(rows)} rows with the columns {', '.join(rows[0]) if rows else '(none)'}, "
            "required one row with one column, with value and samples, or with events and total [sql]"
        )

    def close(self) -> None:
        """Nothing to give back: the SQL probe belongs to the target."""

    def _value(self, name: str, settings: MetricSettings, found: Any, samples: int | None) -> Measurement:
        if found is None:
            raise Inconclusive(f"{name}: the query gave NULL, which is not zero [sql]; is there anything to count?")
        value = in_unit(number(name, "the only row", plain(found)), settings.scale, settings.unit)
        return Measurement(name, value, settings.unit, samples=samples, source=self.source, query=name)


class RedisSource:
    """Reads figures with a command of Redis that only reads; after "#", a JSON pointer into its reply."""

    source = "redis"

    def __init__(self, redis: RedisProbe) -> None:
        self._redis = redis

    def read(self, name: str, settings: MetricSettings) -> Measurement:
        """Return the figure `name`.

        Raises:
            Inconclusive: If there is no such key or field, or it is no number.
            GuardRefused, Unverified: As `RedisProbe.ask` says.
        """
        asked = settings.redis or ""
        command, _, pointer = asked.partition("#")
        reply = self._redis.ask(*command.split())
        try:
            found = strict_json.resolve(reply, pointer, command)
        except strict_json.Absent as absent:
            raise Inconclusive(f"{name}: the figure is absent, which is not zero: {absent} [redis: {asked}]") from None
        if isinstance(found, str) and _NUMBER.fullmatch(found):
            found = float(found)
        value = in_unit(number(name, asked, found), settings.scale, settings.unit)
        return Measurement(name, value, settings.unit, source=self.source, query=asked)

    def close(self) -> None:
        """Nothing to give back: the Redis probe belongs to the target."""


def sql_of_target(target: "Target") -> SqlSource:
    """Return the source for one target."""
    return SqlSource(target.sql)


def redis_of_target(target: "Target") -> RedisSource:
    """Return the source for one target."""
    return RedisSource(target.redis)
