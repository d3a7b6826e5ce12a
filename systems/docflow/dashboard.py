"""The dashboard of the checkout: its panels, and what their queries give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed
from systems.docflow import asked
from systems.docflow.service import DocFlow
from systems.papers import paper_at

PATH = "monitoring/dashboards/phase1.json"


@dataclass(frozen=True)
class Panel:
    """One panel: its title, and the queries that it draws."""

    title: str
    queries: Sequence[str]


def panels(docflow: DocFlow) -> list[Panel]:
    """Return the panels of the dashboard, those of its rows included.

    Raises:
        Missed: If there is no dashboard in the checkout, or it is no JSON document with panels.
    """
    document = paper_at(docflow.router.folder("repository"), PATH).document
    found = document.get("panels") if isinstance(document, dict) else None
    if not isinstance(found, list) or not found:
        raise Missed(f"{PATH} has no panels; export the dashboard anew")
    inner = [nested for one in found for nested in one.get("panels", ())]
    return [_panel(one) for one in [*found, *inner] if one.get("type") != "row"]


def panel(docflow: DocFlow, title: str) -> Panel:
    """Return the panel of that title; Missed if there is not exactly one."""
    found = [one for one in panels(docflow) if one.title == title]
    if len(found) != 1:
        raise Missed(f"{PATH}: {len(found)} panels are called {title!r}, required one; add it")
    return found[0]


def empty(docflow: DocFlow, shown: Sequence[Panel]) -> list[str]:
    """Return the panels that have no query, or one without a figure, each with that query."""
    return [
        f"{one.title}: {query}" for one in shown for query in one.queries or ("no query",) if _empty(docflow, query)
    ]


def _panel(document: dict[str, Any]) -> Panel:
    queries = [str(target["expr"]) for target in document.get("targets", ()) if target.get("expr")]
    return Panel(str(document.get("title", "")), queries)


def _empty(docflow: DocFlow, query: str) -> bool:
    return query == "no query" or not asked.ask_again(docflow, query, 1).finite()
