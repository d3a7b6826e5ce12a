"""A Prometheus that answers as told: by what is asked, on top of the fault rig, and healthy unless told otherwise."""

import json
import re
import socket
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fault_rig import Rig

Vector = list[tuple[dict[str, str], str]]


@dataclass
class PrometheusRig:
    """Answers /api/v1/query: `told` first, by the first expression found in the query, then as a healthy server would.

    Attributes:
        told: Expression and (labels, value) pairs, or a whole document.
        offset_s: How far its clock is from ours.
    """

    rig: Rig
    told: list[tuple[str, Vector | dict[str, Any]]] = field(default_factory=list)
    offset_s: float = 0.0

    def __post_init__(self) -> None:
        for path in ("/api/v1/query", "/api/v1/query_range"):
            self.rig.behaviours[path] = self._answer

    def tell(self, expression: str, *values: str, **labels: str) -> None:
        """Let queries in which `expression` is found give these values, with the same labels."""
        self.told.insert(0, (expression, [(labels, value) for value in values]))

    def tell_series(self, expression: str, series: Vector) -> None:
        self.told.insert(0, (expression, series))

    def tell_document(self, expression: str, document: dict[str, Any]) -> None:
        self.told.insert(0, (expression, document))

    def queries(self) -> list[str]:
        """What was asked, in order."""
        return [_query(request) for request in self.rig.asked]

    def _answer(self, connection: socket.socket) -> bool:
        query = _query(self.rig.asked[-1])
        body = json.dumps(self._document(query)).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        return True

    def _document(self, query: str) -> dict[str, Any]:
        now = time.time() + self.offset_s
        if query == "time()":
            return {"status": "success", "data": {"resultType": "scalar", "result": [now, f"{now:.3f}"]}}
        healthy: list[tuple[str, Vector]] = [
            (r"^time\(\) - min", [({}, "3")]),
            (r"resets\(", [({}, "0")]),
            (r" unless ", []),
            (r"^count\(.*offset", [({}, "1")]),
            (r"count_over_time", [({}, "20")]),
            (r"^min_over_time|^up\{", [({"instance": "a"}, "1"), ({"instance": "b"}, "1")]),
        ]
        found = next((answer for expression, answer in [*self.told, *healthy] if re.search(expression, query)), [])
        if isinstance(found, dict):
            return found
        result = [{"metric": labels, "value": [now, value]} for labels, value in found]
        return {"status": "success", "data": {"resultType": "vector", "result": result}}


def _query(request: str) -> str:
    line, _, body = request.partition("\r\n")
    form = body.rpartition("\r\n\r\n")[2] if line.startswith("POST") else urlsplit(line.split()[1]).query
    return parse_qs(form).get("query", [""])[0]
