"""The same request several times at the same moment, each over a connection of its own."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.outcome import Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.probes.exchange import Ask, Exchange, Json
from gonogo.probes.reply import Reply
from gonogo.workbench import Workbench


@dataclass(frozen=True)
class Answer:
    """What came of one of the requests: a reply, or why there is none."""

    reply: Reply | None
    failure: str = ""

    @property
    def said(self) -> str:
        """The status, or why there is none."""
        return str(self.reply.status) if self.reply else self.failure


def post_at_once(bench: Workbench, posts: Sequence[tuple[str, Json]], target: str = "mes") -> list[Answer]:
    """POST each path and body from a thread of its own, all at the same moment, and return the answers in order.

    Raises:
        GuardRefused: If host or method is not allowed; nothing was sent.
    """
    settings = bench.target(target).settings
    asks = [Ask("POST", path, settings.base_url + path, None, body) for path, body in posts]
    for ask in asks:
        bench.guard.request(ask.method, ask.url)
    headers = {**settings.headers, "User-Agent": USER_AGENT, RUN_HEADER: bench.run}
    exchanges = [Exchange(target, settings, headers) for _ in asks]
    answers: list[Answer] = [Answer(None, "not sent")] * len(asks)
    gate = threading.Barrier(len(asks))

    def send(number: int) -> None:
        gate.wait()
        answers[number] = _send(exchanges[number], asks[number])

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(len(asks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(settings.deadline_s + 5)
    record = [{"path": ask.path, "answer": answer.said} for ask, answer in zip(asks, answers, strict=True)]
    bench.evidence.add(f"{len(asks)} requests at once", json.dumps(record, indent=1), "application/json", ".json")
    return answers


def _send(exchange: Exchange, ask: Ask) -> Answer:
    try:
        return Answer(exchange.run(ask))
    except (Missed, Unverified) as failure:
        return Answer(None, str(failure))
    finally:
        exchange.renew()
