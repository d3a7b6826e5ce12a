"""The database build over its API, its database and its commands, in typed calls. Nothing here judges."""

from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Unverified
from gonogo.probes.command import CommandResult
from gonogo.probes.reply import Reply
from gonogo.target import Target
from gonogo.workbench import Workbench

Document = dict[str, Any]

KEYS = {
    "operations": "operations",
    "stations": "stations",
    "substations": "substations",
    "workers": "workers",
    "worker assignments": "assignments",
    "plans": "plans",
}
"""Name of a list, which is also the name of its path -> where its entries stand in the answer."""

LISTS = {
    "plan": "plans",
    "worker": "workers",
    "station": "stations",
    "operation": "operations",
    "substation": "substations",
}
"""What can be created -> the list that it then stands in."""


@dataclass(frozen=True)
class Instance:
    """What an instance says of itself: "blue" or "green", "sql" or "firebase", since when, and its pool."""

    colour: str
    store: str
    started: str
    pool: Document


class Build:
    """One database build: green (the build itself), blue, the balancer, the former store, and the test database."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    @property
    def green(self) -> Target:
        return self.bench.target("mes_sql")

    @property
    def blue(self) -> Target:
        return self.bench.target("mes_blue")

    @property
    def balancer(self) -> Target:
        return self.bench.target("mes_balancer")

    @property
    def former_store(self) -> Target:
        return self.bench.target("old_store")

    @property
    def test(self) -> Target:
        """The target that has the test database."""
        return self.bench.target("mes_sql_test")

    def arrange(self, state: str, **parameters: Any) -> None:
        """Bring a stand-in into a named state; with a real system the scenario's own checks tell where it is."""
        if self.green.control is not None:
            self.green.control.arrange(state, **parameters)

    def cut_streams(self) -> None:
        """Close every open stream of a stand-in, as a network would.

        Raises:
            Unverified: Where there is no stand-in: nobody cuts the network of a real system.
        """
        if self.green.control is None:
            raise Unverified("this scenario cuts the network; run it in a hermetic environment")
        self.green.control.post("/cut-streams", {})

    # Reading

    def entries(self, name: str, **filters: str) -> list[Document]:
        """Return the entries of one of KEYS."""
        reply = self.green.http.get(self.green.path(name), params=filters or None).require(200)
        found: list[Document] = reply.json_at(f"/{KEYS[name]}")
        return found

    def ask_for_plan(self, plan_id: str) -> Reply:
        """Ask for one plan and return the answer, whatever it is."""
        return self.green.http.get(self.green.path("plan", id=plan_id))

    def plan(self, plan_id: str) -> Document:
        """Return one plan with all its parts."""
        return plan_of(self.green, plan_id)

    def instance(self, target: Target) -> Instance:
        """Return what the instance at `target` says of itself."""
        said: Document = target.http.get(target.path("health")).require(200).json()
        colour, store, started = (str(said.get(key, "")) for key in ("colour", "store", "started"))
        return Instance(colour, store, started, said.get("pool", {}))

    # Writing

    def offer(self, kind: str, document: Document) -> Reply:
        """Send something new of one of LISTS and return the answer, whatever it is."""
        return self.green.http.post(self.green.path(LISTS[kind]), json=document)

    def change(self, kind: str, identifier: str, changes: Document) -> Reply:
        """Send changes and return the answer, whatever it is."""
        return self.green.http.put(f"{self.green.path(LISTS[kind])}/{identifier}", json=changes)

    def remove(self, kind: str, identifier: str) -> None:
        """Remove what this run has made."""
        self.green.http.delete(f"{self.green.path(LISTS[kind])}/{identifier}").require(200, 404)

    # Operation

    def command(self, name: str, *arguments: str) -> CommandResult:
        """Run one of the build's commands."""
        return self.green.command(name).run(*arguments)


def plan_of(target: Target, plan_id: str) -> Document:
    """Return one plan as the instance at `target` gives it."""
    found: Document = target.http.get(target.path("plan", id=plan_id)).require(200).json_at("/plan")
    return found
