"""The other engines, in a virtual environment of their own: one of them cannot be installed beside allure-pytest."""

import json
import subprocess
import sys
import venv
from pathlib import Path

PINNED = ("pytest==9.2.0", "pytest-bdd==9.0.1", "allure-pytest-bdd==2.16.2", "behave==1.3.3")


def python(folder: Path) -> Path:
    """Return the Python of the environment in `folder`, made at first use and remade when the pins change."""
    program = folder / "bin" / "python"
    marker = folder / "pinned.json"
    wanted = json.dumps([*PINNED, sys.version])
    if not marker.exists() or marker.read_text("utf-8") != wanted:
        print(f"making {folder.name}: {', '.join(PINNED)}", flush=True)
        venv.EnvBuilder(clear=True, with_pip=True).create(folder)
        subprocess.run([program, "-m", "pip", "install", "--quiet", *PINNED], check=True)
        marker.write_text(wanted, "utf-8")
    return program
