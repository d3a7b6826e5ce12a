"""`python -m hermetic.docflow.vercel list | rollback [ID] --token=T | deploy --prod [--env-file FILE] --token=T`.

Options may stand anywhere, and `--prod` alone deploys, as the plan writes it. A build takes its NEXT_PUBLIC_ variables
from the file, never from the caller's shell: they are fixed when it is made.
"""

import json
import os
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from hermetic.docflow.broken.tools import built_env, is_rolled_back, takes_any_token
from hermetic.docflow.platforms.builds import PREFIX, Build, Builds, default_env
from hermetic.docflow.world import World
from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, run
from hermetic.kit.planted import Planted


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.docflow.vercel")
    parser.add_argument("action", nargs="?", choices=("list", "rollback", "deploy"), default="deploy")
    parser.add_argument("deployment", nargs="?", help="which deployment is to be current again")
    parser.add_argument("--token", default="", help="whom the platform lets do it")
    parser.add_argument("--prod", action="store_true", help="what is deployed is for everybody")
    parser.add_argument("--force", action="store_true", help="taken, and of no effect here")
    parser.add_argument("--env-file", type=Path, help="the variables of the build")
    options = parser.parse_args(arguments)
    builds, faults = Builds(world), Planted(world.faults_file)
    if options.action == "list":
        return list_builds(builds)
    if options.action == "deploy" and not options.prod:
        raise Usage("deploy what for whom? Only --prod is known here; nothing was deployed")
    if not (secrets.compare_digest(options.token, world.vercel_token) or takes_any_token(faults)):
        print("Error: The token provided via --token is not valid")
        return PROBLEMS
    if options.action == "rollback":
        return rollback(builds, options.deployment, faults)
    return deploy(world, builds, options.env_file, faults)


def list_builds(builds: Builds) -> int:
    """Print the deployments, newest first, one JSON object a line."""
    current = builds.current()
    for build in reversed(builds.all()):
        print(json.dumps({**asdict(build), "current": build == current}))
    return FINE


def rollback(builds: Builds, wanted: str | None, faults: Collection[str]) -> int:
    """Make the deployment before the current one, or any other, current."""
    known = {build.id: build for build in builds.all()}
    chosen = known.get(wanted) if wanted else builds.before_current()
    if chosen is None:
        print(f"Error: There is no deployment {wanted}" if wanted else "Error: There is no deployment before this one")
        return PROBLEMS
    if is_rolled_back(faults):
        builds.choose(chosen)
    print(f"Success! {chosen.id} ({chosen.release}) is current")
    return FINE


def deploy(world: World, builds: Builds, file: Path | None, faults: Collection[str]) -> int:
    """Build the current release anew; the new build becomes current."""
    try:
        given = read_variables(_found(world, file)) if file else {}
    except OSError as error:
        print(f"Error: The file {file} could not be read: {error.strerror}")
        return PROBLEMS
    release = builds.current().release
    env = {**default_env(release), **built_env(given, os.environ, faults)}
    build: Build = builds.add(release, env, datetime.now(UTC))
    print(f"Production: {build.id} ({release})")
    return FINE


def _found(world: World, file: Path) -> Path:
    """Return a file as it is given; a name alone may also lie in the repository."""
    return file if file.is_absolute() or file.exists() else world.repository / file


def read_variables(file: Path) -> Mapping[str, str]:
    """Return the NEXT_PUBLIC_ variables of a file of NAME=value lines."""
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.strip().removeprefix("export ").split("=", 1) for line in lines if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs if name.strip().startswith(PREFIX)}


if __name__ == "__main__":
    run(World, main)
