"""Where each of the three features shows: in the health of both instances, in the API, on the pages."""

from systems.docflow.pages import Pages
from systems.docflow.service import FEATURES, DocFlow

Places = dict[str, list[str]]
"""Feature -> the places where it shows."""

EVERYWHERE = ("health of stable", "health of canary", "API", "page")
"""All places where a feature can show."""


def places(docflow: DocFlow, pages: Pages) -> Places:
    """Return where each feature shows now."""
    said = {f"health of {arm}": docflow.health(arm).get("features", {}) for arm in docflow.arms}
    found: Places = {feature: [at for at, on in said.items() if on.get(feature) is True] for feature in FEATURES}
    for feature in FEATURES:
        found[feature] += ["API"] if _answers(docflow, feature) else []
        found[feature] += ["page"] if pages.has_control(feature) else []
    return found


def _answers(docflow: DocFlow, feature: str) -> bool:
    """Return whether the API answers with what only the feature gives."""
    if feature == "queue_ai_enrichment":
        filtered = docflow.ask_queue("invoice").status
        return filtered == 200 or any("ai" in one for one in docflow.queue())
    if feature == "analytics_forecasting":
        target = docflow.canary
        reply = target.http.get(target.path("analytics"), params={"forecast": "true"})
        return reply.status == 200 and bool(reply.json().get("forecast"))
    return docflow.canary.http.get(docflow.canary.path("schedules")).status == 200
