"""`python -m hermetic.docflow up`: one world of the stand-in, started by the keeper, steered by stdin and stdout."""

import sys

from hermetic.docflow.supervisor import open_world
from hermetic.docflow.world import World
from hermetic.kit.standing import up

if __name__ == "__main__":
    sys.exit(up(World.PACKAGE, sys.argv[1:], open_world))
