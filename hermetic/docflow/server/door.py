"""Signing in, and the door of the API: whoever brings neither token nor session stays outside."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hermetic.docflow.broken.door import is_open
from hermetic.docflow.server.bodies import read_object
from hermetic.docflow.server.errors import Refused
from hermetic.docflow.server.service import service_of
from hermetic.docflow.server.session import ARM_COOKIE, COOKIE, is_token, knows, new_session

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that answers 401 to strangers."""

    async def answer(request: Request) -> Response:
        service = service_of(request)
        if not knows(service.world, request.headers) and not is_open(request.url.path, service.faults):
            raise Refused(401, "Sign in first: a bearer token or a session is needed")
        return await endpoint(request)

    return answer


async def sign_in(request: Request) -> Response:
    """Exchange the token for a session; it stays on this arm."""
    service, body = service_of(request), await read_object(request)
    if not is_token(service.world, str(body.get("token", ""))):
        raise Refused(401, "Wrong token")
    answer = JSONResponse({"signedIn": True})
    answer.set_cookie(COOKIE, new_session(service.world), httponly=True, samesite="strict")
    answer.set_cookie(ARM_COOKIE, service.arm, httponly=True, samesite="strict")
    return answer


async def sign_out(_: Request) -> Response:
    answer = JSONResponse({"signedIn": False})
    for name in (COOKIE, ARM_COOKIE):
        answer.delete_cookie(name, httponly=True, samesite="strict")
    return answer


async def is_tester(request: Request) -> Response:
    """Tell the router whether a request may come in while only testers may: 204, else 403."""
    known = knows(service_of(request).world, request.headers)
    return Response(status_code=204 if known else 403)
