"""The recorded traffic of the days of the rollout: who answered what, how fast, and with which status."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from hermetic.kit.log import timestamp
from hermetic.mes_sql.seeding.load import Connection

DAY = timedelta(hours=24)
LOGGED = 24 * 60
PATHS = ("production-plans", "workers", "stations")
REQUESTS = 80_000  # a day
SHARES = {3: 0.1, 4: 0.5, 5: 1.0}  # of green
FAILS_EACH = 20_000
# Spread by multiples of primes, so that every world has the same: 8 to 38 ms, one in fifty up to 90.
ROWS = """
insert into mes.mes_requests (at, method, path, status, duration_ms, colour)
select %(begin)s + (%(end)s - %(begin)s) * (i::double precision / %(count)s),
       case when i %% 9 = 0 then 'POST' else 'GET' end,
       case when i %% 3 = 0 then '/api/mes/production-plans/' || 'PPL-0125-' || lpad((1 + i %% 100)::text, 3, '0')
            when i %% 3 = 1 then '/api/mes/production-plans' else '/api/mes/workers' end,
       case when i %% %(fails)s = %(fails)s / 2 + 50 then 500 when i %% 9 = 0 then 201 else 200 end,
       %(slower)s * (8 + 30 * ((i * 7919) %% 1000) / 1000.0 + case when i %% 50 = 7 then 52 else 0 end),
       case when (i * 37 + i / 100) %% 100 < %(share)s then 'green' else 'blue' end
from generate_series(1, %(count)s) as i
"""


def record(connection: Connection, day: int, end: datetime, faults: Collection[str]) -> None:
    """Record a day's traffic, the 24 hours up to a moment.

    Faults may fail more of it, slow it down, or leave an hour out.
    """
    values = {
        "begin": end - DAY,
        "end": end,
        "count": REQUESTS,
        "share": int(100 * SHARES[day]),
        "fails": 200 if "high-error-rate" in faults else FAILS_EACH,
        "slower": 6.0 if "slow-days" in faults else 1.0,
    }
    connection.execute(ROWS, values)
    if "traffic-gap" in faults:
        gap = [end - timedelta(hours=9), end - timedelta(hours=8)]
        connection.execute("delete from mes.mes_requests where at between %s and %s", gap)


def write_log(path: Path, end: datetime) -> None:
    """Write the log of a day: what the instance said of its requests, a line a minute."""
    lines = [
        f"{timestamp(end - DAY + timedelta(minutes=n))} INFO GET /api/mes/{PATHS[n % 3]} 200 {8 + n % 30} ms"
        for n in range(LOGGED)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
