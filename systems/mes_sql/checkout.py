"""The checkout of the build: where things stand in it, and what is looked for there."""

from gonogo.outcome import Unverified
from gonogo.probes.folder import FolderProbe, Match

PLACES = {
    "the migrations": "server/mes/migrations/*",
    "the MES routes": "server/mesRoutes.js",
    "the pages": "src/*",
    "the production page": "src/pages/production.html",
    "the production components": "domains/production/components/*",
    "the plan designer library": "src/lib/planDesigner.js",
    "the worker portal": "domains/workerPortal/*",
}
TRACES = {
    "a trace of the former store": r"(?i)firebase|firestore|onSnapshot|db\.collection",
    "the package of the former store": r"require\(['\"]firebase",
    "a listener of the former store": r"onSnapshot|docChanges|db\.collection",
    "a new EventSource on the stream of plans": r"new EventSource\(['\"`]/api/mes/stream/plans",
}


def search(folder: FolderProbe, place: str, trace: str) -> list[Match]:
    """Return the lines of one of PLACES in which one of TRACES is found.

    Raises:
        Unverified: If place or trace is not among them, or the checkout is not there.
        Inconclusive: If the place has no file: finding nothing there proves nothing.
    """
    for name, known in ((place, PLACES), (trace, TRACES)):
        if name not in known:
            raise Unverified(f"{name!r} is not defined in systems/mes_sql/checkout.py; it has {', '.join(known)}")
    return folder.search(TRACES[trace], within=PLACES[place])
