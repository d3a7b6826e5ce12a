"""The JSON Schema of environment files, for editors: what may stand where, and what may come from a variable."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gonogo.settings import Environment

_LEAVES = ("string", "integer", "number")
_VARIABLE: dict[str, Any] = {
    "type": "object",
    "description": "A value from an environment variable",
    "properties": {
        "env": {"type": "string", "description": "Name of the variable"},
        "optional": {"type": "boolean", "description": "Leaves out the whole table where the variable is not set"},
        "default": {"type": ["string", "integer"], "description": "Used where the variable is not set"},
    },
    "required": ["env"],
    "additionalProperties": False,
}
_SECRET = {
    **_VARIABLE,
    "description": "A secret, by the name of its environment variable",
    "properties": {key: value for key, value in _VARIABLE["properties"].items() if key != "default"},
}
_EXTENDS = {"type": "array", "items": {"type": ["string"]}, "description": "Files below environments/ to lie over"}
_SECRET_HERE = {"title": "Secret"}


class _Generator(GenerateJsonSchema):
    """Leaves a mark where a secret stands."""

    def is_instance_schema(self, _: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        return dict(_SECRET_HERE)


def json_schema() -> dict[str, Any]:
    """Return the schema of environments/NAME.toml (JSON Schema, draft 2020-12)."""
    schema = Environment.model_json_schema(schema_generator=_Generator)
    for computed in ("name", "digest"):
        del schema["properties"][computed]
    schema = {key: _with_variables(value) for key, value in schema.items()}
    schema["properties"]["extends"] = _EXTENDS
    schema["$defs"] |= {"Variable": _VARIABLE, "SecretVariable": _SECRET}
    return schema


def _with_variables(node: Any) -> Any:
    """Return `node` in which every single value may be a variable instead, and every secret must be one."""
    if isinstance(node, list):
        return [_with_variables(item) for item in node]
    if not isinstance(node, dict):
        return node
    if _SECRET_HERE.items() <= node.items():
        return {"$ref": "#/$defs/SecretVariable"}
    if node.get("type") in _LEAVES:
        return {"anyOf": [node, {"$ref": "#/$defs/Variable"}]}
    return {key: _with_variables(value) for key, value in node.items()}
