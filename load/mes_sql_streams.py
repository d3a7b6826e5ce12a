"""Clients of the plan stream: they open it one after the other, stay to the end, and time each event.

    MES_SQL_TOKEN=... locust -f load/mes_sql_streams.py -H http://127.0.0.1:3001 -u 50 -r 50 -t 60

An event's latency is from the instant in its payload's field `at` to its arrival. A stream that ends early, or on which
nothing came, is a failure. Parameters: `path`, `field`, and `token_variable` (MES_SQL_TOKEN).
"""

import os

from gonogo.workload.generator.locustfile import StreamUser, task


class Listener(StreamUser):
    """A browser with the plan list open."""

    def headers(self) -> dict[str, str]:
        """Send the token as a browser could not: in a header."""
        value = os.environ.get(self.order.parameters.get("token_variable", "MES_SQL_TOKEN"))
        return {**super().headers(), **({"Authorization": f"Bearer {value}"} if value else {})}

    @task
    def listen(self) -> None:
        """Keep the stream open to the end."""
        given = self.order.parameters
        self.follow(given.get("path", "/api/mes/stream/plans"), given.get("field", "at"))
