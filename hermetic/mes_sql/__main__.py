"""`python -m hermetic.mes_sql up`: one world of the stand-in, started by the keeper, steered by stdin and stdout."""

import sys

from hermetic.kit.standing import up
from hermetic.mes_sql.supervisor import open_world
from hermetic.mes_sql.world import World

if __name__ == "__main__":
    sys.exit(up(World.PACKAGE, sys.argv[1:], open_world))
