"""Which of several services answered: fresh requests through a balancer, counted by a response header."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.evidence import Evidence
from gonogo.outcome import Inconclusive
from gonogo.probes.http import HttpProbe
from gonogo.probes.reply import Reply

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """Who answered `asked` requests.

    Attributes:
        request: Method and path, e.g. "GET /health".
        header: The header that names who answered, e.g. "X-Colour".
        counts: Answers by who gave them, whatever their status: a request that failed there was sent there.
        errors: Of these, the answers with a status of 400 or above.
        unassigned: Requests that nobody can be said to have answered, by what happened instead.
    """

    request: str
    header: str
    counts: Mapping[str, int]
    errors: Mapping[str, int]
    unassigned: Mapping[str, int]
    asked: int

    def complete(self) -> dict[str, int]:
        """Return the counts.

        Raises:
            Inconclusive: If there are requests of which nobody knows who answered them.
        """
        missing = sum(self.unassigned.values())
        if missing:
            told = "; ".join(f"{times} times {reason}" for reason, times in list(self.unassigned.items())[:_SHOWN])
            raise Inconclusive(
                f"{self.request}: {missing} of {self.asked} requests cannot be counted by {self.header}: {told}"
            )
        return dict(self.counts)


def spread(http: HttpProbe, evidence: Evidence, path: str, n: int, header: str) -> Spread:
    """Send `n` GETs, each over a connection of its own, and count who answered; no answer is left out.

    Raises:
        GuardRefused: If the host is not allowed; nothing was sent.
    """
    counts, errors, unassigned = Counter[str](), Counter[str](), Counter[str]()
    for answer in http.sample(path, n):
        if not isinstance(answer, Reply):
            unassigned[str(answer)] += 1
        elif not (who := answer.headers.get(header, "").strip()):
            unassigned[f"status {answer.status} without {header}"] += 1
        else:
            counts[who] += 1
            errors[who] += answer.status >= 400
    found = Spread(f"GET {path}", header, dict(counts), dict(+errors), dict(unassigned), n)
    record: dict[str, Any] = {"asked": n, "counts": counts, "errors": +errors, "unassigned": unassigned}
    evidence.add(f"{n} requests of {found.request} by {header}", json.dumps(record), "application/json", ".json")
    return found
