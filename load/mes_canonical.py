"""Ten plans created at once, then five of them launched at once, on the MES of the canonical model.

    locust -f load/mes_canonical.py -H http://127.0.0.1:3000 -u 10 -r 10 -t 10 --mutates

With an order, starts come in two bursts: the first creates, the second launches. Alone, creating and launching take
turns. What is made carries the run's mark in its name and its tag, and is removed at the end.
"""

import itertools
import json

from gonogo.workload.generator.locustfile import Answer, LeanUser, current, succeeds, task
from systems.mes.sample import plan

PLANS = "/api/mes/production-plans"
_created: list[str] = []
_to_launch: list[str] = []
_numbers = itertools.count(1)


def created(answer: Answer) -> str:
    """Say why an answer is none to a creation."""
    return "" if answer.status == 201 else f"status {answer.status}"


def remove_all() -> None:
    """Remove every plan that was made here, and complain of what could not be removed."""
    client = current().unrecorded_client()
    answers = {plan_id: client.request("DELETE", f"{PLANS}/{plan_id}") for plan_id in _created}
    client.close()
    _created.clear()
    _to_launch.clear()
    left = [plan_id for plan_id, answer in answers.items() if succeeds(answer)]
    if left:
        raise RuntimeError(f"plans are left behind: {', '.join(left)}")


class Planner(LeanUser):
    """Somebody who creates a plan, or launches one."""

    def prepare(self) -> None:
        """See that what is made will be removed, once a process."""
        if remove_all not in current().at_end:
            current().at_end.append(remove_all)

    @task
    def create_or_launch(self) -> None:
        """Launch in a start of the second burst, or where a plan waits for it; else create."""
        bursts = self.order.bursts
        second = len(bursts) > 1 and current().elapsed_s >= bursts[1][0]
        if second or (not bursts and _to_launch):
            self.launch()
        else:
            self.create()

    def create(self) -> None:
        """Create a plan under the run's mark."""
        run = self.order.run
        document = {**plan(), "name": f"Load {run} {next(_numbers)}", "tag": run}
        answer = self.client.post(PLANS, document, check=created)
        if not answer.failure:
            plan_id = str(json.loads(answer.body)["plan"]["id"])
            _created.append(plan_id)
            _to_launch.append(plan_id)

    def launch(self) -> None:
        """Launch a plan that was created here."""
        plan_id = _to_launch.pop() if _to_launch else "none-was-created"
        self.client.post(f"{PLANS}/{plan_id}/launch", name=f"{PLANS}/:id/launch")
