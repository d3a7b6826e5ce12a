"""Faults around the product: process manager, .env, npm scripts, CloudWatch alarm.

Each is a name, its meaning, and the criteria that must be missed while it is planted.
"""

PROCESS = (
    (
        "restart-forgets-env",
        "a restarted server does not read .env",
        "R1-G-04 R1-P2-32 R1-P2-50 R1-RB-01 R1-RB-02 R1-RB-10 R1-P4-61 R1-P4-62 R1-SC-07 R1-P3-35 R1-P3-36 R1-P3-58",
    ),
    (
        "restart-does-nothing",
        "pm2 reports a restart that never happened",
        "R1-G-04 R1-P2-32 R1-P2-51 R1-P3-35 R1-P3-36 R1-P4-61 R1-RB-01 R1-P4-62 R1-SC-07 R1-P3-58",
    ),
    ("update-env-ignored", "--update-env does not hand over exported variables", "R1-RB-01"),
    ("restart-drops-requests", "requests are refused for a while after a restart", "R1-CM-09"),
    (
        "env-starts-canonical",
        ".env has the canonical flag the wrong way round",
        "R1-P2-06 R1-P3-01 R1-P4-01 R1-G-01 R1-P4-42 R1-P3-35 R1-P3-36",
    ),
    ("env-without-validation", ".env switches validation off", "R1-P2-07"),
)

TESTS = (
    ("unit-test-fails", "a unit test fails", "R1-P1-03 R1-P1-17 R1-P1-24 R1-P5-29 R1-AP-12 R1-AP-13 R1-AP-15 R1-SC-06"),
    ("unit-test-missing", "one of the seventeen unit tests is not run", "R1-P1-17 R1-AP-13"),
    (
        "integration-test-fails",
        "an integration test fails",
        "R1-P1-03 R1-P1-18 R1-P1-24 R1-P5-29 R1-AP-12 R1-AP-14 R1-AP-15 R1-SC-06",
    ),
    ("integration-test-missing", "one of the three integration tests is not run", "R1-P1-18 R1-AP-14"),
    (
        "npm-test-omits-integration",
        "npm test and test:mes leave the integration tests out",
        "R1-AP-12 R1-AP-15 R1-P1-03 R1-P1-24",
    ),
    (
        "smoke-test-fails",
        "the smoke tests fail",
        "R1-P1-03 R1-AP-16 R1-P4-25 R1-P4-62 R1-P4-65 R1-RB-02 R1-AP-12 R1-P4-61 R1-P4-64",
    ),
    ("smoke-test-leaves-plans", "the smoke tests do not clean up", "R1-AP-16"),
    ("build-fails", "the front end cannot be built", "R1-P3-17"),
)

CLOUDWATCH = (
    ("alarm-missing", "the CloudWatch alarm does not exist", "R1-MM-22 R1-MM-23 R1-MM-24 R1-MM-25"),
    ("alarm-renamed", "the CloudWatch alarm has another name", "R1-MM-22 R1-MM-23 R1-MM-24 R1-MM-25"),
    ("alarm-wrong-metric", "the CloudWatch alarm watches another metric", "R1-MM-23 R1-MM-24"),
    ("alarm-fires-at-ten", "the CloudWatch alarm fires at exactly ten errors", "R1-MM-24"),
    ("alarm-silent", "the CloudWatch alarm notifies nobody", "R1-MM-25"),
)
