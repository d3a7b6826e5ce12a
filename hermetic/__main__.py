"""`python -m hermetic up | serve | faults`: the command line of the hermetic environment."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, get_args

from hermetic import faults
from hermetic.backing import CHOICES
from hermetic.errors import HermeticError, UnknownNameError
from hermetic.keeper import DEFAULT_RELEASE, Order, keep
from hermetic.serve import serve
from hermetic.world import STAND_INS, Profile

MAX_WORLDS = 64


class Parser(argparse.ArgumentParser):
    """A parser whose exit code for a wrong question is the suite's."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(UnknownNameError.exit_code, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = Parser(prog="python -m hermetic", description="Postgres, Redis and stand-ins on this machine only.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)
    up = commands.add_parser("up", help="for a program: one JSON line when ready, ends with its stdin")
    foreground = commands.add_parser("serve", help="for a person: prints variables and requests, ends at Ctrl-C")
    for command in (up, foreground):
        _add_order(command)
    foreground.add_argument("--export-file", type=Path, metavar="PATH", help="write the export lines there once ready")
    listing = commands.add_parser("faults", help="list the named ways to break a stand-in")
    listing.add_argument("--json", action="store_true", help="for a program")
    return top


def _add_order(command: argparse.ArgumentParser) -> None:
    command.add_argument("--backing", choices=CHOICES, default="auto", help="where Postgres and Redis come from")
    command.add_argument("--worlds", type=_worlds, default=1, metavar="N", help="independent copies of everything (1)")
    command.add_argument("--profile", choices=get_args(Profile), default="staging", help="how the stand-ins behave")
    command.add_argument(
        "--release", default=DEFAULT_RELEASE, metavar="X", help="the release they say they are (%(default)s)"
    )
    command.add_argument(
        "--fault", action="append", default=[], dest="faults", metavar="NAME", help="plant it at the start"
    )
    command.add_argument("--state", metavar="NAME", help="arrange it at the start; default by profile")


def _worlds(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MAX_WORLDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MAX_WORLDS}")
    return int(text)


def main(arguments: Sequence[str] | None = None, stand_ins: Mapping[str, str] = STAND_INS) -> int:
    """Run a command; returns its exit code: 0, 3 (something is missing or broke) or 4 (usage)."""
    options = parser().parse_args(arguments)
    if options.command == "faults":
        return _list_faults(options.json, stand_ins)
    order = Order(
        backing=options.backing,
        worlds=options.worlds,
        profile=options.profile,
        release=options.release,
        faults=tuple(options.faults),
        state=options.state,
    )
    if options.command == "serve":
        return serve(order, options.export_file, stand_ins)
    return keep(order, stand_ins)


def _list_faults(as_json: bool, stand_ins: Mapping[str, str]) -> int:
    try:
        known = faults.catalogue(stand_ins)
    except HermeticError as error:
        print(f"hermetic: {error}", file=sys.stderr)
        return error.exit_code
    print(json.dumps([dataclasses.asdict(fault) for fault in known], indent=2) if as_json else faults.table(known))
    return 0


if __name__ == "__main__":
    sys.exit(main())
