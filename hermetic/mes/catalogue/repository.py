"""Faults in the repository: code, schema, documents and archive that are not as the cleanup should have left them."""

from hermetic.kit.edits import Edit, TextFault

ARCHIVE = "archives/migration-2025-11"
SCRIPTS = ("migrateExecutionGraphToNodes.js", "cleanupDeprecatedFields.js")
ROUTES, FORM = "server/mesRoutes.js", "domains/production/js/planDesigner.js"
TRAINING = "quote-portal/docs/OPERATOR-TRAINING.md"
COMMIT_FAULT = "commit-message-wrong"
COMMITS = (COMMIT_FAULT, "the cleanup was committed under other messages than the plan's", "R1-P4-55 R1-P5-28")
FALLBACK = "  if (!plan.nodes && plan.executionGraph) return convertExecutionGraphToNodes(plan.executionGraph);\n"

REPOSITORY_FAULTS: tuple[TextFault, ...] = (
    TextFault(
        "checkout-behind",
        "the checked-out code is of the former release",
        "R1-P3-16",
        (Edit("quote-portal/package.json", r'"version": ".*"', '"version": "2.2.9"'),),
    ),
    TextFault(
        "flags-module-missing",
        "the flags are not read from the one module",
        "R1-AP-01 R1-P1-02",
        (Edit("quote-portal/config/featureFlags.js"),),
    ),
    TextFault(
        "sample-env-wrong",
        "the sample .env has the canonical flag on and validation off",
        "R1-AP-04",
        (
            Edit("quote-portal/.env.example", "NODES=false", "NODES=true"),
            Edit("quote-portal/.env.example", "VALIDATION=true", "VALIDATION=false"),
        ),
    ),
    TextFault(
        "code-functions-missing",
        "enrichment and validation are not in the code",
        "R1-P1-01",
        (Edit("server/planNodes.js", "enrichNodesWithEstimatedTimes|validateProductionPlanNodes", "todo"),),
    ),
    TextFault(
        "phase-1-documents-missing",
        "test scenarios, contracts, strategy and plan were not written",
        "R1-P1-19 R1-P1-21 R1-P1-22 R1-P1-23",
        (
            Edit("TEST-SCENARIOS.md"),
            Edit("docs/API.md"),
            Edit("docs/MIGRATION-STRATEGY.md"),
            Edit("docs/ROLLOUT-PLAN.md"),
        ),
    ),
    TextFault(
        "training-document-missing",
        "the operators' training document does not exist",
        "R1-TR-01 R1-TR-02 R1-TR-03 R1-TR-05 R1-TR-06 R1-TR-07 R1-TR-09",
        (Edit(TRAINING),),
    ),
    TextFault(
        "training-document-thin",
        "the training document has headings of only two topics",
        "R1-TR-02 R1-TR-03 R1-TR-05 R1-TR-06 R1-TR-07 R1-TR-09",
        (Edit(TRAINING, r"(?s)^## 1\..*", "## Welcome\nAsk your lead.\n"),),
    ),
    TextFault(
        "next-phase-undated",
        "the plan's next phase still has a placeholder for its date",
        "R1-AP-23",
        (Edit("docs/ROLLOUT-PLAN.md", r"^\*\*Next phase:\*\*.*", "**Next phase:** [DATE]"),),
    ),
    TextFault(
        "fallback-code-left",
        "mesRoutes.js still falls back to executionGraph",
        "R1-P4-51 R1-P5-07 R1-P5-30 R1-P5-37",
        (Edit(ROUTES, r"^(function chooseNodes.*\n)", r"\1" + FALLBACK),),
    ),
    TextFault(
        "field-mapping-left",
        "planDesigner.js still maps time and skills",
        "R1-P4-53 R1-P5-37",
        (
            Edit(FORM, r"row\.nominalTime", "row.time"),
            Edit(FORM, r"row\.requiredSkills", "row.skills"),
            Edit(FORM, '"nominalTime", "op-time"', '"time", "op-time"'),
            Edit(FORM, '"requiredSkills", "op-skills"', '"skills", "op-skills"'),
        ),
    ),
    TextFault(
        "schema-knows-deprecated",
        "the schema still allows the deprecated fields",
        "R1-P4-54 R1-P5-08",
        (
            Edit(
                "server/models/ProductionPlanSchema.json",
                r'^(\s*"tag": \{.*\},)',
                r'\1\n    "executionGraph": { "type": "array", "deprecated": true },',
            ),
            Edit(
                "server/models/ProductionPlanSchema.json",
                r'^(\s*"predecessors": \{.*\},)',
                r'\1\n        "time": {}, "skills": {},',
            ),
        ),
    ),
    TextFault(
        "conversion-code-left",
        "the conversion function is still there",
        "R1-P5-07 R1-P5-30 R1-P5-37",
        (
            Edit(
                ROUTES,
                r"^module\.exports",
                "function convertExecutionGraphToNodes(graph) { return graph; }\n\nmodule.exports",
            ),
        ),
    ),
    TextFault(
        "compatibility-tests-left",
        "tests and fixtures of the old shape are still there",
        "R1-P5-09 R1-P5-10 R1-P5-11 R1-P5-30",
        (
            Edit(
                "tests/mes/nodes.test.js",
                r"\Z",
                "test('backward compatibility: executionGraph still works', () => {});\n",
            ),
            Edit("tests/fixtures/plans.json", r"^\[", '[\n  {"id": "PLAN-OLD", "quantity": 1, "executionGraph": []},'),
        ),
    ),
    TextFault(
        "api-documents-stale",
        "the API documentation still describes the old shape",
        "R1-P5-12 R1-P5-13 R1-P5-14 R1-P5-15 R1-P5-30",
        (
            Edit(
                "docs/API.md",
                r"(?s)## Deprecated.*",
                "## Backward compatibility\nA body with `executionGraph` (`time`, `skills`) is accepted.\n",
            ),
            Edit("docs/API.md", r'^(    \{.*)"nodes": ', r'\1"executionGraph": '),
        ),
    ),
    TextFault(
        "guides-stale",
        "readme, guides and study were not updated",
        "R1-P5-16 R1-P5-17 R1-P5-18 R1-P5-19",
        (
            Edit("README.md", "canonical model is the default", "canonical model is optional"),
            Edit("TEKNIK-KLAVUZ.md", r"nodes|nominalTime|requiredSkills", "steps"),
            Edit("KULLANIM-KLAVUZU.md", r"(?s)## Verimlilik.*", ""),
            Edit("Optimized-DATA-FLOW-STUDY.md", r"^>.*Historical.*\n", ""),
        ),
    ),
    TextFault(
        "training-faq-missing",
        "there is no FAQ for frequent problems",
        "R1-P5-23",
        (Edit(TRAINING, r"(?s)^## 6\..*", ""),),
    ),
    TextFault(
        "archive-incomplete",
        "one script was not archived but left in scripts",
        "R1-P5-24 R1-P5-30",
        (
            Edit(f"{ARCHIVE}/{SCRIPTS[0]}"),
            Edit("tests/mes/nodes.test.js", r"\A", "// see quote-portal/scripts/migrateExecutionGraphToNodes.js\n"),
        ),
    ),
    TextFault(
        "archive-readme-bare",
        "the archive's README says nothing of results, scripts and keeping",
        "R1-P5-25 R1-P5-26 R1-P5-27",
        (Edit(f"{ARCHIVE}/README.md", r"(?s)^\*\*Migration Date.*", "Old scripts.\n"),),
    ),
)
