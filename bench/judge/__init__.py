"""How often the judge of a canary is wrong, and how long it takes, beside other rules: `python -m bench.judge`."""
