"""A part of PromQL, evaluated as Prometheus does; what is not in it is refused, never answered wrongly.

In it are: selectors with `=`, `!=`, `=~` and `!~`, their ranges and `offset`; numbers; `+ - * / %`, comparisons with
and without `bool`, `and`, `or`, `unless`, each with `on` or `ignoring`; `sum`, `avg`, `min`, `max` and `count` with
`by` or `without`; and the functions that `functions.py` and `ranges.py` list.

Not in it are: `group_left` and `group_right`, subqueries, `@`, `^`, `atan2`, negative offsets, native histograms, and
every other aggregation and function.

Where Prometheus 2 and 3 differ it does as 3: a range and the five minutes in which a sample is sought are open at their
beginning, and a counter is extrapolated to its zero only over what it would be extrapolated anyway.
"""
