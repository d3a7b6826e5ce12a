"""The control port of a stand-in: puts a hermetic target into a named state, and breaks it on purpose."""

from typing import Any
from urllib.parse import quote, urlsplit

import requests

from gonogo.guard import Guard, asked
from gonogo.outcome import Unverified

_DEADLINE_S = 60


class ControlPort:
    """Steers one stand-in. It exists only in hermetic environments; the environment file cannot name one elsewhere."""

    def __init__(self, name: str, url: str, guard: Guard) -> None:
        self.name = name
        self._url = url
        self._guard = guard
        self._session = requests.Session()
        self._session.trust_env = False

    def arrange(self, state: str, **parameters: Any) -> dict[str, Any]:
        """Put the stand-in into the state `state` and return what it says about it."""
        return dict(self._tell("POST", "/arrange", {"state": state, **parameters}))

    def state(self) -> dict[str, Any]:
        """Return the present state, release, flags and faults."""
        return dict(self._tell("GET", "/state"))

    def fault(self, name: str) -> dict[str, Any]:
        """Plant the fault `name`; it stays until `clear_faults`."""
        return dict(self._tell("POST", "/faults", {"name": name}))

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._tell("DELETE", "/faults")

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for something that only this stand-in knows, such as events to live through."""
        return dict(self._tell("POST", path, body))

    def requests(self) -> list[dict[str, Any]]:
        """Return what the product's port was asked since the last `clear_requests`."""
        found: list[dict[str, Any]] = self._tell("GET", "/requests")
        return found

    def clear_requests(self) -> None:
        """Forget what the product's port was asked."""
        self._tell("DELETE", "/requests")

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _tell(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON reply.

        Raises:
            Unverified: If the stand-in does not answer, or refuses (an unknown state or fault).
        """
        subject = f"control port of the stand-in {self.name!r}: {method} {path}"
        parts = urlsplit(self._url)
        self._guard.reach(subject, parts.hostname or "", parts.port or 80)
        try:
            with asked():
                reply = self._session.request(
                    method, self._url + quote(path), json=body, timeout=_DEADLINE_S, allow_redirects=False
                )
        except requests.RequestException as error:
            raise Unverified(f"{subject}: no answer ({type(error).__name__}); is the stand-in still running?") from None
        if not reply.ok:
            raise Unverified(
                f"{subject} {body or ''}: status {reply.status_code}: {' '.join(reply.text.split())[:400]}"
            )
        return reply.json() if reply.content else {}
