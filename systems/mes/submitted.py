"""What the plan designer has sent when a planner saved a plan."""

import json
from typing import Any

from gonogo.outcome import Missed
from gonogo.probes.page_watch import PageWatch
from systems.mes.api import PLANS
from systems.mes.designer import FormStep

Document = dict[str, Any]
CANONICAL = ("id", "operationId", "nominalTime", "requiredSkills", "predecessors", "materialInputs")


def plan(watch: PageWatch) -> Document:
    """Return the one plan that the page has sent.

    Raises:
        Missed: If it sent none, several, or something else than a JSON object.
    """
    bodies = [sent.body for sent in watch.sent if (sent.method, sent.path) == ("POST", PLANS)]
    if len(bodies) != 1:
        raise Missed(f"the designer sent {len(bodies)} plans, required 1; {watch.summary()}")
    try:
        document = json.loads(bodies[0])
    except ValueError as error:
        raise Missed(f"the designer sent no JSON: {error}") from None
    if not isinstance(document, dict):
        raise Missed(f"the designer sent {bodies[0][:80]!r}, required a plan")
    return document


def column(document: Document, name: str) -> list[Any]:
    """Return a field of every node, in order; None where a node does not have it."""
    return [node.get(name) for node in document.get("nodes", [])]


def lacking(document: Document) -> list[str]:
    """Return the canonical fields that some node does not have, as "nodes[0].id"."""
    nodes = document.get("nodes") or [{}]
    return [f"nodes[{place}].{name}" for place, node in enumerate(nodes) for name in CANONICAL if name not in node]


def skills(step: FormStep) -> list[str]:
    """Return the skills as the form is given them: words with commas between."""
    return [word.strip() for word in step.skills.split(",")]
