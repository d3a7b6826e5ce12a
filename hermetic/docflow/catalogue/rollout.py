"""Faults of the rollout: the router, the switches, the tools, the audit's event, Prometheus."""

ROUTER = (
    ("staging-open-to-all", "the router lets strangers into staging", "R5-P1-02"),
    ("share-of-3-percent", "the router sends 3 % to the canary where 10 % is configured", "R5-P2-02"),
    ("share-configured-wrong", "the canary is given 20 % of the traffic", "R5-P2-02"),
    ("old-version-serving", "after the full rollout one instance still runs the release before", "R5-P3-02"),
)
PROMETHEUS = (
    ("prometheus-html", "the address of Prometheus answers with a page", "R5-P2-13"),
    ("prometheus-down", "nothing answers at the address of Prometheus: the run is HOLD", ""),
)
EVENT = (
    (
        "audit-not-written",
        "an event is answered, not written",
        "R5-P3-03 R5-P3-04 R5-P3-05 R5-P3-06 R5-P3-07 R5-P3-08 R5-P3-09",
    ),
    ("audit-local-time", "the event's time has no zone", "R5-P3-04"),
    ("audit-duration-wrong", "the event says that the canary lasted 25 minutes", "R5-P3-05"),
    ("audit-in-seconds", "the event has the API's p95 in seconds", "R5-P3-06"),
    ("audit-publish-missing", "the event lacks the p95 of publishing", "R5-P3-07"),
    ("audit-error-ratio", "the event says that 2.5 % of the requests failed", "R5-P3-08"),
    ("audit-two-features", "the event lists two features", "R5-P3-09"),
    ("audit-sample-figures", "the event has the figures of the plan's sample", "R5-P3-06 R5-P3-07"),
)
BACK = (
    ("vercel-rollback-forgets", "a rollback of the front end is announced, not done", "R5-RB-02 R5-RB-01"),
    ("vercel-any-token", "the front end's platform takes any token", "R5-RB-02"),
    ("fly-one-instance", "only one instance gets the image that is deployed", "R5-RB-03 R5-RB-01"),
    ("fly-takes-any-image", "an image that does not exist is taken", "R5-RB-03"),
    ("flag-does-not-switch-off", "the forecast stays on when the remote switch is off", "R5-RB-05"),
    ("flag-read-only", "a change of the remote switch is answered, not made", "R5-RB-04 R5-RB-05"),
    ("flag-without-token", "the remote switch can be changed without a token", "R5-RB-04"),
    ("ai-flag-ignored", "NEXT_PUBLIC_ENABLE_AI_QUEUE changes nothing", "R5-RB-06 R5-RB-09"),
    ("forecast-flag-ignored", "NEXT_PUBLIC_ENABLE_FORECAST changes nothing", "R5-RB-07 R5-RB-09"),
    ("export-flag-ignored", "NEXT_PUBLIC_ENABLE_EXPORT_SCHEDULE changes nothing", "R5-RB-08 R5-RB-09"),
    (
        "partial-rollback-takes-all",
        "one feature that is switched off takes the others along",
        "R5-RB-06 R5-RB-07 R5-RB-08 R5-RB-09",
    ),
    (
        "env-file-ignored",
        "a build does not read the file of its settings",
        "R5-RB-06 R5-RB-07 R5-RB-08 R5-RB-09 R5-RB-10",
    ),
    ("shell-decides", "a build takes NEXT_PUBLIC_ variables of the caller's shell", "R5-RB-10"),
)
