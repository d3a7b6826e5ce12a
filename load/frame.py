"""The frame of a read load: N users for a time on a list of paths, as the order's parameters name them.

    locust -f load/frame.py -H https://staging.example.com -u 1000 -r 1000 -t 300 --parameters '{"paths": ["/health"]}'

Parameters: `paths`, each asked equally often; `token_variable`, the environment variable with a bearer token.
"""

import itertools
import os

from gonogo.workload.generator.locustfile import LeanUser, task

_turn = itertools.count()


class Reader(LeanUser):
    """Reads the paths one after the other, all users together."""

    def headers(self) -> dict[str, str]:
        """Send the token, where one is named."""
        variable = self.order.parameters.get("token_variable")
        return {"Authorization": f"Bearer {os.environ[variable]}"} if variable else {}

    @task
    def read(self) -> None:
        """GET the next path."""
        paths = self.order.parameters.get("paths") or ["/"]
        self.client.get(paths[next(_turn) % len(paths)])
