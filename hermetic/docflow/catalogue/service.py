"""Faults of the service itself: API, pages, and how quick and sound the canary is."""

API = (
    ("queue-filter-ignored", "the API gives documents of all types, whatever was asked for", "R5-P1-10 R5-P1-07"),
    ("queue-filter-incomplete", "the first document of a filtered queue is left out", "R5-P1-10"),
    ("schedule-by-get", "looking at the schedules makes one", "R5-P1-11"),
    ("schedule-not-stored", "a schedule is answered, not stored", "R5-P1-11 R5-P1-09"),
    ("schedule-takes-nonsense", "any frequency is taken", "R5-P1-11"),
    ("token-not-checked", "the audit is open to everybody", "R5-P1-12"),
)
PAGES = (
    ("page-exception", "the script of the queue ends with an error", "R5-P2-07 R5-P1-07"),
    ("page-crash", "the component of analytics crashes, and reports it", "R5-P2-15 R5-P1-08"),
    ("page-request-fails", "the export page asks for something that is not there", "R5-P2-07 R5-P1-09"),
    ("queue-filter-page-only", "the choice of a type filters nothing on the page", "R5-P1-07"),
    ("forecast-draws-nothing", "the forecast draws no bars", "R5-P1-08"),
    ("schedule-button-dead", "a click on the button schedules nothing", "R5-P1-09"),
)
CANARY = (
    ("slow-canary", "every reply of the canary takes 30 % longer", "R5-P2-16"),
    ("slow-canary-tail", "the slowest eighth of the canary's replies takes 80 % longer", "R5-P2-16"),
    ("release-slows-both-arms", "with the canary there, both arms take 50 % longer", "R5-P2-16"),
    ("canary-slow-api", "the canary takes twelve times as long to read", "R5-P2-04 R5-P2-05 R5-P2-06 R5-P2-16"),
    ("slow-publish", "the canary takes 40 ms to publish", "R5-P2-04 R5-P2-05 R5-P2-06"),
    ("canary-errors", "7 % of the ordinary requests of the canary fail", "R5-P2-04 R5-P2-05 R5-P2-06"),
    ("server-errors-in-feature", "the canary's scheduling answers 503 now and then", "R5-P2-14"),
    ("canary-health-down", "the canary says that it is not well: the run is HOLD", ""),
    ("canary-old-release", "the canary runs the release before: the run is HOLD", ""),
)
