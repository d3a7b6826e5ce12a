"""`python -m bench`: measures the engine beside others and exits 1 where a goal is missed."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import others, smoke
from bench.contender import BenchError, Contender, Times, measure
from bench.corpus import Corpus
from bench.goals import table, verdicts

ROOT = Path(__file__).parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
PLUGINS = ("-p", "gonogo.bdd.plugin")
REPORT = ("-p", "allure_pytest.plugin", "--alluredir=results", "--clean-alluredir")


def main() -> int:
    """Measure and print; 0 if all goals are reached, 1 if one is missed, 2 if something could not be measured."""
    options = _options()
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=cache) as name:
        try:
            times = measure(_engines(Path(name), options), options.rounds)
            times |= _smoke(Path(name), options.rounds)
        except BenchError as error:
            print(error, file=sys.stderr)
            return 2
    lines, reached = verdicts(times)
    print(f"{options.scenarios} scenarios x 5 steps, median of {options.rounds} rounds in turn, whole processes\n")
    print(table(times), end="\n\n")
    print(lines)
    return 0 if reached else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds to measure (default: %(default)s)")
    parser.add_argument("--scenarios", type=int, default=1000, help="size of the corpus (default: %(default)s)")
    parser.add_argument("--ours-only", action="store_true", help="leave out what needs the second environment")
    return parser.parse_args()


def _engines(folder: Path, options: argparse.Namespace) -> list[Contender]:
    corpus, large = Corpus(options.scenarios), Corpus(options.scenarios, unused=1600)
    plain, ours = corpus.write(folder / "plain", "plain"), corpus.write(folder / "ours", "bdd")
    many = large.write(folder / "many", "bdd")
    passed = rf"\b{options.scenarios} passed"
    here = {"PYTHONPATH": str(ROOT)}
    contenders = [
        Contender("plain pytest", (*PYTEST, "."), plain, passed),
        Contender("gonogo", (*PYTEST, *PLUGINS, "."), ours, passed, here),
        Contender("gonogo, 1,600 unused", (*PYTEST, *PLUGINS, "."), many, passed, here),
        Contender("gonogo + Allure", (*PYTEST, *PLUGINS, *REPORT, "."), ours, passed, here),
    ]
    return contenders if options.ours_only else contenders + _others(folder, corpus, passed)


def _others(folder: Path, corpus: Corpus, passed: str) -> list[Contender]:
    python = others.python(ROOT / ".venv-bench")
    stock, behave = corpus.write(folder / "stock", "stock"), corpus.write(folder / "behave", "behave")
    command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_bdd.plugin")
    report = ("-p", "allure_pytest_bdd.plugin", "--alluredir=results", "--clean-alluredir")
    done = rf"\b{corpus.scenarios} scenarios? passed, 0 failed"
    return [
        Contender("pytest-bdd", (*command, "."), stock, passed),
        Contender("pytest-bdd + allure-pytest-bdd", (*command, *report, "."), stock, passed),
        Contender("behave", (python, "-m", "behave", "--format=progress", "."), behave, done),
    ]


def _smoke(folder: Path, rounds: int) -> dict[str, Times]:
    place = smoke.write(folder / "smoke")
    with smoke.server(place) as url:
        environment = {"BENCH_URL": url, "PYTHONPATH": str(ROOT)}
        contenders = [
            Contender("smoke: bare loop", (sys.executable, "loop.py"), place, "120 requests", environment),
            Contender("smoke: plain pytest", (*PYTEST, "."), place / "plain", r"\b60 passed", environment),
            Contender(
                "smoke: gonogo + Allure",
                (*PYTEST, *PLUGINS, "smoke.feature"),
                place,
                rf"\b{smoke.SCENARIOS} passed",
                environment,
            ),
        ]
        return measure(contenders, rounds * 2)


if __name__ == "__main__":
    sys.exit(main())
