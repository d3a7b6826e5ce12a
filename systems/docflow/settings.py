"""Settings files of the front end, which a deployment takes in when it is built."""

from collections.abc import Mapping
from pathlib import Path

from gonogo.outcome import Unverified
from systems.docflow.releasing import SETTINGS
from systems.docflow.service import DocFlow
from systems.papers import paper_at


def written(folder: Path, variables: Mapping[str, str]) -> Path:
    """Write a settings file with these variables, and return where it is."""
    path = folder / "settings.env"
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")
    return path


def of_checkout(docflow: DocFlow) -> Path:
    """Return where the settings file of the checkout is.

    Raises:
        Missed: If the checkout has none.
        Unverified: If there is no checkout.
    """
    paper_at(docflow.router.folder("repository"), SETTINGS)
    folder = docflow.router.settings.folders.get("repository")
    if folder is None:
        raise Unverified("docflow: no checkout; set the variable that [targets.docflow.folders] repository names")
    return Path(folder.path) / SETTINGS
