"""Faults of the plan designer.

Each is a name, its meaning, and the criteria that must be missed while it is planted.
"""

DESIGNER = (
    ("designer-down", "the plan designer answers 502", "R1-P2-11 R1-P2-27 R1-P3-17"),
    ("old-designer-served", "the former plan designer is still being served", "R1-P2-10 R1-P3-17"),
    ("designer-sends-execution-graph", "the save request carries executionGraph", "R1-P1-14"),
    ("designer-sends-old-time", "the save request says time instead of nominalTime", "R1-P1-13 R1-P1-15 R1-P2-27"),
    (
        "designer-sends-old-skills",
        "the save request says skills instead of requiredSkills",
        "R1-P1-13 R1-P1-16 R1-P2-27",
    ),
    ("designer-cannot-save", "the Save button does nothing", "R1-P1-13 R1-P1-14 R1-P1-15 R1-P1-16 R1-P2-27"),
    ("designer-script-error", "the page's script fails", "R1-P2-27"),
    ("designer-without-indicators", "steps show no efficiency", "R1-TR-08"),
    ("designer-hides-warning", "the warning of a partial reservation is not shown", "R1-FAQ-04"),
    ("designer-cancel-proceeds", "Cancel in the warning goes on all the same", "R1-FAQ-04"),
)
