"""Validation of a plan: the JSON Schema file, then what a schema cannot say, every violation in words of the product.

The schema is read from a file by the caller (`server/models/ProductionPlanSchema.json` of the product's repository),
so a schema that is relaxed there is relaxed here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from hermetic.mes.domain.graph import cycles, unknown_predecessors
from hermetic.mes.domain.nodes import Document, Step

Validator = Draft202012Validator

RULES: dict[str, Callable[[Any], str]] = {
    "exclusiveMinimum": lambda limit: f"must be > {limit}",
    "minimum": lambda limit: f"must be >= {limit}",
    "exclusiveMaximum": lambda limit: f"must be < {limit}",
    "maximum": lambda limit: f"must be <= {limit}",
    "type": lambda kind: f"must be of type {kind if isinstance(kind, str) else ' or '.join(kind)}",
    "minItems": lambda count: f"must have at least {count} item{'s' if count != 1 else ''}",
    "minLength": lambda _: "must not be empty",
    "pattern": lambda pattern: f"must match {pattern}",
    "uniqueItems": lambda _: "must not repeat an item",
}


def compile_schema(schema: dict[str, Any]) -> Validator:
    """Return a validator of a schema document.

    Raises:
        jsonschema.SchemaError: The document is not a JSON Schema.
    """
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def violations(plan: Document, validator: Validator) -> list[str]:
    """Return all violations, such as `nodes[0].nominalTime must be > 0`, in order of place; empty when valid."""
    errors = sorted(validator.iter_errors(plan), key=lambda error: [str(part) for part in error.absolute_path])
    found = [sentence for error in errors for sentence in _sentences(error)]
    return found or graph_violations(plan.get("nodes") or [])


def graph_violations(nodes: Sequence[Step]) -> list[str]:
    """Return what is wrong with the ids and predecessors of nodes that are otherwise well formed."""
    ids = [str(node["id"]) for node in nodes]
    repeated = [f"nodes[{index}].id must be unique: {name}" for index, name in enumerate(ids) if name in ids[:index]]
    unknown = [f"nodes[{index}].predecessors names no step: {name}" for index, name in unknown_predecessors(nodes)]
    circular = [f"nodes must not depend on each other in a circle: {' -> '.join(loop)}" for loop in cycles(nodes)]
    return repeated + unknown + circular


def _sentences(error: ValidationError) -> Iterable[str]:
    place = _place(error.absolute_path)
    dot = f"{place}." if place else ""
    if error.validator == "required":
        instance = error.instance if isinstance(error.instance, dict) else {}
        missing = [name for name in _list(error.validator_value) if name not in instance]
        return [f"{dot}{name} is required" for name in missing if f"'{name}'" in error.message]
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        return [f"{dot}{name} is not allowed" for name in _list(error.instance) if name not in known]
    rule = RULES.get(str(error.validator))
    return [f"{place or 'plan'} {rule(error.validator_value) if rule else error.message}"]


def _list(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, Iterable) else []


def _place(path: Iterable[str | int]) -> str:
    """Return a path as the product writes it: nodes[0].nominalTime."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
