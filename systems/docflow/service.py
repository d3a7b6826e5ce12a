"""DocFlow over its API, its tools and its control port, in typed calls. Nothing here judges."""

from typing import Any

from gonogo.outcome import Unverified
from gonogo.probes.command import CommandResult
from gonogo.probes.reply import Reply
from gonogo.target import Target
from gonogo.workbench import Workbench

Document = dict[str, Any]

FEATURES = ("queue_ai_enrichment", "analytics_forecasting", "export_scheduling")
PAGES = ("queue", "analytics", "export")
LISTS = ("queue", "analytics", "export at once", "schedules", "audit")
"""Names of the paths below the administration that are read by GET."""
ASKED = 100
"""For how many documents the queue is asked, where nobody says otherwise."""


class DocFlow:
    """One DocFlow: the router, both instances, the remote flag, and the Prometheus that watches them."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    @property
    def router(self) -> Target:
        """Where users reach it; commands, papers, checkout and database belong to it."""
        return self.bench.target("docflow")

    @property
    def strangers(self) -> Target:
        """The router as somebody without a token meets it."""
        return self.bench.target("docflow_strangers")

    @property
    def stable(self) -> Target:
        return self.bench.target("docflow_stable")

    @property
    def canary(self) -> Target:
        return self.bench.target("docflow_canary")

    @property
    def strange_canary(self) -> Target:
        """The canary as somebody without a token meets it."""
        return self.bench.target("docflow_canary_strangers")

    @property
    def flag(self) -> Target:
        """The edge config document that holds the flag."""
        return self.bench.target("edge_config")

    @property
    def strange_flag(self) -> Target:
        """The edge config document as somebody without a token meets it."""
        return self.bench.target("edge_config_strangers")

    @property
    def grafana(self) -> Target:
        """The address at which the plan asks its queries."""
        return self.bench.target("grafana")

    @property
    def arms(self) -> dict[str, Target]:
        """Both instances by the name of their arm."""
        return {"stable": self.stable, "canary": self.canary}

    def command(self, name: str, *arguments: str) -> CommandResult:
        """Run one of its commands."""
        return self.router.command(name).run(*arguments)

    # The stand-in

    def arrange(self, state: str) -> None:
        """Bring a stand-in into a named state; with a real system the scenario's own checks tell where it is."""
        if self.router.control is not None:
            self.router.control.arrange(state)

    def be_used(self, **traffic: Any) -> None:
        """Let users use a stand-in; a real system has users of its own."""
        if self.router.control is not None:
            self.router.control.post("/traffic", {"arm": "canary", "kind": "mixed", **traffic})

    def cause(self, what: str, **figures: Any) -> None:
        """Let something go wrong in a stand-in, until it is arranged anew.

        Raises:
            Unverified: Where there is no stand-in: nobody breaks a real system to hear its alarms.
        """
        if self.router.control is None:
            raise Unverified("this scenario breaks something on purpose; run it in a hermetic environment")
        self.router.control.post("/cause", {"what": what, **figures})

    # Reading

    def answers(self, n: int) -> list[Reply]:
        """Return `n` answers of the router to the question for its health, each over a new connection."""
        target = self.router
        found = []
        for _ in range(n):
            target.http.renew()
            found.append(target.http.get(target.path("health")))
        return found

    def configured_share(self) -> float:
        """Return the share of the canary, as the router is configured."""
        return float(self.command("canary", "show").require().json()) / 100

    def health(self, arm: str) -> Document:
        """Return what an instance says of itself."""
        target = self.arms[arm]
        target.http.renew()
        said: Document = target.http.get(target.path("health")).require(200).json()
        return said

    def ask_queue(self, ai_type: str = "", limit: int = ASKED) -> Reply:
        """Ask the canary for its queue and return the answer, whatever it is; "" asks for every type."""
        chosen = {"aiType": ai_type} if ai_type else {}
        return self.canary.http.get(self.canary.path("queue"), params={"limit": str(limit), **chosen})

    def queue(self, ai_type: str = "", limit: int = ASKED) -> list[Document]:
        """Return the newest documents of the canary's queue."""
        found: list[Document] = self.ask_queue(ai_type, limit).require(200).json_at("/documents")
        return found

    def schedules(self) -> list[Document]:
        """Return the schedules, as the GET that the plan prints lists them."""
        found: list[Document] = self.canary.http.get(self.canary.path("schedules")).require(200).json_at("/schedules")
        return found

    def analytics(self, *, forecast: bool) -> Document:
        """Return the analytics of the canary, with or without the forecast."""
        asked = {"forecast": "true"} if forecast else None
        found: Document = self.canary.http.get(self.canary.path("analytics"), params=asked).require(200).json()
        return found

    def events(self, kind: str) -> list[Document]:
        """Return the audit events of a type, newest first."""
        asked = self.router.http.get(self.router.path("audit"), params={"type": kind}).require(200)
        found: list[Document] = asked.json_at("/events")
        return found

    # Writing

    def report(self, **event: Any) -> None:
        """Report what happened in a page, as the page itself does."""
        self.canary.http.post(self.canary.path("page events"), json=event).require(200, 201, 202, 204)

    def offer_schedule(self, form: str, frequency: str, tag: str) -> Reply:
        """Send a schedule and return the answer, whatever it is."""
        sent = {"format": form, "frequency": frequency, "tag": tag}
        return self.canary.http.post(self.canary.path("schedules"), json=sent)
