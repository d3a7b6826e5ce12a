"""A small Prometheus: scrapes text, keeps a quarter of an hour, evaluates alerting rules, and answers the same API.

What it cannot do it refuses; see `observing/promql` for the queries it knows. It reads of Prometheus' configuration
what `orders.py` writes, of rules alerts without templates, and of metrics the text format 0.0.4 without timestamps.
"""
