"""Asking the MES without a pause while something is done to it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from gonogo.outcome import Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.probes.exchange import Ask, Exchange
from gonogo.workbench import Workbench
from systems.mes.api import PLANS

_PATH = f"{PLANS}?limit=20"
_AFTERWARDS = 20


@dataclass
class Answers:
    """How many requests were answered, and what became of each that was not."""

    good: int = 0
    bad: list[str] = field(default_factory=list)


def asked_during(bench: Workbench, act: Callable[[], object]) -> Answers:
    """List plans over a fresh connection each time, from before `act` until some requests after it, and count.

    A connection that closes without an answer is tried once more, as browsers and proxies do with a GET.

    Raises:
        GuardRefused: If host or method is not allowed; nothing was sent.
    """
    settings = bench.target("mes").settings
    ask = Ask("GET", _PATH, settings.base_url + _PATH, None, None)
    bench.guard.request(ask.method, ask.url)
    headers = {**settings.headers, "User-Agent": USER_AGENT, RUN_HEADER: bench.run}
    exchange, answers, done = Exchange("mes", settings, headers), Answers(), threading.Event()

    def keep_asking() -> None:
        left = _AFTERWARDS
        while left:
            _once(exchange, ask, answers)
            left -= done.is_set()

    thread = threading.Thread(target=keep_asking, daemon=True)
    thread.start()
    try:
        act()
    finally:
        done.set()
        thread.join(settings.deadline_s * 2)
    return answers


def _once(exchange: Exchange, ask: Ask, answers: Answers) -> None:
    try:
        status = _status(exchange, ask)
    except (Missed, Unverified) as failure:
        answers.bad.append(str(failure))
        return
    if status == 200:
        answers.good += 1
    else:
        answers.bad.append(f"status {status}")


def _status(exchange: Exchange, ask: Ask) -> int:
    """Return the status of the answer to the first try, or to a second one where the first had none."""
    try:
        return exchange.run(ask).status
    except (Missed, Unverified):
        exchange.renew()
        return exchange.run(ask).status
    finally:
        exchange.renew()
