"""Documents: the queue, uploading, publishing, deleting."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.docflow.broken.queue import asked_type, left_out
from hermetic.docflow.domain.classifier import Classification, trained
from hermetic.docflow.domain.training import SENTENCES
from hermetic.docflow.features import AI
from hermetic.docflow.server.bodies import check_document, read_object, whole
from hermetic.docflow.server.errors import Refused, not_found
from hermetic.docflow.server.service import Service, service_of
from hermetic.docflow.server.store import Row
from hermetic.kit.log import timestamp

TYPES = tuple(SENTENCES)
LIMIT, MOST = 50, 500
AMOUNT = re.compile(r"EUR\s*(\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d+(?:\.\d{2})?)")


async def list_documents(request: Request) -> JSONResponse:
    """Answer with the newest documents; `aiType` is the feature's."""
    service = service_of(request)
    featured, kind = service.features.has(AI), request.query_params.get("aiType")
    if kind is not None and not featured:
        raise not_found()
    if kind is not None and kind not in TYPES:
        raise Refused(400, f"aiType must be one of {', '.join(TYPES)}")
    asked = asked_type(kind, service.faults)
    limit = whole(request.query_params.get("limit", str(LIMIT)), 1, MOST, "limit")
    rows = left_out(await service.store.documents(asked, limit), kind, service.faults)
    total = await service.store.count_documents(asked)
    return JSONResponse({"documents": [shown(row, featured=featured) for row in rows], "total": total})


async def upload(request: Request) -> JSONResponse:
    """Take a document in, classified by its words while the feature is on."""
    service = service_of(request)
    fields = check_document(await read_object(request))
    featured = service.features.has(AI)
    found = classify(service, f"{fields['title']} {fields['text']}") if featured else None
    row = await service.store.add_document(fields, found, amount_of(fields["text"]))
    service.metrics.count("doc_ingested_total")
    return JSONResponse({"document": shown(row, featured=featured)}, 201)


def classify(service: Service, text: str) -> Classification | None:
    """Classify a text and count it; None, a failure, where no word is known."""
    found = trained().classify(text)
    service.metrics.count("ai_classification_requests_total")
    if found is None:
        service.metrics.count("ai_classification_failures_total")
    else:
        service.metrics.observe("ai_classification_confidence", found.confidence)
    return found


def amount_of(text: str) -> float | None:
    """Return the first amount of a text, such as EUR 1,250.00."""
    found = AMOUNT.search(text)
    return float(found[1].replace(",", "")) if found else None


async def publish(request: Request) -> JSONResponse:
    service = service_of(request)
    name = request.path_params["id"]
    row = await service.store.publish(name)
    if row is None:
        known = await service.store.one("select state from docflow.documents where id = %(id)s", id=name)
        raise Refused(409, f"{name} is published already") if known else Refused(404, f"There is no document {name}")
    service.metrics.count("revenue_total_eur", float(row["amount_eur"] or 0))
    return JSONResponse({"document": shown(row, featured=service.features.has(AI))})


async def delete_document(request: Request) -> JSONResponse:
    """Delete a document that carries a tag."""
    service, name = service_of(request), request.path_params["id"]
    row = await service.store.one("select tag from docflow.documents where id = %(id)s", id=name)
    if row is None:
        raise Refused(404, f"There is no document {name}")
    if not row["tag"]:
        raise Refused(403, f"{name} carries no tag and is not for deletion")
    await service.store.rows("delete from docflow.documents where id = %(id)s", id=name)
    await service.store.announce(name, "deleted")
    return JSONResponse({"deleted": name})


def shown(row: Row, *, featured: bool) -> dict[str, Any]:
    """Return a document as it is answered."""
    document = {
        "id": row["id"],
        "title": row["title"],
        "uploadedAt": timestamp(row["uploaded_at"]),
        "state": row["state"],
    }
    ai = {"type": row["ai_type"], "confidence": round(row["ai_confidence"], 4)} if row["ai_type"] else None
    return {**document, "ai": ai} if featured else document
