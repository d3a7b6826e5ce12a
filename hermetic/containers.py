"""Postgres and Redis in containers, through testcontainers, for where a container engine answers.

GONOGO_POSTGRES_IMAGE (postgres:17) and GONOGO_REDIS_IMAGE (redis:7) name the images; what is not here is pulled once.
An image of Postgres starts as the official one does, by docker-entrypoint.sh.

Every container carries this run's mark as labels, and each start removes those whose keeper is dead. So the helper
container of testcontainers (Ryuk) is not needed and stays off unless TESTCONTAINERS_RYUK_DISABLED=false asks for it.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import redis

from hermetic.errors import HermeticError
from hermetic.external import ask_redis_databases
from hermetic.services import KEPT, STATISTICS, THROWAWAY, Backing, Postgres, Redis, random_password
from hermetic.sweep import is_orphan
from hermetic.workspace import Workspace

POSTGRES_IMAGE, REDIS_IMAGE = "GONOGO_POSTGRES_IMAGE", "GONOGO_REDIS_IMAGE"
DEFAULT_IMAGES = {POSTGRES_IMAGE: "postgres:17", REDIS_IMAGE: "redis:7"}
POSTGRES_PORT, REDIS_PORT = 5432, 6379
LABEL = "gonogo.hermetic."
PRELOADED = (f"shared_preload_libraries={STATISTICS}", KEPT)
ENGINE_VARIABLES = ("DOCKER_HOST", "DOCKER_CONTEXT")
ENGINE_FILES = ("/var/run/docker.sock", "~/.docker/config.json", "~/.testcontainers.properties")
HASTY_S, PATIENT_S = 1, 30  # for an engine's answer: where something else would serve, and where it was asked for
START_TIMEOUT_S = 30.0
# Read by testcontainers when it is imported: its own patience is two minutes for a container that died at once.
PATIENCE = {"TC_POOLING_INTERVAL": "0.1", "TC_MAX_TRIES": "300", "TESTCONTAINERS_RYUK_DISABLED": "true"}


def connect_engine(timeout_s: int = 60) -> Any:
    """Return a client of the container engine that the variables or the current Docker context name.

    Raises:
        Exception: None answers; the kinds differ by how the engine is reached.
    """
    for name, value in PATIENCE.items():
        os.environ.setdefault(name, value)
    from testcontainers.core.docker_client import DockerClient

    return DockerClient(timeout=timeout_s).client


def engine_problem(timeout_s: int = HASTY_S, connect: Callable[[int], Any] = connect_engine) -> str | None:
    """Ask the container engine for a sign of life; return why there is none in about `timeout_s`, or None."""
    if not _an_engine_is_named():
        return "no container engine answers (no DOCKER_HOST, no Docker context, no /var/run/docker.sock)"
    try:
        with closing(connect(timeout_s)) as engine:
            engine.ping()
    except ImportError as error:
        return f"the package testcontainers is not installed ({error.name})"
    except Exception as error:  # the engine's client, requests and urllib3 each have their own
        return f"no container engine answers ({_root_cause(error)})"
    return None


def _an_engine_is_named() -> bool:
    """Tell whether there is anybody to ask; the client's packages take long to import where there is not."""
    named = any(os.environ.get(name) for name in ENGINE_VARIABLES)
    return named or any(Path(path).expanduser().exists() for path in ENGINE_FILES)


def start_containers(workspace: Workspace, reason: str, environment: Mapping[str, str] = os.environ) -> Backing:
    """Start both containers side by side and return once both answer with their password.

    Raises:
        HermeticError: No engine answers, an image cannot be had, or a container does not come up.
    """
    problem = engine_problem(PATIENT_S)
    if problem:
        raise HermeticError(problem, "start Docker or Podman, set DOCKER_HOST, or choose --backing=embedded")
    with closing(connect_engine()) as engine:
        sweep_containers(engine)
    labels = {LABEL + name: value for name, value in workspace.owner.items()}
    images = {name: environment.get(name) or image for name, image in DEFAULT_IMAGES.items()}
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=2) as pool:
        database = pool.submit(_start_postgres, stack, images[POSTGRES_IMAGE], labels)
        cache = pool.submit(_start_redis, stack, images[REDIS_IMAGE], labels)
        services = database.result(), cache.result()  # a failure waits for the other one, then stops both
        return Backing("containers", *services, reason, stop=stack.pop_all().close)


