"""Postgres and Redis servers that somebody else runs, named by variables.

GONOGO_POSTGRES_HOST, _PORT (5432), _USER (postgres), _PASSWORD, _DATABASE (postgres): a role that may create databases
and roles. GONOGO_REDIS_HOST, _PORT (6379), _PASSWORD: only databases that are empty are used.
"""

from collections.abc import Mapping
from dataclasses import replace

import psycopg
import redis

from hermetic.errors import HermeticError
from hermetic.services import Backing, Postgres, Redis

POSTGRES, REDIS = "GONOGO_POSTGRES_", "GONOGO_REDIS_"
HOSTS = (POSTGRES + "HOST", REDIS + "HOST")
REDIS_DATABASES = 16  # what a Redis has unless it is told otherwise; a managed one does not say


def is_configured(environment: Mapping[str, str]) -> bool:
    """Tell whether at least one of the two servers is named: then the other one must be, too."""
    return any(environment.get(name) for name in HOSTS)


def use_external(reason: str, environment: Mapping[str, str]) -> Backing:
    """Return the servers that the variables name, after talking to both.

    Raises:
        HermeticError: A variable is missing or wrong, or a server does not let us in.
    """
    missing = [name for name in HOSTS if not environment.get(name)]
    if missing:
        raise HermeticError(
            f"an external backing needs both a Postgres and a Redis, and {' and '.join(missing)} is not set",
            f"set {' and '.join(missing)}, or choose --backing=containers or --backing=embedded",
        )
    return Backing("external", _postgres(environment), _redis(environment), reason, stop=lambda: None)


def _postgres(environment: Mapping[str, str]) -> Postgres:
    service = Postgres(
        host=environment[POSTGRES + "HOST"],
        port=_port(environment, POSTGRES + "PORT", 5432),
        user=environment.get(POSTGRES + "USER", "postgres"),
        password=environment.get(POSTGRES + "PASSWORD", ""),
        database=environment.get(POSTGRES + "DATABASE", "postgres"),
    )
    try:
        return replace(service, version=service.ask_version())
    except psycopg.Error as error:
        raise _refused("Postgres", POSTGRES, service.host, service.port, error) from error


def _redis(environment: Mapping[str, str]) -> Redis:
    service = Redis(
        host=environment[REDIS + "HOST"],
        port=_port(environment, REDIS + "PORT", 6379),
        password=environment.get(REDIS + "PASSWORD", ""),
    )
    try:
        return replace(service, version=service.ask_version(), databases=ask_redis_databases(service))
    except redis.RedisError as error:
        raise _refused("Redis", REDIS, service.host, service.port, error) from error


def ask_redis_databases(service: Redis) -> int:
    """Return how many databases a Redis has; the usual 16 when it forbids to ask."""
    with service.connect() as client:
        try:
            return int(client.config_get("databases")["databases"])
        except redis.ResponseError:
            return REDIS_DATABASES


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise HermeticError(f"{name} is {text!r}, which is no port", f"set {name} to a number from 1 to 65535")
    return int(text)


def _refused(what: str, prefix: str, host: str, port: int, error: Exception) -> HermeticError:
    return HermeticError(
        f"the external {what} at {host}:{port} does not let us in: {str(error).strip()}",
        f"check {prefix}HOST, {prefix}PORT and {prefix}PASSWORD, and that {what} runs; "
        "or choose --backing=containers or --backing=embedded",
    )
