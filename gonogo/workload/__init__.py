"""Load gates: workloads run by locust in processes of their own, recorded exactly, and judged from the recording.

`generator/` is the locust side, which only locust files import; everything else here is the engine's side, and knows
neither locust nor gevent. `order`, `buckets` and `recording` are what both speak.
"""

from gonogo.workload.command import Layout
from gonogo.workload.order import Order
from gonogo.workload.result import Result
from gonogo.workload.runner import run

__all__ = ["Layout", "Order", "Result", "run"]
