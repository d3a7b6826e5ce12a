"""The pages: plain HTML with small modules; what is off is not in them."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hermetic.docflow.broken.site import broken_asset
from hermetic.docflow.server.errors import not_found
from hermetic.docflow.server.queue import TYPES
from hermetic.docflow.server.schedules import FORMATS, FREQUENCIES
from hermetic.docflow.server.service import Service, service_of
from hermetic.docflow.server.session import knows

PAGES = Path(__file__).parent.parent / "pages"
KINDS = {".js": "text/javascript", ".css": "text/css"}
FRESH = {"Cache-Control": "no-store"}


@cache
def templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), undefined=StrictUndefined, autoescape=True)


async def get_page(request: Request) -> Response:
    """Answer with a page, or send a reader without a session to the sign-in."""
    service, name = service_of(request), request.url.path.rpartition("/")[2]
    if not knows(service.world, request.headers):
        return RedirectResponse(f"/admin/sign-in?next={request.url.path}", 303, headers=FRESH)
    return _page(service, name)


async def get_sign_in(request: Request) -> Response:
    return _page(service_of(request), "sign-in")


def _page(service: Service, name: str) -> Response:
    build = service.builds.current()
    values = {"release": service.release, "build": build.id, "features": service.features.on()}
    text = (
        templates().get_template(f"{name}.html").render(**values, types=TYPES, formats=FORMATS, frequencies=FREQUENCIES)
    )
    return HTMLResponse(text, headers=FRESH)


async def get_asset(request: Request) -> Response:
    """Answer with a module or the style sheet."""
    path = PAGES / request.path_params["name"]
    if path.suffix not in KINDS or not path.is_file():
        raise not_found()
    text = broken_asset(service_of(request).faults, path.name, path.read_text(encoding="utf-8"))
    return Response(text, media_type=KINDS[path.suffix], headers=FRESH)


async def get_icon(_: Request) -> Response:
    return Response(status_code=204)
