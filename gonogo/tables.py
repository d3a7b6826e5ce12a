"""What the tables of an environment file are made of: closed, frozen models; values may come from variables."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gonogo.secrets import Secret


class Reference(str):
    """A value that came from an environment variable, with the variable's name.

    `written` is true where the variable was not set and the value is the default that the file holds.
    """

    name: str
    written: bool

    def __new__(cls, name: str, value: str, written: bool = False) -> "Reference":
        self = super().__new__(cls, value)
        self.name = name
        self.written = written
        return self


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, Reference) and not value.written:
        return Secret(value.name, str(value))
    raise ValueError('a secret is never written here, nor its default; name its variable: {env = "NAME"}')


def as_number(value: object) -> object:
    return int(value) if isinstance(value, Reference) and value.isdigit() else value


def _url(value: object) -> str:
    text = str(value)
    if not re.match(r"^https?://[^/@\s]+(/|$)", text):
        raise ValueError("must be http://HOST or https://HOST, without user or password")
    return text.rstrip("/")


Url = Annotated[str, BeforeValidator(_url)]
SecretValue = Annotated[Secret, BeforeValidator(_secret)]
Port = Annotated[int, BeforeValidator(as_number), Field(gt=0, lt=65536)]
StreamPath = Annotated[str, Field(pattern=r"^/([^/].*)?$")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Seconds = Positive


class Model(BaseModel):
    """A closed, frozen table of an environment file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)
