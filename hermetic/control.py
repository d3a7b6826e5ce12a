"""Talking to the control port of a stand-in."""

import json
import urllib.error
import urllib.request
from typing import Any

from hermetic.errors import HermeticError

TIMEOUT_S = 30.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy of the machine is not for loopback


def post(control: str, path: str, body: dict[str, Any]) -> Any:
    """POST to a control port and return its answer.

    Raises:
        HermeticError: It refuses, or does not answer within TIMEOUT_S.
    """
    request = urllib.request.Request(  # noqa: S310 - the address is a stand-in's own
        control + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with DIRECT.open(request, timeout=TIMEOUT_S) as response:
            return json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        said = error.read().decode(errors="replace").strip()
        raise HermeticError(
            f"POST {path} {json.dumps(body)} was refused with {error.code}: {said}", "see GET /state"
        ) from error
    except (OSError, ValueError) as error:
        raise HermeticError(
            f"POST {path} at {control} had no usable answer: {error}", "see the stand-in's log"
        ) from error
