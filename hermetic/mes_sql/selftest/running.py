"""Running the product's tests, and measuring what they cover."""

import io
import sys
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path

from hermetic.kit.command import FINE, PROBLEMS
from hermetic.kit.planted import Planted
from hermetic.mes_sql.selftest import rules
from hermetic.mes_sql.selftest import world as running
from hermetic.mes_sql.selftest.coverage import measured
from hermetic.mes_sql.world import World


def _suite(cases: Sequence[type[unittest.TestCase]]) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


def test(world: World) -> int:
    """Run all tests; the last line is such as `24 passed, 0 failed`."""
    faults = Planted(world.faults_file)
    cases = [*rules.CASES, running.EndToEnd, *([running.Planted] if "product-test-fails" in faults else [])]
    print(f"> burkol-mes@{world.release} test", flush=True)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(_suite(cases))
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return PROBLEMS if failed else FINE


def coverage(world: World) -> int:
    """Run the unit tests and print which share of the lines they ran, file by file; the last line is the whole."""
    cases = rules.CASES[1:2] if "coverage-low" in Planted(world.faults_file) else rules.CASES
    results: list[unittest.TestResult] = []
    runner = unittest.TextTestRunner(stream=io.StringIO())
    known, run = measured(lambda: results.append(runner.run(_suite(cases))), rules.MODULES)
    for file in sorted({file for file, _ in known}):
        there, seen = ({line for name, line in lines if name == file} for lines in (known, run))
        missing = ", ".join(map(str, sorted(there - seen))) or "none"
        print(f"{Path(file).name}: {100 * len(seen) / len(there):.1f} %, not run: {missing}")
    print(f"Lines: {100 * len(run) / len(known):.1f} %")
    return FINE if results[0].wasSuccessful() else PROBLEMS


SCRIPTS: dict[str, Callable[[World], int]] = {"test": test, "coverage": coverage}
