"""`python -m hermetic.mes.npm test`, or `run` with test:mes, test:mes:unit, test:mes:integration, test:smoke or build.

Real tests of the stand-in's rules and of the running world. The last line is such as `17 passed, 0 failed`.
"""

import hashlib
import sys
import unittest
from collections.abc import Callable, Sequence

from hermetic.kit.planted import Planted
from hermetic.mes.command import FINE, PROBLEMS, Usage, run
from hermetic.mes.selftest import integration, smoke, unit
from hermetic.mes.server.designer import ASSETS, FOLDER
from hermetic.mes.world import World

Group = Callable[[World, Planted], list[type[unittest.TestCase]]]


def unit_group(world: World, faults: Planted) -> list[type[unittest.TestCase]]:
    """Unit tests; those of backward compatibility end with the fallback."""
    cases: list[type[unittest.TestCase]] = [unit.CanonicalModel]
    if not world.state()["fallback_removed"]:
        cases.append(unit.BackwardCompatibility)
    return cases + ([unit.Planted] if "unit-test-fails" in faults else [])


def integration_group(_: World, faults: Planted) -> list[type[unittest.TestCase]]:
    return [integration.Integration, *([integration.Planted] if "integration-test-fails" in faults else [])]


def smoke_group(_: World, faults: Planted) -> list[type[unittest.TestCase]]:
    return [smoke.Smoke, *smoke.extra_cases(faults)]


def both_groups(world: World, faults: Planted) -> list[type[unittest.TestCase]]:
    rest = [] if "npm-test-omits-integration" in faults else integration_group(world, faults)
    return [*unit_group(world, faults), *rest]


def all_groups(world: World, faults: Planted) -> list[type[unittest.TestCase]]:
    return [*both_groups(world, faults), *smoke_group(world, faults)]


SCRIPTS: dict[str, Group] = {
    "test": all_groups,
    "test:mes": both_groups,
    "test:mes:unit": unit_group,
    "test:mes:integration": integration_group,
    "test:smoke": smoke_group,
}


def main(world: World, arguments: Sequence[str]) -> int:
    words = [word for word in arguments if word != "run"]
    if words == ["build"]:
        return build(world)
    if len(words) != 1 or words[0] not in SCRIPTS:
        raise Usage(
            f"npm knows: test; run {', run '.join([*SCRIPTS, 'build'])}; not {' '.join(arguments) or 'nothing'}"
        )
    faults = Planted(world.faults_file)
    suite = left_out(load(SCRIPTS[words[0]](world, faults)), words[0], faults)
    print(f"> quote-portal@{world.release} {words[0]}", flush=True)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    if words[0] in ("test", "test:smoke"):
        smoke.remember(world, not failed)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return PROBLEMS if failed else FINE


def load(cases: Sequence[type[unittest.TestCase]]) -> list[unittest.TestCase]:
    loader = unittest.TestLoader()
    return [
        test for case in cases for test in loader.loadTestsFromTestCase(case) if isinstance(test, unittest.TestCase)
    ]


def left_out(tests: list[unittest.TestCase], script: str, faults: Planted) -> unittest.TestSuite:
    """Return the suite, without one test where a fault says so."""
    missing = {"unit-test-missing": "test:mes:unit", "integration-test-missing": "test:mes:integration"}
    forgotten = any(name in faults and script == where for name, where in missing.items())
    return unittest.TestSuite(tests[1:] if forgotten else tests)


def build(world: World) -> int:
    """Copy the designer's files to build/, named after their content, and list them."""
    if "build-fails" in Planted(world.faults_file):
        print("Build failed: cannot resolve './planView.js' from js/planDesigner.js")
        return PROBLEMS
    target = world.directory / "build"
    target.mkdir(exist_ok=True)
    for name, _ in ASSETS.values():
        source = world.repository / FOLDER / name
        if not source.is_file():
            print(f"Build failed: {FOLDER / name} is missing")
            return PROBLEMS
        content = source.read_bytes()
        built = target / f"{source.stem}.{hashlib.sha256(content).hexdigest()[:8]}{source.suffix}"
        built.write_bytes(content)
        print(f"  {built.name}  {len(content)} bytes")
    print("Build complete")
    return FINE


if __name__ == "__main__":
    run(main)
