"""Many short pytest runs, each in a process of its own that is forked from one which has imported everything already.

Importing takes longer than most of these runs; a fork costs milliseconds.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_HEAVY = ("gonogo.ownership", "gonogo.probes.http", "numpy", "playwright.sync_api", "psycopg", "scipy.special")


def run(root: Path, arguments: Sequence[str], variables: Mapping[str, str], limit_s: float) -> None:
    """Run pytest with `arguments` in `root`, its output thrown away, and wait; after `limit_s` seconds it is ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *_HEAVY])
    process = context.Process(target=_run, args=(str(root), list(arguments), dict(variables)))
    process.start()
    process.join(limit_s)
    if process.is_alive():
        process.kill()
        process.join()


def _run(root: str, arguments: list[str], variables: dict[str, str]) -> None:
    os.environ.update(variables)
    os.chdir(root)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os._exit(int(pytest.main(arguments)))
