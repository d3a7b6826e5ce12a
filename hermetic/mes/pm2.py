"""`python -m hermetic.mes.pm2 restart burkol-backend [--update-env] | list`: the process manager's commands.

A restart makes the server read .env again. A variable exported in the caller's shell reaches it only with --update-env.
"""

import os
from collections.abc import Sequence

from hermetic.mes.command import FINE, PROBLEMS, Parser, request, run
from hermetic.mes.flags import NAMES
from hermetic.mes.world import SERVICE_NAME, World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("pm2")
    parser.add_argument("action", choices=("restart", "list"))
    parser.add_argument("service", nargs="?")
    parser.add_argument("--update-env", action="store_true", help="hand the caller's FEATURE_ variables to the service")
    options = parser.parse_args(arguments)
    return (
        list_services(world) if options.action == "list" else restart(world, options.service, update=options.update_env)
    )


def restart(world: World, service: str | None, *, update: bool) -> int:
    if service != SERVICE_NAME:
        print(f"[PM2][ERROR] Process or Namespace {service} not found")
        return PROBLEMS
    mine = {name: os.environ[name] for name in NAMES if name in os.environ} if update else None
    print(f"[PM2] Applying action restartProcessId on app [{SERVICE_NAME}](ids: [ 0 ])")
    status, body = request("POST", f"{world.control_url}/restart", {"update_env": mine})
    if status != 200:
        print(f"[PM2][ERROR] {body}")
        return PROBLEMS
    print(f"[PM2] [{SERVICE_NAME}](0) ✓  pid {body['pid']}, {body['took_s'] * 1000:.0f} ms")
    if not update:
        print("Use --update-env to update environment variables")
    return FINE


def list_services(world: World) -> int:
    _, body = request("GET", f"{world.control_url}/process")
    print(
        "id  name            pid      status  restarts\n"
        f"0   {SERVICE_NAME}  {body['pid']:<7}  online  {body['restarts']}"
    )
    return FINE


if __name__ == "__main__":
    run(main)
