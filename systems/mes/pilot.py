"""The pilot plans: what the selection says of them, and what the database knows. Nothing here judges."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gonogo.outcome import Missed, Unverified
from gonogo.target import Target
from systems.mes.api import Mes
from systems.papers import Papers

SELECTION = "pilot selection"


@dataclass(frozen=True)
class PilotPlan:
    """One plan of the selection.

    Attributes:
        plan_id: Its id.
        listed: What the selection says of it: order, quantity and operations, as written there.
        order, quantity, operations, status, urgent: What the database says.
        migrated_at: When it was migrated; None where it was not.
        short_of: Codes of the materials that its steps need more of than there is.
    """

    plan_id: str
    listed: tuple[str, str, str]
    order: str
    quantity: int
    operations: int
    status: str
    urgent: bool
    migrated_at: str | None
    short_of: tuple[str, ...] = field(default=())

    @property
    def stored(self) -> tuple[str, str, str]:
        """What the selection should say of it."""
        return self.order, str(self.quantity), str(self.operations)


def selected(target: Target, papers: Papers) -> list[PilotPlan]:
    """Return the plans of the selection with what the database says of each.

    Raises:
        Missed: If the selection is empty, or names a plan that does not exist.
    """
    paper = papers.read(SELECTION)
    rows = {row.get("plan_id", ""): row for row in paper.rows}
    if not rows:
        raise Missed(f"{paper.file} lists no plan; choose the pilot plans and list them there")
    known = {row["id"]: row for row in target.query("pilot plans", ids=sorted(rows))}
    unknown = sorted(rows.keys() - known.keys())
    if unknown:
        raise Missed(f"{paper.file} lists {', '.join(unknown)}, which the database does not have; correct the list")
    lacking = shortages(target, sorted(rows))
    return [
        PilotPlan(
            plan_id,
            (row.get("order", ""), row.get("quantity", ""), row.get("operations", "")),
            str(known[plan_id]["order_code"]),
            int(known[plan_id]["quantity"]),
            int(known[plan_id]["operations"]),
            str(known[plan_id]["status"]),
            bool(known[plan_id]["urgent"]),
            known[plan_id]["migrated_at"],
            tuple(lacking.get(plan_id, ())),
        )
        for plan_id, row in rows.items()
    ]


def shortages(target: Target, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return plan id -> codes of the materials of which there is less in stock than the plan needs."""
    found: dict[str, list[str]] = {}
    for row in target.query("shortages", ids=list(ids)):
        found.setdefault(row["id"], []).append(str(row["code"]))
    return found


@dataclass(frozen=True)
class SingleMigration:
    """The migration of one plan by its id, with the fingerprint of every stored plan before and after."""

    plan_id: str
    before: dict[str, str]
    after: dict[str, str]

    @property
    def changed_others(self) -> list[str]:
        """The other plans that are not stored as they were, or came or went."""
        plans = (self.before.keys() | self.after.keys()) - {self.plan_id}
        return sorted(plan for plan in plans if self.before.get(plan) != self.after.get(plan))


def migrate_first_candidate(mes: Mes) -> SingleMigration:
    """Migrate the newest candidate for the pilot, by its id.

    Raises:
        Unverified: If there is no candidate.
        Missed: If the command says that it failed.
    """
    candidates = mes.plans(candidate="pilot")
    if not candidates:
        raise Unverified("no plan is a candidate for the pilot, so that migrating one cannot be tried")
    plan_id, before = str(candidates[0]["id"]), mes.fingerprints()
    mes.command("migrate", "--execute", f"--planId={plan_id}").require()
    return SingleMigration(plan_id, before, mes.fingerprints())
