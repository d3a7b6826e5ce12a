"""Where locust's events meet the process and its role."""

import os
from typing import Any

import locust.runners
from locust import events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from gonogo.process import die_with_parent
from gonogo.workload.generator import fence, options, process, roles
from gonogo.workload.generator.master import Master
from gonogo.workload.generator.users import record_fast_request
from gonogo.workload.generator.worker import Worker
from gonogo.workload.order import ORDER_VARIABLE

_REPORTS_EVERY_S = 1.0
_role: roles.Alone | Master | Worker | None = None


def listen() -> None:
    """Listen to locust's events; a report is filled before locust's own listeners see it."""
    events.init_command_line_parser.add_listener(options.add_options)
    events.request.add_listener(record_fast_request)
    events.init.add_listener(_init)
    events.test_start.add_listener(_test_start)
    events.spawning_complete.add_listener(_spawned)
    events.test_stopping.add_listener(_stopping)
    events.test_stop.add_listener(_stopped)
    events.report_to_master.add_listener(_report)
    events.worker_report.add_listener(_reported)
    events.quit.add_listener(_quit)
    locust.runners.WORKER_REPORT_INTERVAL = _REPORTS_EVERY_S


def _init(environment: Environment, **_: Any) -> None:
    global _role
    if os.environ.get(ORDER_VARIABLE):
        die_with_parent()
    ours = process.GeneratorProcess(environment)
    process.install(ours)
    runner: Any = environment.runner
    kind = Master if isinstance(runner, MasterRunner) else Worker if isinstance(runner, WorkerRunner) else roles.Alone
    _role = kind(environment, ours)
    events.quitting.add_listener(_quitting)  # last, and so first when locust goes through them backwards
    fence.hold(_present_fence)


def _present_fence() -> fence.Fence | None:
    found = process.present()
    return found.fence if found else None


def _test_start(**_: Any) -> None:
    if _role:
        _role.test_start()


def _spawned(**_: Any) -> None:
    if _role:
        _role.spawned()


def _stopping(**_: Any) -> None:
    if process.present():
        process.current().halt()


def _stopped(**_: Any) -> None:
    if _role:
        _role.settle()


def _report(data: dict[str, Any], **_: Any) -> None:
    if isinstance(_role, Worker):
        _role.report(data)


def _reported(client_id: str, data: dict[str, Any], **_: Any) -> None:
    if isinstance(_role, Master):
        _role.absorb(client_id, data)


def _quitting(**_: Any) -> None:
    if _role:
        _role.told_to_stop()


def _quit(**_: Any) -> None:
    if _role:
        _role.finish()
