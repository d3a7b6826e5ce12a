"""`python -m hermetic.docflow.canary show | set --share=10`: the router's share of the canary, in percent."""

from collections.abc import Sequence

from hermetic.docflow.platforms.sharing import Sharing
from hermetic.docflow.world import World
from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, request, run
from hermetic.kit.planted import Planted

SHARES = range(0, 101, 10)


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.docflow.canary")
    parser.add_argument("action", choices=("show", "set"))
    parser.add_argument("--share", type=int, help="what the canary gets of the traffic, in percent")
    options = parser.parse_args(arguments)
    sharing = Sharing(world)
    if options.action == "show":
        print(sharing.share)
        return FINE
    if options.share not in SHARES:
        raise Usage(f"--share must be one of {', '.join(map(str, SHARES))}; nothing was changed")
    sharing.put(options.share, Planted(world.faults_file))
    code, body = request("POST", f"{world.control_url}/reload")
    print(options.share if code == 200 else body)
    return FINE if code == 200 else PROBLEMS


if __name__ == "__main__":
    run(World, main)
