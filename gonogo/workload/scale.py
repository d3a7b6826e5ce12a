"""Rehearsals: an order made smaller by an environment's [scale], with the words that say so beside every figure."""

from dataclasses import replace

from gonogo.settings import ScaleSettings
from gonogo.units import show
from gonogo.workload.order import Order

FULL = ScaleSettings()
_LEAST_S = 1.0


def scaled(order: Order, scale: ScaleSettings) -> tuple[Order, str]:
    """Return the order at `scale`, and how it was scaled down in words, '' where it is in full.

    Users and rate shrink together, so that each user asks as often as before. Bursts keep their size: "ten at once"
    with one is no rehearsal of it. No steady state becomes shorter than 1 s.
    """
    duration = min(order.duration_s, max(_LEAST_S, order.duration_s * scale.duration_factor))
    users = order.users if order.bursts else max(1, round(order.users * scale.user_factor))
    smaller = replace(
        order,
        users=users,
        rate_per_s=order.rate_per_s * users / order.users,
        duration_s=duration,
        warmup_s=order.warmup_s * duration / order.duration_s,
    )
    return smaller, _words(order, smaller)


def _words(whole: Order, smaller: Order) -> str:
    parts = []
    if smaller.users < whole.users:
        parts.append(f"{smaller.users} of {whole.users} users")
    if smaller.duration_s < whole.duration_s:
        parts.append(f"{show(smaller.duration_s, 's')} of {show(whole.duration_s, 's')}")
    return ", ".join(parts)
