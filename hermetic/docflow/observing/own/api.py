"""The HTTP API over what `answers.py` answers, with Prometheus' documents and its statuses."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from hermetic.docflow.observing.own import answers
from hermetic.docflow.observing.own.asking import Parameters
from hermetic.docflow.observing.own.configuration import Invalid
from hermetic.docflow.observing.own.work import Work
from hermetic.docflow.observing.promql.words import Failed, Refused

Answer = Callable[[Work, Parameters], Any]
ASKED: dict[str, Answer] = {
    "query": answers.instant,
    "query_range": answers.range_,
    "series": answers.series,
    "rules": answers.rules,
    "alerts": answers.alerts,
    "targets": answers.targets,
    "status/buildinfo": answers.build,
}


def make_app(work: Work) -> Starlette:
    """Return the application; its work begins and ends with it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await work.start()
        yield
        await work.stop()

    async def reload(_: Request) -> Response:
        try:
            await work.reload()
        except Invalid as error:
            print(error, file=sys.stderr, flush=True)
            return PlainTextResponse(f"failed to reload config: {error}\n", 500)
        return PlainTextResponse("")

    async def ready(_: Request) -> Response:
        return PlainTextResponse("Prometheus Server is Ready.\n")

    return Starlette(
        routes=[
            *(
                Route(f"/api/v1/{path}", _handler(work, answer), methods=["GET", "POST"])
                for path, answer in ASKED.items()
            ),
            Route("/api/v1/admin/tsdb/delete_series", _handler(work, answers.delete), methods=["POST", "PUT"]),
            Route("/-/ready", ready),
            Route("/-/healthy", ready),
            Route("/-/reload", reload, methods=["POST", "PUT"]),
        ],
        lifespan=lifespan,
    )


def _handler(work: Work, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        asked = Parameters(request.url.query, (await request.body()).decode())
        try:
            data = answer(work, asked)
        except Refused as error:
            return _error(400, "bad_data", error)
        except Failed as error:
            return _error(422, "execution", error)
        return Response(status_code=204) if data is None else JSONResponse({"status": "success", "data": data})

    return handle


def _error(status: int, kind: str, error: Exception) -> Response:
    return JSONResponse({"status": "error", "errorType": kind, "error": str(error)}, status)
