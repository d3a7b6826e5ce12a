"""`python -m hermetic.mes.checksum [--from=served|nodes|executionGraph]`: what every plan means, as JSON.

Prints {"plans": 150, "sha256": ..., "by_plan": {...}}: equal before and after a faithful migration, read in any shape.
"""

import json
from collections.abc import Sequence

from hermetic.mes.command import FINE, Parser, run
from hermetic.mes.domain.checksum import checksums, total
from hermetic.mes.store.plans import all_plans
from hermetic.mes.world import World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("checksum")
    parser.add_argument("--from", dest="reading", choices=("served", "nodes", "executionGraph"), default="served")
    options = parser.parse_args(arguments)
    with world.connect() as connection:
        by_plan = checksums(all_plans(connection), options.reading)
    print(json.dumps({"plans": len(by_plan), "sha256": total(by_plan), "by_plan": by_plan}, indent=1))
    return FINE


if __name__ == "__main__":
    run(main)
