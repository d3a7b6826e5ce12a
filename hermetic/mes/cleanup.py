"""`python -m hermetic.mes.cleanup --dry-run | --execute`: the rollout plan's cleanupDeprecatedFields.js.

Strips executionGraph from every plan that has nodes. A plan without nodes is never stripped: that would delete its
steps.
"""

from collections.abc import Sequence

from hermetic.kit.planted import Planted
from hermetic.mes.broken.migration import broken_report
from hermetic.mes.command import FINE, PROBLEMS, Parser, Usage, announce_change, run
from hermetic.mes.domain.nodes import Document
from hermetic.mes.reports import NOTHING_LEFT
from hermetic.mes.store.plans import all_plans, save_plans
from hermetic.mes.store.tables import Connection
from hermetic.mes.world import World

FIELD = "executionGraph"


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("cleanup")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="list what would be removed, change nothing")
    mode.add_argument("--execute", action="store_true", help="remove it; this cannot be undone")
    options = parser.parse_args(arguments)
    if not (options.dry_run or options.execute):
        raise Usage("choose --dry-run or --execute; nothing was changed")
    faults = Planted(world.faults_file)
    with world.connect() as connection:
        holding = [plan for plan in all_plans(connection) if FIELD in plan]
        kept = [plan for plan in holding if not plan.get("nodes")]
        doomed = [plan for plan in holding if plan.get("nodes")]
        if options.execute or "cleanup-dry-run-writes" in faults:
            strip(connection, doomed[: len(doomed) // 2] if "cleanup-leaves-plans" in faults else doomed)
    announce_change(world)
    lines = executed(doomed, kept) if options.execute else planned(doomed, kept)
    print("\n".join(broken_report(faults, lines)))
    return PROBLEMS if kept else FINE


def strip(connection: Connection, plans: Sequence[Document]) -> None:
    save_plans(connection, [{name: value for name, value in plan.items() if name != FIELD} for plan in plans])


def planned(doomed: Sequence[Document], kept: Sequence[Document]) -> list[str]:
    """Return the dry-run's report: each plan that still holds the deprecated field."""
    if not doomed and not kept:
        return [NOTHING_LEFT]
    listed = [f"Plan {plan['id']}: executionGraph ({len(plan[FIELD] or [])} steps)" for plan in doomed]
    return [
        "Cleanup Dry-Run Report",
        "=" * 22,
        f"Plans with deprecated fields: {len(doomed)}",
        *listed,
        *refusals(kept),
    ]


def executed(doomed: Sequence[Document], kept: Sequence[Document]) -> list[str]:
    if not doomed and not kept:
        return [NOTHING_LEFT]
    return [f"Removed executionGraph from {len(doomed)} plans", *refusals(kept)]


def refusals(kept: Sequence[Document]) -> list[str]:
    return [f"Kept {plan['id']}: it has no nodes, its executionGraph is all it has" for plan in kept]


if __name__ == "__main__":
    run(main)
