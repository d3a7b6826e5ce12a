"""Faults in how the server behaves: rules, replies, releases.

Each is a name, its meaning, and the criteria that must be missed while it is planted.
"""

SERVER = (
    (
        "flag-ignored",
        "the canonical flag has no effect: it is always off",
        "R1-G-01 R1-G-03 R1-P1-02 R1-P2-32 R1-P2-35 R1-P2-47 R1-P3-35 R1-P3-36 R1-P4-01 R1-P4-42 "
        "R1-FAQ-01 R1-AP-02 R1-SC-07",
    ),
    ("flag-parsed-loosely", "TRUE, 1 and yes also switch the canonical flag on", "R1-AP-02 R1-SC-07"),
    ("validation-flag-parsed-loosely", "0, no and off also switch validation off", "R1-AP-03 R1-SC-07"),
    ("validation-flag-ignored", "validation cannot be switched off", "R1-AP-06 R1-P1-02 R1-SC-07"),
    (
        "validation-skipped",
        "invalid plans are accepted",
        "R1-P1-02 R1-P1-08 R1-CI-01 R1-CI-02 R1-FAQ-02 R1-SC-07 R1-P5-08 R1-CI-04",
    ),
    ("validation-first-only", "a refusal names only the first violation", "R1-FAQ-02 R1-CI-04 R1-CI-01"),
    ("valid-plans-refused", "one valid plan in five is refused", "R1-P2-39 R1-P2-40 R1-P2-41 R1-P2-42"),
    (
        "nodes-not-authoritative",
        "a plan with both shapes is always read from executionGraph",
        "R1-G-01 R1-FAQ-01 R1-P1-06 R1-RB-10 R1-P4-42 R1-SC-07",
    ),
    (
        "fallback-broken",
        "a plan that only has executionGraph comes back without steps",
        "R1-P1-12 R1-P2-33 R1-AP-05 R1-P2-46",
    ),
    (
        "fallback-used-after-migration",
        "migrated plans are still read from executionGraph",
        "R1-G-01 R1-P4-42 R1-MM-19 R1-AP-18 R1-SC-07",
    ),
    (
        "stale-execution-graph",
        "an edit does not reach the retained executionGraph, so a flag rollback loses it",
        "R1-RB-03",
    ),
    ("corruption-not-raised", "after cleanup a plan without nodes is served as if it were fine", "R1-P4-52"),
    ("deprecated-accepted-after-cleanup", "after cleanup bodies with deprecated fields are accepted", "R1-P5-08"),
    ("effective-time-wrong", "effective time is nominal time times efficiency", "R1-P1-07 R1-P2-36 R1-TR-04"),
    ("efficiency-override-ignored", "the efficiency of a single node has no effect", "R1-TR-04"),
    ("enrichment-slow", "computing times takes 20 ms a node and blocks the server", "R1-CI-15"),
    ("planned-amount-without-defects", "planned material leaves out the expected defects", "R1-CI-10"),
    ("reservation-all-or-nothing", "nothing is reserved when stock is short", "R1-P1-09 R1-FAQ-03"),
    ("reservation-overdraws", "more is reserved than is in stock", "R1-P1-09 R1-FAQ-03 R1-FAQ-04 R1-CI-07"),
    ("consumption-uncapped", "more is consumed than was reserved", "R1-P1-10 R1-MM-20"),
    ("material-not-consumed", "completing an assignment leaves the stock as it was", "R1-P2-31"),
    (
        "launch-without-assignments",
        "a launch makes no assignments",
        "R1-P2-29 R1-P2-36 R1-P2-46 R1-P2-47 R1-P2-52 R1-P3-20 R1-P5-34 R1-TR-04",
    ),
    (
        "creation-fails",
        "creating a plan answers 500",
        "R1-P1-06 R1-P2-27 R1-P2-28 R1-P2-46 R1-P2-47 R1-P2-52 R1-P3-20 R1-P5-33 R1-AP-06 R1-TR-04",
    ),
    ("start-fails", "starting an assignment answers 500", "R1-P2-31 R1-P3-20 R1-P5-35 R1-FAQ-04"),
    ("concurrent-requests-fail", "more than two creations or launches at once are refused", "R1-P2-43 R1-P2-44"),
    ("canonical-path-slow", "with the canonical model on plan requests take half as long again", "R1-P2-49"),
    ("slow-under-load", "each of several requests at once waits for all the others", "R1-P2-45"),
    (
        "very-slow-replies",
        "every plan request takes more than a second",
        "R1-MM-07 R1-CI-13",
    ),
    ("creation-not-faster", "creating a plan the canonical way is slower than the old way", "R1-SC-11"),
    ("low-stock-unlisted", "materials that are low on stock are not listed", "R1-CI-09 R1-CI-07"),
    ("candidates-include-released", "the query for pilot candidates also returns released plans", "R1-P3-33"),
    ("health-down", "health answers 503, so that no release can be made out: the run is HOLD", ""),
    ("health-unsteady", "a started server answers 503 from the fourth question for its health on", "R1-P3-18 R1-P3-58"),
    (
        "health-lies-about-flags",
        "health shows the opposite of the flags in force",
        "R1-P1-02 R1-P2-08 R1-P3-35 R1-P3-36 R1-AP-02 R1-AP-03 R1-SC-07",
    ),
    ("old-release-served", "the former release is still being served: the run is HOLD", ""),
    ("mixed-releases", "every other reply comes from the former release", "R1-P2-09 R1-P3-16"),
)
