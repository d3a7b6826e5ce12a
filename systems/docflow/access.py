"""Who may ask DocFlow for what: every page and endpoint, asked with a token, with a wrong one, and without one."""

from dataclasses import dataclass

from gonogo.probes.reply import Reply
from systems.docflow.service import LISTS, PAGES, DocFlow

NOBODY = "not-a-token-of-anybody"


@dataclass(frozen=True)
class Offered:
    """A schedule as it was chosen, and the answer to it: of the API, or what the page has said."""

    form: str
    frequency: str
    answer: Reply | str

    @property
    def reply(self) -> Reply:
        """The API's answer; TypeError where a page was used."""
        if isinstance(self.answer, str):
            raise TypeError(f"a page has answered, and no API: {self.answer}")
        return self.answer

    @property
    def status(self) -> str:
        """The answer in short."""
        return self.answer if isinstance(self.answer, str) else str(self.answer.status)


def as_stranger(docflow: DocFlow, token: str) -> dict[str, Reply]:
    """Ask every list below the administration without a token, or with this one; return the answers by name.

    The answers are those of the canary itself, so that no door before it can hide that it is open.
    """
    target = docflow.strange_canary
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return {name: target.http.request("GET", target.path(name), headers=headers) for name in LISTS}


def as_passer_by(docflow: DocFlow) -> dict[str, Reply]:
    """Ask the router for every page and list without a token; return the answers by name."""
    target = docflow.strangers
    names = [*(f"{page} page" for page in PAGES), *LISTS]
    return {name: target.http.get(target.path(name)) for name in names}


def at_door(reply: Reply) -> bool:
    """Return whether the router itself has refused: no instance has put its name to the answer."""
    return reply.status in (401, 403) and "x-arm" not in reply.headers


def types_of(reply: Reply) -> list[str]:
    """Return the types of the documents in an answer of the queue; "none" for one without."""
    return [str((one.get("ai") or {}).get("type", "none")) for one in reply.require(200).json_at("/documents")]
