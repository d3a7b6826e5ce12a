"""GET /designer: the plan designer, served from the repository, so that what is reviewed there is what users get."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from hermetic.mes.broken.designer import broken_asset
from hermetic.mes.server.product import product_of

FOLDER = Path("domains/production")
ASSETS = {
    "": ("planDesigner.html", "text/html"),
    "planDesigner.js": ("js/planDesigner.js", "text/javascript"),
    "planView.js": ("js/planView.js", "text/javascript"),
    "planDesigner.css": ("css/planDesigner.css", "text/css"),
}


async def get_asset(request: Request) -> Response:
    """Answer with the page or one of its two assets; the page carries the release in a meta element."""
    product = product_of(request)
    name, kind = ASSETS[request.path_params.get("asset", "")]
    path = product.world.repository / FOLDER / name
    if not path.exists():
        return PlainTextResponse("The designer is not deployed", 404)
    text = path.read_text(encoding="utf-8").replace("{{release}}", product.world.release)
    return Response(broken_asset(product.faults, name, text), media_type=kind, headers={"cache-control": "no-store"})


async def get_named_asset(request: Request) -> Response:
    if request.path_params["asset"] not in ASSETS:
        return PlainTextResponse("Not found", 404)
    return await get_asset(request)
