"""Who may listen and write: who brings the token, or the cookie that the token was exchanged for."""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hermetic.mes_sql.server.errors import Refused
from hermetic.mes_sql.server.service import Service, service_of

COOKIE = "mes_session"


async def sign_in(request: Request) -> Response:
    """Exchange the token for a cookie, for browsers: EventSource can send no header."""
    service = service_of(request)
    body = await request.json()
    token = str(body.get("token", "")) if isinstance(body, dict) else ""
    if "session-refused" in service.faults or not secrets.compare_digest(token, service.world.token):
        raise Refused(401, "Wrong token")
    session = secrets.token_hex(16)
    service.sessions.add(session)
    answer = JSONResponse({"signedIn": True})
    answer.set_cookie(COOKIE, session, httponly=True, samesite="strict")
    return answer


def check(request: Request, *, stream: bool = False) -> None:
    """Let a request pass that has a login.

    Raises:
        Refused: 401.
    """
    service = service_of(request)
    if not (signed_in(service, request) or (stream and "stream-open-to-all" in service.faults)):
        raise Refused(401, "Sign in first")


def signed_in(service: Service, request: Request) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return secrets.compare_digest(given, service.world.token) or request.cookies.get(COOKIE) in service.sessions
