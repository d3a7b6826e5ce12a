"""`python -m hermetic.mes_sql.pm2 list | restart NAME | logs NAME [--lines N]`: the process manager's commands.

The ports are the plan's; where they are published on this machine the stand-in's variables say.
"""

import time
from collections.abc import Sequence

from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, request, run
from hermetic.kit.planted import Planted
from hermetic.mes_sql.balancer.conf import PORTS
from hermetic.mes_sql.world import BLUE, GREEN, World

ARGUMENTS = {BLUE: f"--port={PORTS['blue']} --use-firebase", GREEN: f"--port={PORTS['green']} --use-sql"}
KEPT_LINES = 200  # of a log that is rotated too soon
COLOURS = {BLUE: "blue", GREEN: "green"}


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.mes_sql.pm2")
    parser.add_argument("action", choices=("list", "restart", "logs"))
    parser.add_argument("name", nargs="?")
    parser.add_argument("--lines", type=int, default=15, help="how many lines of the log (%(default)s)")
    options = parser.parse_args(arguments)
    if options.action == "list":
        return list_processes(world)
    if options.name is None:
        raise Usage(f"{options.action} what? {' or '.join(ARGUMENTS)}")
    if options.name not in ARGUMENTS:
        print(f"[PM2][ERROR] Process or Namespace {options.name} not found")
        return PROBLEMS
    return restart(world, options.name) if options.action == "restart" else logs(world, options.name, options.lines)


def list_processes(world: World) -> int:
    _, body = request("GET", f"{world.control_url}/state")
    wrong = "wrong-processes" in body["faults"]  # each then runs with the other's arguments
    for name, arguments in zip(ARGUMENTS, [*ARGUMENTS.values()][:: -1 if wrong else 1], strict=True):
        process = body["processes"][name]
        uptime = f"uptime={time.time() - process['started']:.1f}s"
        print(f"{name} online {arguments} pid={process['pid']} restarts={process['restarts']} {uptime}")
    return FINE


def restart(world: World, name: str) -> int:
    print(f"[PM2] Applying action restartProcessId on app [{name}]")
    status, body = request("POST", f"{world.control_url}/restart", {"name": name})
    if status != 200:
        print(f"[PM2][ERROR] {body}")
        return PROBLEMS
    print(f"[PM2] [{name}] ✓  pid {body['processes'][name]['pid']}, {body['took_s'] * 1000:.0f} ms")
    return FINE


def logs(world: World, name: str, lines: int) -> int:
    """Print the last lines of a log."""
    path = world.log_of(COLOURS[name])
    text = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if "log-cut" in Planted(world.faults_file):
        text = text[-KEPT_LINES:]
    for line in text[-lines:] if lines > 0 else []:
        print(line)
    return FINE


if __name__ == "__main__":
    run(World, main)
