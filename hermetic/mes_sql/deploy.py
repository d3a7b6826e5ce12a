"""`python -m hermetic.mes_sql.deploy --revert`: revert the last commit of the product and restart green."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, run
from hermetic.kit.git import git
from hermetic.kit.planted import Planted
from hermetic.mes_sql import pm2
from hermetic.mes_sql.world import GREEN, World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.mes_sql.deploy")
    parser.add_argument("--revert", action="store_true", help="revert the last commit, then restart green")
    if not parser.parse_args(arguments).revert:
        raise Usage("deploy knows --revert only")
    if not (world.repository / ".git").exists():
        print(f"{world.repository} is no repository")
        return PROBLEMS
    if "revert-fails" in Planted(world.faults_file):
        print("error: could not revert: your local changes would be overwritten")
        return PROBLEMS
    git(world.repository, "revert", "--no-edit", "HEAD", at=datetime.now(UTC))
    print(git(world.repository, "log", "-1", "--format=%h %s").strip())
    return FINE if pm2.restart(world, GREEN) == FINE else PROBLEMS


if __name__ == "__main__":
    run(World, main)
