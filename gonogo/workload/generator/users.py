"""The users that locust files subclass: lean ones for plain HTTP, and locust's fast ones under the same scheduler."""

from collections.abc import Callable
from time import perf_counter, time
from typing import Any

from locust import FastHttpUser, User

from gonogo.workload.generator.client import LeanClient
from gonogo.workload.generator.outgoing import standing, tls_context
from gonogo.workload.generator.process import GeneratorProcess, current
from gonogo.workload.generator.turns import take_turns


class LeanUser(User):
    """A user with a lean client. Its tasks are locust's: methods with @task.

    Attributes:
        client: Sends and records; see `LeanClient`.
        order: What this run does, with the parameters of the locust file.
    """

    abstract = True

    def headers(self) -> dict[str, str]:
        """Return header fields for each of the user's requests, such as a token."""
        return {}

    def prepare(self) -> None:
        """Do what the user needs before its first start; nothing of it is recorded as a start."""

    def on_start(self) -> None:
        """Make the client, prepare, and take turns until the end."""
        process = current()
        self.order = process.order
        self.client: LeanClient = process.client(self.headers())
        self.prepare()
        take_turns(self, process.arrivals, self._begin, process.broke)

    def on_stop(self) -> None:
        """Close the connection."""
        self.client.close()

    def _begin(self, due: float) -> None:
        self.client.due = due


class ScheduledFastHttpUser(FastHttpUser):
    """Locust's FastHttpUser under our scheduler and recorder: for cookies, redirects and gzip, at more CPU.

    Its certificates are verified, unlike locust's default.
    """

    abstract = True
    insecure = False

    def __init__(self, environment: Any) -> None:
        process = current()
        self.ssl_context_factory = lambda: tls_context(process.order.ca_file)
        super().__init__(environment)
        self.order = process.order
        self._due: float | None = None
        self.client.request = self._fenced(process, self.client.request)  # type: ignore[method-assign]

    def context(self) -> dict[str, Any]:
        """Hand the intended start on to the listener that records."""
        due, self._due = self._due, None
        return {"gonogo_due": due}

    def prepare(self) -> None:
        """Do what the user needs before its first start."""

    def on_start(self) -> None:
        """Prepare, and take turns until the end."""
        self.prepare()
        process = current()
        take_turns(self, process.arrivals, self._begin, process.broke)

    def _begin(self, due: float) -> None:
        self._due = due

    def _fenced(self, process: GeneratorProcess, request: Callable[..., Any]) -> Callable[..., Any]:
        marks = standing(process.order)

        def fenced(method: str, url: str, *args: Any, headers: dict[str, str] | None = None, **more: Any) -> Any:
            process.fence.request(method)
            return request(method, url, *args, headers={**marks, **(headers or {})}, **more)

        return fenced


def record_fast_request(
    request_type: str,
    name: str,
    response_time: float,
    exception: BaseException | None = None,
    context: dict[str, Any] | None = None,
    start_time: float = 0.0,
    **_: Any,
) -> None:
    """Record a request of a fast user; those of lean users have been recorded already."""
    if not context or "gonogo_due" not in context:
        return
    sent = perf_counter() - (time() - start_time)
    due = sent if context["gonogo_due"] is None else context["gonogo_due"]
    done, key, process = sent + response_time / 1000, f"{request_type} {name}", current()
    process.fired.add(key)
    if exception is None:
        process.recorder.success(key, min(due, sent), sent, done)
    else:
        process.recorder.failure(key, min(due, sent), sent, done, str(exception) or repr(exception))
