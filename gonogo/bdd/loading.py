"""Loading of step modules: a whole package at once, at little cost."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from gonogo.bdd.internals import StepFunctionContext, split_module

LOADED_STEPS = pytest.StashKey[list[StepFunctionContext]]()
"""The step definitions that were loaded here, in order; every feature of the session can use them."""


def load_steps(config: pytest.Config, package: str, *, leave_out: tuple[str, ...] = ()) -> None:
    """Make the steps, fixtures and hooks of all modules of a package known to every feature.

    Call it from `pytest_configure` of the root conftest.py. Naming the modules in `pytest_plugins` does the same, but
    costs more with each of them: pytest looks through all installed packages for the name, and registers every step
    definition as a fixture. Only pytest-bdd's own `scenario()` needs that, and so does not see steps loaded here.

    Args:
        config: pytest's configuration.
        package: Name of the package, such as "steps"; assertions in its modules are explained when they fail.
        leave_out: Modules of it that hold no steps.

    Raises:
        pytest.UsageError: If there is no such package.
    """
    if find_spec(package) is None:
        raise pytest.UsageError(f"no package {package!r} to load steps from; is the root directory on the import path?")
    from pkgutil import iter_modules  # not every run has a package of steps

    pytest.register_assert_rewrite(package)
    loaded = config.stash.setdefault(LOADED_STEPS, [])
    for found in iter_modules(import_module(package).__path__, f"{package}."):
        if found.name.rpartition(".")[2] not in leave_out and not config.pluginmanager.hasplugin(found.name):
            plugin, contexts = split_module(import_module(found.name))
            config.pluginmanager.register(plugin, found.name)
            loaded += contexts
