"""The end of a process that ran scenarios: nothing is looked through for garbage once more."""

import subprocess
import sys

LAST = "atexit.register(lambda: print(gc.get_freeze_count() > 10_000))"  # registered first, so asked last


def test_everything_is_set_apart_before_the_interpreter_ends() -> None:
    code = f"import atexit, gc; {LAST}; import gonogo.bdd.plugin; print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]
