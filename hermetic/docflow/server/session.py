"""Who may in: who brings the token, or the cookie that the token was exchanged for; both instances know it."""

import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from hermetic.docflow.world import World

COOKIE, ARM_COOKIE = "docflow_session", "docflow_arm"


def is_token(world: World, token: str) -> bool:
    return secrets.compare_digest(token.encode(), world.token.encode())


def new_session(world: World) -> str:
    """Return a cookie's value: a number of its own and its signature."""
    number = secrets.token_hex(16)
    return f"{number}.{_sign(world, number)}"


def is_session(world: World, value: str) -> bool:
    number, _, signature = value.partition(".")
    return hmac.compare_digest(signature.encode(), _sign(world, number).encode())


def _sign(world: World, number: str) -> str:
    return hmac.new(world.session_key.encode(), number.encode(), hashlib.sha256).hexdigest()


def cookies_of(headers: Headers) -> dict[str, str]:
    """Return the cookies of a request; what cannot be read is none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def has_session(world: World, headers: Headers) -> bool:
    return is_session(world, cookies_of(headers).get(COOKIE, ""))


def knows(world: World, headers: Headers) -> bool:
    """Tell whether a request comes with the token or a session."""
    given = headers.get("authorization", "")
    return (given.startswith("Bearer ") and is_token(world, given.removeprefix("Bearer "))) or has_session(
        world, headers
    )
