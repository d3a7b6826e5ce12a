"""Faults of week 6 and of the way back: processes, balancer, traffic, old store, tests."""

ROLLOUT = (
    ("product-test-fails", "one of the product's tests fails", "R2-W6-01"),
    ("coverage-low", "most of the product's unit tests are left out", "R2-SC-09"),
    ("wrong-processes", "blue and green run with each other's arguments", "R2-W6-06 R2-W6-07"),
    ("wrong-weight", "blue and green have each other's weight", "R2-W6-08 R2-W6-09 R2-W6-17 R2-W6-10"),
    ("uneven-halves", "on the day of equal halves green has 60 % of the weight", "R2-W6-15"),
    ("balancer-ignores-weights", "the balancer never reads a new configuration", "R2-W6-10 R2-RB-06"),
    ("balancer-keeps-weights", "a new configuration is shown, and the old one used", "R2-RB-01 R2-RB-06"),
    ("balancer-takes-anything", "the balancer takes every configuration for valid", "R2-RB-01"),
    ("high-error-rate", "one request of the recorded days in 200 has failed", "R2-W6-11 R2-W6-16"),
    ("slow-days", "the requests of the recorded days took six times as long", "R2-W6-12 R2-W6-16"),
    ("traffic-gap", "an hour is missing in the record of the days", "R2-W6-18"),
    ("old-store-still-read", "green still reads the old store for every list and plan", "R2-W6-19"),
    ("no-dual-write", "green does not write to the old store", "R2-RB-02"),
    ("log-cut", "only 200 lines of a log are kept", "R2-RB-03"),
    ("green-not-restarted", "a restart of green is announced, not done", "R2-RB-05"),
    ("revert-fails", "the last commit cannot be reverted", "R2-RB-05"),
    ("green-health-down", "health answers 503, so that no release can be made out: the run is HOLD", ""),
    ("green-old-release", "the former release is still being served: the run is HOLD", ""),
)
