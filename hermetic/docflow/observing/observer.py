"""A running observer: asking it, having it forget or read its configuration again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hermetic.docflow.observing.orders import Orders
from hermetic.errors import HermeticError
from hermetic.kit.command import request
from hermetic.process import Child, stop_all

ASK_TIMEOUT_S = 20.0
EVERYTHING = quote('{__name__=~".+"}')


@dataclass(frozen=True)
class Observer:
    """A running observer.

    Args:
        kind: "prometheus" or "own".
        url: Where it answers.
        asked: What it was asked to do.
        orders: What it does: the same, but for planted faults.
        rules: The text of its rules, as it has read them.
    """

    kind: str
    url: str
    asked: Orders
    orders: Orders
    rules: str
    child: Child

    @property
    def home(self) -> Path:
        return self.child.log.parent

    @property
    def alive(self) -> bool:
        return self.child.alive

    @property
    def ready(self) -> bool:
        """Tell whether it answers, and is the one that was started."""
        try:
            return request("GET", f"{self.url}/-/ready", timeout_s=ASK_TIMEOUT_S)[0] == 200 and self.alive
        except HermeticError:
            return False

    def query(self, promql: str) -> list[dict[str, Any]]:
        """Return the series that a query gives now; raises HermeticError when it refuses it."""
        body = self._ask("GET", f"/api/v1/query?query={quote(promql)}")
        result: list[dict[str, Any]] = body["data"]["result"]
        return result

    def forget(self) -> None:
        """Have it forget every sample; raises HermeticError when it does not."""
        self._ask("POST", f"/api/v1/admin/tsdb/delete_series?match[]={EVERYTHING}")

    def reload(self) -> None:
        """Have it read its configuration and rules again; raises HermeticError when it refuses them."""
        self._ask("POST", "/-/reload")

    def stop(self) -> None:
        """End it at once: what it has stored is thrown away."""
        stop_all([self.child], grace_s=2.0)

    def _ask(self, method: str, path: str) -> Any:
        status, body = request(method, self.url + path, timeout_s=ASK_TIMEOUT_S)
        if status not in (200, 204):
            said = body if body is not None else self.child.tail(3)
            raise HermeticError(f"{self.url} answers {method} {path} with {status}: {said}", f"see {self.child.log}")
        return body
