"""What a locust file imports: users, locust's `task`, and the process they run in. Importing it listens to locust."""

from locust import task

from gonogo.workload.generator import hooks
from gonogo.workload.generator.answer import Answer
from gonogo.workload.generator.client import succeeds
from gonogo.workload.generator.process import current
from gonogo.workload.generator.streams import StreamUser
from gonogo.workload.generator.users import LeanUser, ScheduledFastHttpUser

__all__ = ["Answer", "LeanUser", "ScheduledFastHttpUser", "StreamUser", "current", "succeeds", "task"]
hooks.listen()
