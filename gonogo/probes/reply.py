"""The answer to one HTTP request, and how strictly it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gonogo.outcome import Missed, Unverified
from gonogo.probes import strict_json

_REFUSALS = {
    401: "the credentials were not accepted; check the token of the target",
    403: "the credentials are not allowed to do this; check the token's rights",
    429: "the target throttles us; wait, or ask for a higher limit",
}


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """One complete answer.

    Attributes:
        request: Method and path, e.g. "GET /health".
        status: HTTP status code.
        headers: Looked up without regard to case.
        body: The decoded body (after gzip).
        elapsed_s: Seconds from just before sending to the last byte of the body.
        retries: How many connection attempts were refused before this one.
    """

    request: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float
    retries: int = 0

    def __repr__(self) -> str:
        return f"<{self.request}: status {self.status}, {len(self.body)} B in {self.elapsed_s * 1000:.0f} ms>"

    @property
    def text(self) -> str:
        """Return the body as text (UTF-8; what is not becomes U+FFFD)."""
        return self.body.decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        """Return the type of the body, e.g. "application/json", without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def require(self, *statuses: int) -> Self:
        """Return the reply itself if its status is one of `statuses`.

        Raises:
            Unverified: For 401, 403, 429 or a declared maintenance: it says nothing about the release.
            Missed: For any other status.
        """
        if self.status in statuses:
            return self
        required = " or ".join(map(str, statuses))
        said = f"{self.request}: status {self.status}, required {required}"
        if self.status in _REFUSALS:
            raise Unverified(f"{said}; {_REFUSALS[self.status]}")
        if self.status == 503 and "x-maintenance" in self.headers:
            raise Unverified(f"{said}; the target says it is under maintenance; run again afterwards")
        raise Missed(f"{said}; {self._hint()}")

    def json(self) -> Any:
        """Return the JSON document of the body.

        Raises:
            Missed: If the body is empty, not of a JSON media type, not UTF-8, malformed, or names a key twice.
            Inconclusive: If a number in it is not finite.
        """
        if not self.body:
            raise Missed(f"{self.request}: status {self.status} with an empty body, required a JSON document")
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            given = self.media_type or "none"
            raise Missed(f"{self.request}: content type {given}, required application/json; {self._hint()}")
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Missed(f"{self.request}: the JSON is not UTF-8 ({error.reason} at byte {error.start})") from None
        return strict_json.loads(text, self.request)

    def json_at(self, pointer: str) -> Any:
        """Return the value at `pointer` (RFC 6901) of the JSON document.

        Raises:
            Unverified: If there is none; names the keys that are there.
        """
        return strict_json.resolve(self.json(), pointer, self.request)

    def _hint(self) -> str:
        if "location" in self.headers:
            return f"it redirects to {self.headers['location'].partition('?')[0]}, and redirects are not followed"
        return f"the body starts with {' '.join(self.text[:120].split())!r}" if self.body else "the body is empty"
