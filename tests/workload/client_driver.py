"""Sends requests with the lean client in a process of its own, since gevent may not come into pytest's.

Reads {"order": {...}, "requests": [[method, path, document, pause_s], ...]} and prints one JSON line.
"""

import json
import sys
from time import perf_counter

import gevent
from gevent import monkey

monkey.patch_all()

from gonogo.workload.generator.client import LeanClient  # noqa: E402
from gonogo.workload.generator.fence import Fence, Refused  # noqa: E402
from gonogo.workload.generator.recorder import Recorder  # noqa: E402
from gonogo.workload.order import Order  # noqa: E402
from gonogo.workload.recording import Recording  # noqa: E402


def main(told: dict[str, object]) -> None:
    order = Order.from_dict(told["order"])  # type: ignore[arg-type]
    fence, recorder, retried, whole = Fence(order), Recorder(), [], Recording()
    client = LeanClient(order, fence, recorder, retried=lambda: retried.append(1))
    answers = []
    for method, path, document, pause_s in told["requests"]:  # type: ignore[attr-defined]
        began = perf_counter()
        try:
            answer = client.request(method, path, document)
            said = [answer.status, len(answer.body), answer.body[:40].decode(), answer.failure]
        except Refused as refused:
            said = [0, 0, "", str(refused)]
        answers.append([*said, perf_counter() - began, len(retried)])
        gevent.sleep(pause_s)
    whole.add(recorder.take())
    requests, failed = whole.requests(phases=("warm", "steady"))
    print(json.dumps({"answers": answers, "requests": requests, "failed": failed, "refusals": fence.refusals}))


main(json.load(sys.stdin))
