"""The MES over its API, commands and log, in typed calls. Nothing here judges."""

from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Unverified
from gonogo.probes.command import CommandResult
from gonogo.probes.reply import Reply
from gonogo.target import Target

Document = dict[str, Any]
PLANS = "/api/mes/production-plans"
ASSIGNMENTS = "/api/mes/assignments"


@dataclass(frozen=True)
class Launch:
    """What launching a plan answered: which steps it used, and one assignment for each of them."""

    plan_id: str
    nodes_used: str
    assignments: list[Document]


class Mes:
    """One MES.

    `arrange` is only possible where the environment has a control port (a stand-in); elsewhere it does nothing, and the
    scenario's own checks tell whether the wanted state is there.
    """

    def __init__(self, target: Target) -> None:
        self.target = target

    def arrange(self, state: str, **parameters: Any) -> None:
        """Bring a stand-in into a named state."""
        if self.target.control is not None:
            self.target.control.arrange(state, **parameters)

    def play(self, kind: str, count: int, **parameters: Any) -> None:
        """Let a stand-in live through `count` events of a kind (creation, launch, start, completion).

        Raises:
            Unverified: Where there is no stand-in; nobody plays with a real system.
        """
        if self.target.control is None:
            raise Unverified("this scenario makes events happen; run it in a hermetic environment")
        self.target.control.post("/events", {"kind": kind, "count": count, **parameters})

    # Plans

    def plans(self, **filters: str) -> list[Document]:
        """Return the stored plans as the list shows them, newest first."""
        found: list[Document] = self.target.http.get(PLANS, params=filters or None).require(200).json_at("/plans")
        return found

    def plan(self, plan_id: str) -> Document:
        """Return one plan with the steps that are used of it (`nodesUsed` says from where)."""
        found: Document = self.target.http.get(f"{PLANS}/{plan_id}").require(200).json_at("/plan")
        return found

    def offer(self, plan: Document) -> Reply:
        """Send a new plan and return the answer, whatever it is."""
        return self.target.http.post(PLANS, json=plan)

    def create(self, plan: Document) -> Document:
        """Create a plan that must be accepted, and return it."""
        created: Document = self.offer(plan).require(201).json_at("/plan")
        return created

    def edit(self, plan_id: str, changes: Document) -> Document:
        """Change a stored plan, and return it."""
        edited: Document = self.target.http.put(f"{PLANS}/{plan_id}", json=changes).require(200).json_at("/plan")
        return edited

    def remove(self, plan_id: str) -> None:
        """Remove a plan that this run has made."""
        self.target.http.delete(f"{PLANS}/{plan_id}").require(200)

    # Work

    def launch(self, plan_id: str) -> Launch:
        """Launch a plan."""
        reply = self.target.http.post(f"{PLANS}/{plan_id}/launch").require(200)
        return Launch(plan_id, reply.json_at("/nodesUsed"), reply.json_at("/assignments"))

    def assignments(self, plan_id: str) -> list[Document]:
        """Return the assignments of a plan."""
        found: list[Document] = (
            self.target.http.get(ASSIGNMENTS, params={"planId": plan_id}).require(200).json_at("/assignments")
        )
        return found

    def start(self, assignment_id: str, on_partial: str | None = None) -> Document:
        """Start an assignment; the answer holds `assignment` and `warning` (None, or the partial reservation)."""
        body = {"onPartial": on_partial} if on_partial else {}
        answer: Document = self.target.http.post(f"{ASSIGNMENTS}/{assignment_id}/start", json=body).require(200).json()
        return answer

    def complete(self, assignment_id: str, consumed: dict[str, float] | None = None) -> Document:
        """Complete an assignment; the answer holds `assignment` and `capped`."""
        body = {"consumed": consumed} if consumed is not None else {}
        answer: Document = (
            self.target.http.post(f"{ASSIGNMENTS}/{assignment_id}/complete", json=body).require(200).json()
        )
        return answer

    def materials(self, **filters: str) -> dict[str, Document]:
        """Return the materials by code, with `stock` and `reserved`."""
        reply = self.target.http.get("/api/mes/materials", params=filters or None).require(200)
        return {material["code"]: material for material in reply.json_at("/materials")}

    # Operation

    def health(self) -> Reply:
        """Ask the health address."""
        return self.target.http.get("/health")

    def health_over_new_connection(self) -> Reply:
        """Ask the health address over a connection of its own, which may reach another instance."""
        self.target.http.renew()
        return self.health()

    def flags(self) -> dict[str, bool]:
        """Return the flags as the running process sees them."""
        flags: dict[str, bool] = self.health().require(200).json_at("/flags")
        return flags

    def set_flag(self, name: str, value: str) -> None:
        """Write a flag into the .env file; a running process does not see it until its restart."""
        self.command("set_flag", name, value).require()

    def restart(self) -> CommandResult:
        """Restart the backend through its process manager."""
        return self.command("restart").require()

    def command(self, name: str, *arguments: str) -> CommandResult:
        """Run one of the MES's commands."""
        return self.target.command(name).run(*arguments)

    def checksums(self) -> Document:
        """Return the canonical checksum of every plan: {"plans": count, "sha256": ..., "by_plan": {...}}."""
        found: Document = self.command("checksum").require().json()
        return found

    def fingerprints(self) -> dict[str, str]:
        """Return a fingerprint of every plan as it is stored, by id; unlike the checksum it changes with any field."""
        return {row["id"]: row["fingerprint"] for row in self.target.query("fingerprints of the plans")}
