"""What happens to a service and wakes somebody: server errors, documents that nobody can tell, a forecast far off."""

import asyncio
import urllib.request
from collections.abc import Callable
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from hermetic.docflow import observing
from hermetic.docflow.broken.replies import CAUSE
from hermetic.docflow.crowd.crowd import DOCUMENT, Crowd
from hermetic.docflow.crowd.kinds import ADMIN, DOCUMENTS, SCHEDULE, TAG, Step
from hermetic.docflow.crowd.traffic import features_of
from hermetic.docflow.domain.classifier import trained
from hermetic.docflow.features import AI, FORECAST
from hermetic.docflow.world import ARMS, Arm, World
from hermetic.kit.command import DIRECT
from hermetic.kit.control_port import Refusal

UNSURE = (
    "parties payable paid dear",
    "note about the invoice and the contract, the letter and the receipt",
)
LOW = 0.5
BATCH = 40
OUTWEIGHS = 4  # times what was classified before
MOST = 1000
Body = dict[str, Any]


def cause(world: World, body: Body) -> Body:
    """Have something happen; answers when it has. The next arrangement undoes it.

    Raises:
        Refusal: What is asked for is not known.
    """
    what = body.get("what")
    if what not in CAUSES:
        raise Refusal(400, f"what must be one of {', '.join(CAUSES)}")
    observing.await_scrapes(world.prometheus_url)
    return {"what": what, **CAUSES[str(what)](world, body)}


def _server_errors(world: World, body: Body) -> Body:
    """Have so many requests of a new endpoint end in 503."""
    arm, number = body.get("arm", "canary"), int(_number(body, "requests", 5, 1, MOST))
    if arm not in ARMS:
        raise Refusal(400, f"arm must be one of {', '.join(ARMS)}")
    crowd = Crowd(world.url_of(arm), world.token, [(CAUSE, world.session_key.encode())])
    asyncio.run(crowd.take([("GET", SCHEDULE, None)] * number))
    return {"statuses": crowd.statuses}


def _low_confidence(world: World, body: Body) -> Body:
    """Upload documents of which such a share has a low confidence."""
    share, confidence = _number(body, "share", 0.15, 0, 0.9), _number(body, "confidence", 0.4, 0.25, LOW)
    text = min(UNSURE, key=lambda one: abs(_confidence(one) - confidence))
    uploaded = {arm: _upload(world, arm, share, text) for arm in ARMS if features_of(world, arm)[AI]}
    return {"confidence": round(_confidence(text), 3), "uploaded": uploaded}


def _upload(world: World, arm: Arm, share: float, text: str) -> dict[str, int]:
    """Upload so many that the share holds with and without what came before; a look meanwhile never sees more of it."""
    number = max(BATCH, OUTWEIGHS * _classified(world, arm))
    unsure = round(share * number)
    unclear: Step = ("POST", DOCUMENTS, {"title": "17", "text": text, "tag": TAG})
    steps = [("POST", DOCUMENTS, DOCUMENT)] * (number - unsure) + [unclear] * unsure
    asyncio.run(Crowd(world.url_of(arm), world.token).take(steps))
    return {"unsure": unsure, "sure": number - unsure}


def _classified(world: World, arm: Arm) -> int:
    """Return how many documents an instance has classified."""
    request = urllib.request.Request(f"{world.url_of(arm)}/metrics")  # noqa: S310 - the world's own address
    with DIRECT.open(request, timeout=5) as reply:
        families = text_string_to_metric_families(reply.read().decode())
        samples = [sample for family in families for sample in family.samples]
    return sum(int(sample.value) for sample in samples if sample.name == "ai_classification_confidence_count")


def _forecast_deviation(world: World, body: Body) -> Body:
    """Have the last forecasts miss by such a part, and every instance find out."""
    ratio = _number(body, "ratio", 0.3, 0, 10)
    with world.connect(world.store) as connection:
        connection.execute("update docflow.forecasts set predicted = round(actual * %s::numeric, 2)", [1 + ratio])
    for arm in ARMS:
        if features_of(world, arm)[FORECAST]:
            asyncio.run(Crowd(world.url_of(arm), world.token).take([("GET", f"{ADMIN}/analytics?forecast=true", None)]))
    return {"ratio": ratio}


def _confidence(text: str) -> float:
    found = trained().classify(f"17 {text}")
    return found.confidence if found else 0.0


def _number(body: Body, name: str, default: float, least: float, most: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Refusal(400, f"{name} must be a number from {least:g} to {most:g}")
    return float(value)


CAUSES: dict[str, Callable[[World, Body], Body]] = {
    "server_errors": _server_errors,
    "low_confidence": _low_confidence,
    "forecast_deviation": _forecast_deviation,
}