def sweep_containers(client: Any) -> list[str]:
    """Remove the containers of keepers that were killed on this host; return their names."""
    from docker.errors import APIError

    removed = []
    for container in client.containers.list(all=True, filters={"label": LABEL + "workspace"}):
        owner = {name.removeprefix(LABEL): value for name, value in container.labels.items()}
        if is_orphan(owner):
            with suppress(APIError):  # another start was faster
                container.remove(force=True, v=True)
                removed.append(str(container.name))
    return removed


def _start_postgres(stack: ExitStack, image: str, labels: Mapping[str, str]) -> Postgres:
    """Start Postgres with the statistics of statements, or without where the image does not bring that library."""
    try:
        return _postgres_with(stack, image, labels, (*THROWAWAY, *PRELOADED))
    except HermeticError:
        return _postgres_with(stack, image, labels, THROWAWAY)


def _postgres_with(stack: ExitStack, image: str, labels: Mapping[str, str], settings: Sequence[str]) -> Postgres:
    from testcontainers.community.postgres import PostgresContainer

    password = random_password()
    container = PostgresContainer(
        image,
        POSTGRES_PORT,
        username="postgres",
        password=password,
        dbname="postgres",
        driver=None,
        labels=dict(labels),
        command=["postgres", *(word for setting in settings for word in ("-c", setting))],
    )
    host, port = _start(stack, container, image, POSTGRES_PORT)
    service = Postgres(host, port, "postgres", password)
    return replace(service, version=_until_answer(service.ask_version, image))


def _start_redis(stack: ExitStack, image: str, labels: Mapping[str, str]) -> Redis:
    from testcontainers.community.redis import RedisContainer

    password = random_password()
    container = RedisContainer(image, REDIS_PORT, password=password, labels=dict(labels))
    host, port = _start(stack, container, image, REDIS_PORT)
    service = Redis(host, port, password)
    version = _until_answer(service.ask_version, image)
    return replace(service, version=version, databases=ask_redis_databases(service))


def _start(stack: ExitStack, container: Any, image: str, port: int) -> tuple[str, int]:
    """Start a container that `stack` will remove; return where its port is reached from here.

    Raises:
        HermeticError: The image cannot be had, or the container does not come up.
    """
    stack.callback(container.stop)
    if _reached_on_loopback(container):
        container.ports[str(port)] = ("127.0.0.1", None)  # else the engine publishes it to the whole network
    try:
        container.start()
        return str(container.get_container_host_ip()), int(container.get_exposed_port(port))
    except Exception as error:  # the engine's client, requests, redis and the wait strategies each have their own
        raise _cannot_start(image, error) from error


def _reached_on_loopback(container: Any) -> bool:
    """Return whether published ports are reached on 127.0.0.1; from inside a container they may not be."""
    from testcontainers.core.config import ConnectionMode

    client = container.get_docker_client()
    return client.get_connection_mode() is ConnectionMode.docker_host and client.host() in ("localhost", "127.0.0.1")


def _until_answer(ask: Callable[[], str], image: str) -> str:
    """Ask until a service answers from outside its container: a wait inside says nothing of the published port."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return ask()
        except (psycopg.OperationalError, redis.ConnectionError, redis.TimeoutError) as error:
            if time.monotonic() > deadline:
                raise _cannot_start(image, error) from error
            time.sleep(0.05)


def _cannot_start(image: str, error: Exception) -> HermeticError:
    return HermeticError(
        f"no container could be started from the image {image} ({_root_cause(error)})",
        f"docker pull {image}, or name an image that is here: {POSTGRES_IMAGE}=..., {REDIS_IMAGE}=...; "
        "or choose --backing=embedded",
    )


def _root_cause(error: BaseException) -> str:
    """Return in one line what the engine explained, or else the innermost error: the outer ones say little."""
    chain = [error]
    while inner := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(inner)
    explained = [str(said) for link in chain if (said := getattr(link, "explanation", None))]
    text = explained[0] if explained else str(chain[-1]) or type(chain[-1]).__name__
    return text.strip().splitlines()[0][:240]
