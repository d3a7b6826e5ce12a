"""The command line: gonogo gate | criteria | prove | report | replay | baseline | doctor."""

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from gonogo.criteria import load as load_criteria
from gonogo.outcome import ExitCode, UsageError


class Parser(argparse.ArgumentParser):
    """Ends with this suite's code for a request that makes no sense; argparse's own means interrupted to pytest."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is used and what was wrong, and end."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.USAGE, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 GO, 1 NO-GO, 8 HOLD, 4 usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except UsageError as error:
        print(f"gonogo: {error}", file=sys.stderr)
        return ExitCode.USAGE


def _parser() -> argparse.ArgumentParser:
    description = "Decide a release gate: GO, NO-GO or HOLD, with evidence."
    parser = Parser(prog="gonogo", description=description)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the suite's checkout (default: here)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    gate = commands.add_parser("gate", help="decide a gate; the exit code says the decision")
    gate.add_argument("gate", help="such as canonical_model/2, or canonical_model for all of it")
    _environment_options(gate)
    gate.add_argument("-n", dest="workers", default="0", help="number of parallel workers (default 0: none)")
    gate.set_defaults(command=_gate)
    coverage = commands.add_parser("criteria", help="the plan against the scenarios")
    coverage.add_argument("--uncovered", action="store_true", help="only criteria that nothing verifies; fails if any")
    coverage.add_argument("--json", action="store_true", help="as JSON")
    coverage.set_defaults(command=_criteria)
    prove = commands.add_parser("prove", help="plant every fault and show which criteria caught it")
    prove.add_argument("--fault", action="append", default=[], metavar="NAME", help="only this fault (repeatable)")
    prove.add_argument("--backing", default="auto", choices=("auto", "containers", "embedded", "external"))
    prove.add_argument("--part", type=_part, default=(1, 1), metavar="K/N", help="every N-th fault from the K-th on")
    prove.add_argument("--worlds", type=_count, default=3, help="how many faults are planted side by side (default 3)")
    prove.add_argument("--json", type=Path, metavar="FILE", help="also write the matrix here")
    prove.set_defaults(command=_prove)
    report = commands.add_parser("report", help="render the decision page and the Allure report of the latest run")
    report.add_argument("--run", type=Path, help="run directory (default: the latest)")
    report.set_defaults(command=_report)
    replay = commands.add_parser("replay", help="judge the evidence of an observed canary again")
    replay.add_argument("file", type=Path, help="the observation in a run's evidence, NNN-canary-NAME-observation.json")
    replay.set_defaults(command=_replay)
    _baseline_commands(commands.add_parser("baseline", help="keep what a GO run measured, to compare later ones with"))
    doctor = commands.add_parser("doctor", help="check an environment file, its secrets, and what is reachable")
    doctor.add_argument("--env", default="hermetic", help="environment, by its file environments/NAME.toml")
    doctor.add_argument("--release", default="", help="release that attestations must be for")
    doctor.set_defaults(command=_doctor)
    return parser


def _baseline_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    update = commands.add_parser("update", help="take the candidate's latencies of a run that was GO")
    update.add_argument("--run", type=Path, help="run directory (default: the latest)")
    update.set_defaults(command=_update_baseline)


def _environment_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--env", default="hermetic", help="environment, by its file environments/NAME.toml")
    parser.add_argument("--release", default="", help="release that must be live")
    parser.add_argument("--backing", default="auto", choices=("auto", "containers", "embedded", "external"))
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="plant a fault (hermetic only)")
    parser.add_argument("--stack", default="", help="use the hermetic stack whose ready line is in this file")
    parser.add_argument("--full", action="store_true", help="run load in full, not at the environment's [scale]")


def _gate(options: argparse.Namespace) -> int:
    from gonogo import gate
    from gonogo.request import Request

    request = Request(
        root=options.root.resolve(),
        environment=options.env,
        gate=options.gate,
        release=options.release,
        backing=options.backing,
        faults=tuple(options.fault),
        stack=options.stack,
        full=options.full,
    )
    return gate.run(request, [f"-n{options.workers}"])


def known_tags(root: Path) -> frozenset[str]:
    """Return every tag a feature may carry: the markers of pyproject.toml and the ids of all criteria."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    names = {line.partition(":")[0].partition("(")[0].strip() for line in settings["markers"]}
    return frozenset(names | load_criteria(root / "features").criteria.keys())


def _criteria(options: argparse.Namespace) -> int:
    from gonogo.coverage import Coverage

    coverage = Coverage.read(options.root, known_tags(options.root))
    if options.json:
        print(json.dumps(coverage.as_dict(), indent=1, ensure_ascii=False))
    uncovered = coverage.uncovered()
    contradictions = coverage.contradictions()
    if not options.json and not options.uncovered:
        for entry in coverage.as_dict():
            print(f"{entry['id']:<10} {entry['verified_by']:<12} {len(entry['scenarios']):>2}  {entry['criterion']}")
    for criterion in uncovered:
        print(f"{criterion.id}: nothing verifies it: {criterion.statement}", file=sys.stderr)
    for contradiction in contradictions:
        print(contradiction, file=sys.stderr)
    if not options.json and not options.uncovered:
        print(f"{len(coverage.catalogue.criteria)} criteria, {len(uncovered)} uncovered")
    return 1 if options.uncovered and (uncovered or contradictions) else 0


def _prove(options: argparse.Namespace) -> int:
    from gonogo import prove

    asked = prove.Asked(tuple(options.fault), options.part, options.backing, options.worlds)
    return prove.run(options.root.resolve(), asked, options.json)


def _count(text: str) -> int:
    if text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 up")


def _part(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of):
        return int(number), int(of)
    raise argparse.ArgumentTypeError(f"{text!r}: give K/N, such as 2/4, with K from 1 to N")


def _report(options: argparse.Namespace) -> int:
    from gonogo.report import views
    from gonogo.run import Run

    directory = (options.run or options.root / "reports").resolve()
    if not (directory / "verdict.json").is_file():
        raise UsageError(f"{directory}: no run to report on; run `make verify` or `gonogo gate` first")
    return views.render(Run(directory))


def _replay(options: argparse.Namespace) -> int:
    from gonogo.watching import replay

    return replay.run(options.file, sys.stdout)


def _update_baseline(options: argparse.Namespace) -> int:
    from gonogo.watching import promotion

    root = options.root.resolve()
    return promotion.update(root, (options.run or root / "reports").resolve(), sys.stdout)


def _doctor(options: argparse.Namespace) -> int:
    from gonogo import doctor

    return doctor.run(options.root.resolve(), options.env, sys.stdout, options.release)
