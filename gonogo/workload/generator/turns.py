"""A user's turns: it waits for a start, does one task for it, and waits again. The one place with locust's states.

Locust's own loop keeps a queue of tasks and sleeps between them; this one takes the same tasks (with their weights and
tags), costs a quarter less, and never sleeps.
"""

import logging
import random
import traceback
from collections.abc import Callable
from typing import Any

from gevent import GreenletExit
from locust import User
from locust.exception import StopTest, StopUser
from locust.user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING

from gonogo.workload.generator.arrivals import Arrivals
from gonogo.workload.generator.fence import Refused

_log = logging.getLogger(__name__)
Broken = Callable[[], None]


def take_turns(user: User, arrivals: Arrivals, begin: Callable[[float], None], broken: Broken) -> None:
    """Serve starts until locust stops the user.

    Args:
        user: Its `tasks` are functions of the user; which of them a start gets is drawn by weight.
        arrivals: Gives the starts.
        begin: Told the intended start (of perf_counter) of the task that follows.
        broken: Called for a task that ended with an error of its own.
    """
    tasks: list[Any] = list(user.tasks)
    single = tasks[0] if len(tasks) == 1 else None
    while user._state != LOCUST_STATE_STOPPING:
        user._state = LOCUST_STATE_WAITING
        due = arrivals.wait()
        user._state = LOCUST_STATE_RUNNING
        begin(due)
        _take(user, single or random.choice(tasks), arrivals, broken)  # noqa: S311  # no secret


def _take(user: User, task: Callable[[User], object], arrivals: Arrivals, broken: Broken) -> None:
    aborted = True
    try:
        task(user)
        aborted = False
    except (StopUser, StopTest, GreenletExit):
        raise
    except Refused:
        aborted = False  # the fence has counted it
    except Exception as error:
        aborted = False
        broken()
        user.environment.events.user_error.fire(user_instance=user, exception=error, tb=error.__traceback__)
        _log.error("%s\n%s", error, traceback.format_exc())
    finally:
        arrivals.ended(aborted=aborted)
