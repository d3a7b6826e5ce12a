"""`python -m hermetic.mes up`: one world of the stand-in, started by the keeper, steered through stdin and stdout."""

import sys

from hermetic.kit.standing import up
from hermetic.mes.supervisor import Supervisor, open_world
from hermetic.mes.world import World

if __name__ == "__main__":
    sys.exit(up(World.PACKAGE, sys.argv[1:], lambda line: Supervisor(*open_world(line))))
