"""Asking the old store for documents; it counts by the name of the client."""

import json

from hermetic.kit.http_client import Client
from hermetic.mes_sql.server.store import Json


async def _call(client: Client, method: str, path: str, name: str, body: Json | None = None) -> Json | None:
    """Send a request; None when the old store does not know what is asked for."""
    headers = [(b"x-client", name.encode()), (b"content-type", b"application/json")]
    reply = await client.send(method, path, headers, b"" if body is None else json.dumps(body).encode())
    content = await reply.read()
    if reply.status == 404:
        return None
    if reply.status >= 400:
        raise ConnectionError(f"the old store answered {reply.status} to {method} {path}")
    answer: Json = json.loads(content)
    return answer


async def get_collection(client: Client, collection: str, name: str) -> list[Json]:
    answer = await _call(client, "GET", f"/collections/{collection}", name)
    documents: list[Json] = answer["documents"] if answer else []
    return documents


async def get_document(client: Client, collection: str, identifier: str, name: str) -> Json | None:
    return await _call(client, "GET", f"/collections/{collection}/{identifier}", name)


async def put_document(client: Client, collection: str, identifier: str, document: Json, name: str) -> None:
    await _call(client, "PUT", f"/collections/{collection}/{identifier}", name, document)


async def delete_document(client: Client, collection: str, identifier: str, name: str) -> None:
    await _call(client, "DELETE", f"/collections/{collection}/{identifier}", name)


async def changes(client: Client, collection: str, after: int, wait_s: float, name: str) -> list[Json]:
    """Return what was written to a collection after a change, waiting for the next one for a while."""
    answer = await _call(client, "GET", f"/changes/{collection}?after={after}&wait={wait_s}", name)
    found: list[Json] = answer["changes"] if answer else []
    return found
