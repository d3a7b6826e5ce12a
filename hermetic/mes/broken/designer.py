"""Faults of the plan designer: the served script or style with one passage changed."""

from collections.abc import Collection

FORM, VIEW, PAGE = "js/planDesigner.js", "js/planView.js", "planDesigner.html"
CHANGES: dict[str, tuple[str, str, str]] = {
    "designer-sends-execution-graph": (
        FORM,
        "return { ...head, nodes };",
        "return { ...head, nodes, executionGraph: nodes };",
    ),
    "designer-sends-old-time": (FORM, "nominalTime: Number(row.time)", "time: Number(row.time)"),
    "designer-sends-old-skills": (FORM, "requiredSkills: words(row.skills)", "skills: words(row.skills)"),
    "designer-cannot-save": (
        FORM,
        'form.addEventListener("submit", save);',
        'form.addEventListener("submit", (e) => e.preventDefault());',
    ),
    "designer-script-error": (
        FORM,
        "\nshowPlans();",
        '\nshowPlans();\nconsole.error("plan list is stale");\nrefreshPlans();',
    ),
    "designer-without-indicators": (VIEW, "cell.append(indicator(node));", ""),
    "designer-hides-warning": (VIEW, "dialog.hidden = false;", ""),
    "designer-cancel-proceeds": (VIEW, 'decide(assignment, "cancel")', 'decide(assignment, "proceed")'),
    "old-designer-served": (PAGE, 'name="release" content="', 'name="release" content="old-'),
}


def broken_asset(faults: Collection[str], name: str, text: str) -> str:
    """Return the text of a designer's file with the planted faults in it."""
    for fault, (file, old, new) in CHANGES.items():
        if fault in faults and file == name:
            text = text.replace(old, new)
    return text
