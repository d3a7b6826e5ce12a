"""Faults of the observer: it does not see an instance, or does not evaluate what it was given."""

OBSERVING = (
    ("canary-not-scraped", "Prometheus does not scrape the canary", "R5-P2-03"),
    (
        "rules-not-loaded",
        "Prometheus evaluates no rule: the file is not in its configuration",
        "R5-P2-03 R5-P3-12 R5-MO-13 R5-MO-14 R5-MO-15",
    ),
)
