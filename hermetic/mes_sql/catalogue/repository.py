"""Faults in the checkout: files that are missing, listeners that were left, boxes that were ticked in advance."""

from hermetic.kit.edits import Edit, TextFault

LISTENER = "db.collection('mes-production-plans').onSnapshot((snapshot) => snapshot.docChanges().forEach(updateUI));\n"
ROUTES = "server/mesRoutes.js"
PLAN = "docs/MES-IMPLEMENTATION-PLAN.md"


def _with(file: str, line: str) -> Edit:
    """Put a line at the top of a file."""
    return Edit(file, r"\A", line)


REPOSITORY_FAULTS = (
    TextFault(
        "layout-incomplete",
        "a controller, a model and the validators are not where they were drawn",
        "R2-W2-01",
        (
            Edit("server/mes/controllers/stations.controller.js"),
            Edit("server/mes/models/Node.js"),
            Edit("server/mes/utils/validators.js"),
        ),
    ),
    TextFault("seed-script-missing", "there is no seed script", "R2-W1-11", (Edit("scripts/seed-mes-data.js"),)),
    TextFault(
        "query-helpers-missing",
        "the query helpers lack the one for plans, so that each controller writes its own",
        "R2-W1-23",
        (Edit("server/mes/utils/queries.js", r"loadPlan", "planById"),),
    ),
    TextFault(
        "migration-reads-former-store",
        "a migration copies documents of the former store",
        "R2-G-01",
        (_with("server/mes/migrations/023_node_extraction.up.sql", "-- rows exported from Firestore follow\n"),),
    ),
    TextFault(
        "page-still-listens",
        "the production page has the listener of the former store, and no EventSource",
        "R2-W5-15 R2-W5-16 R2-W5-17",
        (
            Edit("src/pages/production.html", r"new EventSource\('/api/mes/stream/plans'\)", "listenToSnapshots()"),
            Edit("src/pages/production.html", r"^  <script>$", "  <script>\n    " + LISTENER.rstrip()),
            Edit("src/lib/planDesigner.js", r"new EventSource\('/api/mes/stream/plans'\)", "openStream()"),
        ),
    ),
    TextFault(
        "components-still-listen",
        "a component of the production page has kept its listener",
        "R2-W5-18",
        (_with("domains/production/components/planList.js", LISTENER),),
    ),
    TextFault(
        "designer-still-listens",
        "the plan designer has kept its listener",
        "R2-W5-19",
        (_with("src/lib/planDesigner.js", LISTENER),),
    ),
    TextFault(
        "portal-still-listens",
        "the worker portal has kept its listener",
        "R2-W5-20",
        (_with("domains/workerPortal/portal.js", LISTENER),),
    ),
    TextFault(
        "page-ignores-events",
        "the page opens the stream, and does nothing with what it hears",
        "R2-W5-16",
        (Edit("src/pages/production.html", r"last = last\.then\(\(\) => follow\(update\)\);", "void update;"),),
    ),
    TextFault(
        "former-store-code-left",
        "the MES routes still require and read the former store",
        "R2-SC-08",
        (_with(ROUTES, "const { db } = require('firebase-admin/firestore');\n"),),
    ),
    TextFault(
        "boxes-ticked-in-advance",
        "the boxes of the plan were ticked before anything was run",
        "R2-SC-14",
        (Edit(PLAN, r"^- \[.\] (.*?)(?: \(run .*\))?$", r"- [x] \1"),),
    ),
    TextFault(
        "build-documents-behind",
        "the documents tell of the former store",
        "R2-PM-02",
        (
            Edit("docs/API.md", r"Last-Event-ID|stream/plans", "snapshot"),
            Edit("docs/OPERATION.md", r"PostgreSQL|pg_stat_statements", "the store"),
        ),
    ),
)
