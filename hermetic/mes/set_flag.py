"""`python -m hermetic.mes.set_flag NAME VALUE`, or `--unset NAME`: change .env, for the server's next start."""

from collections.abc import Sequence

from hermetic.mes.command import FINE, Parser, Usage, run
from hermetic.mes.flags import NAMES, remove_from_env, write_env
from hermetic.mes.world import World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("set_flag")
    parser.add_argument("name", help=" or ".join(NAMES))
    parser.add_argument("value", nargs="?", help="what is written after the equals sign, as it is")
    parser.add_argument("--unset", action="store_true", help="take the flag out of .env; then there is no value")
    options = parser.parse_args(arguments)
    if options.name not in NAMES:
        raise Usage(f"there is no flag {options.name!r}; known are {', '.join(NAMES)}")
    if options.unset == (options.value is not None):
        raise Usage("give a value, or --unset and no value; nothing was written")
    if options.unset:
        remove_from_env(world.env_file, options.name)
        print(f"{options.name} taken out of .env; it takes effect at the next restart")
        return FINE
    if "\n" in options.value:
        raise Usage("a value cannot hold a line break")
    write_env(world.env_file, {options.name: options.value})
    print(f"{options.name}={options.value} written to .env; it takes effect at the next restart")
    return FINE


if __name__ == "__main__":
    run(main)
