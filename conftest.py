"""Where pytest starts: the engine's plugin comes by `addopts`, the vocabulary of the features from here."""

from pathlib import Path

_VOCABULARIES = sorted(path.stem for path in (Path(__file__).parent / "steps").glob("[a-z]*.py"))

pytest_plugins = [f"steps.{name}" for name in _VOCABULARIES if name != "parameters"]
