"""The same scenarios for every engine: written as features with steps, and as plain test functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STEPS = 5
SCENARIOS_PER_FILE = 20
DEFINITIONS_PER_MODULE = 100

_CONFTEST = """
from gonogo.bdd.loading import load_steps

def pytest_configure(config):
    load_steps(config, "vocabularies")
"""
KINDS = ("given", "given", "when", "then", "then")


@dataclass(frozen=True)
class Corpus:
    """How much to generate; `unused` definitions stand beside the `definitions` that scenarios use."""

    scenarios: int = 1000
    definitions: int = 300
    unused: int = 0

    def write(self, folder: Path, engine: str) -> Path:
        """Write the corpus for one engine (plain, bdd, behave or stock) and return its folder."""
        writers = {"plain": self._plain, "bdd": self._bdd, "stock": self._stock, "behave": self._behave}
        folder.mkdir(parents=True)
        (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")  # else one above the folder would count
        writers[engine](folder)
        return folder

    def _plain(self, folder: Path) -> None:
        (folder / "vocabulary.py").write_text("\n".join(self._functions()), "utf-8")
        for number, group in enumerate(self._groups()):
            tests = "\n".join(self._test(scenario) for scenario in group)
            (folder / f"test_{number:03}.py").write_text(f"import vocabulary as v\n\n{tests}", "utf-8")

    def _bdd(self, folder: Path) -> None:
        self._write_vocabulary(folder / "vocabularies", "pytest_bdd", "parsers.parse({!r})")
        (folder / "conftest.py").write_text(_CONFTEST, "utf-8")
        self._write_features(folder)

    def _stock(self, folder: Path) -> None:
        names = self._write_vocabulary(folder / "vocabularies", "pytest_bdd", "parsers.parse({!r})")
        (folder / "conftest.py").write_text(f"pytest_plugins = {names!r}\n", "utf-8")
        self._write_features(folder)
        for number, _ in enumerate(self._groups()):
            binding = f'from pytest_bdd import scenarios\nscenarios("{number:03}.feature")\n'
            (folder / f"test_{number:03}.py").write_text(binding, "utf-8")

    def _behave(self, folder: Path) -> None:
        self._write_vocabulary(folder / "steps", "behave", "{!r}")
        self._write_features(folder)

    def _write_features(self, folder: Path) -> None:
        for number, group in enumerate(self._groups()):
            (folder / f"{number:03}.feature").write_text(self._feature(number, group), "utf-8")

    def _write_vocabulary(self, folder: Path, package: str, pattern: str) -> list[str]:
        """Write the definitions, some to a module, and return the modules' names."""
        folder.mkdir()
        (folder / "__init__.py").write_text("", "utf-8")
        everything = range(self.definitions + self.unused)
        groups = [everything[first : first + DEFINITIONS_PER_MODULE] for first in everything[::DEFINITIONS_PER_MODULE]]
        for place, group in enumerate(groups):
            (folder / f"vocabulary_{place:02}.py").write_text(self._vocabulary(group, package, pattern), "utf-8")
        return [f"{folder.name}.vocabulary_{place:02}" for place in range(len(groups))]

    def _groups(self) -> Iterator[range]:
        for first in range(0, self.scenarios, SCENARIOS_PER_FILE):
            yield range(first, min(first + SCENARIOS_PER_FILE, self.scenarios))

    def _used(self, scenario: int) -> list[int]:
        """Return the numbers of the definitions that a scenario uses, one for each of its steps."""
        share = self.definitions // STEPS
        return [place * share + scenario % share for place in range(STEPS)]

    def _feature(self, number: int, group: range) -> str:
        lines = [f"Feature: Generated {number}", ""]
        for scenario in group:
            lines.append(f"  Scenario: Generated scenario {scenario}")
            for kind, definition in zip(KINDS, self._used(scenario), strict=True):
                lines.append(f"    {kind.title()} {_text(definition, scenario)}")
            lines.append("")
        return "\n".join(lines)

    def _test(self, scenario: int) -> str:
        calls = [f"    v.step_{number}({_argument(number, scenario)})" for number in self._used(scenario)]
        return "\n".join([f"def test_{scenario}():", *calls, ""])

    def _functions(self) -> Iterator[str]:
        for number in range(self.definitions):
            argument, check = ("amount", "amount >= 0") if number % 2 else ("", "True")
            yield f"def step_{number}({argument}):\n    assert {check}\n"

    def _vocabulary(self, numbers: range, package: str, pattern: str) -> str:
        names = "given, then, when, parsers" if package == "pytest_bdd" else "given, then, when"
        parts = [f"from {package} import {names}\n"]
        share = self.definitions // STEPS
        for number in numbers:
            kind = KINDS[number // share] if number < self.definitions else KINDS[number % STEPS]
            text = repr(_phrase(number)) if number % 2 == 0 else pattern.format(_phrase(number))
            arguments = ["context"] if package == "behave" else []
            arguments += ["amount"] if number % 2 else []
            body = "assert amount >= 0" if number % 2 else "assert True"
            parts.append(f"@{kind}({text})\ndef step_{number}({', '.join(arguments)}):\n    {body}\n")
        return "\n".join(parts)


def _phrase(number: int) -> str:
    return f"part {number} of the shop holds {{amount:d}} plans" if number % 2 else f"part {number} of the shop is open"


def _text(number: int, scenario: int) -> str:
    return _phrase(number).replace("{amount:d}", str(scenario % 97))


def _argument(number: int, scenario: int) -> str:
    return str(scenario % 97) if number % 2 else ""
