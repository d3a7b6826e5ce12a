"""`python -m hermetic.mes_sql.balancer show | set --blue=90 --green=10 | test [FILE] [--blue= --green=] | reload`.

For `set` a weight of 0 writes `down`, and `out` leaves the line out; it tests before it puts anything in place. `test`
takes parameters as they are, `weight=0` or `down`, and says what nginx says: the problem with its file and line.
"""

from collections.abc import Sequence
from pathlib import Path

from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, request, run
from hermetic.kit.planted import Planted
from hermetic.mes_sql.balancer import conf
from hermetic.mes_sql.balancer import place as placing
from hermetic.mes_sql.world import World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.mes_sql.balancer")
    parser.add_argument("action", choices=("show", "set", "test", "reload"))
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--blue", help="a weight, down or out; for test the parameters as they are to stand there")
    parser.add_argument("--green", help="as --blue")
    options = parser.parse_args(arguments)
    if options.action == "show":
        print(placing.place_of(world).conf.read_text(encoding="utf-8"), end="")
        return FINE
    if options.action == "reload":
        return reload(world)
    if (options.blue is None) != (options.green is None) or (options.action == "set" and options.blue is None):
        raise Usage("give both --blue and --green")
    if options.action == "test":
        return test(world, options.file, options.blue, options.green)
    return put(world, conf.compose(_parameters(options.blue), _parameters(options.green)))


def _parameters(text: str) -> str:
    if text in ("down", "out"):
        return text
    if not text.isdigit():
        raise Usage(f"{text!r} is no weight: give a number, down or out")
    return f"weight={int(text)}" if int(text) else "down"


def test(world: World, file: Path | None, blue: str | None, green: str | None) -> int:
    """Say whether a configuration could be used: the present one, a file, or one of the given parameters."""
    tried = file or placing.place_of(world).conf
    if blue is not None and green is not None:
        tried = world.directory / "balancer" / "balancer.conf"
        tried.write_text(conf.compose(blue, green), encoding="utf-8")
    lenient = "balancer-takes-anything" in Planted(world.faults_file)
    problem = None if lenient else placing.place_of(world).problem(tried)
    print(problem or f"nginx: the configuration file {tried} syntax is ok")
    print(f"nginx: configuration file {tried} test {'failed' if problem else 'is successful'}")
    return PROBLEMS if problem else FINE


def put(world: World, text: str) -> int:
    """Put a configuration in place and in force, if it can be used."""
    tried = world.directory / "balancer" / "balancer.conf"
    tried.write_text(text, encoding="utf-8")
    problem = placing.place_of(world).problem(tried)
    if problem:
        print(problem)
        return PROBLEMS
    placing.put(world, text, Planted(world.faults_file))
    return reload(world)


def reload(world: World) -> int:
    problem = placing.place_of(world).problem(placing.place_of(world).conf)
    if problem:
        print(problem)
        return PROBLEMS
    placing.put(world, placing.place_of(world).conf.read_text(encoding="utf-8"), Planted(world.faults_file))
    status, body = request("POST", f"{world.control_url}/reload")
    print(f"{body['balancer'] if status == 200 else body} reloaded")
    return FINE if status == 200 else PROBLEMS


if __name__ == "__main__":
    run(World, main)
