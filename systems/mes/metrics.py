"""The metrics of the MES: four counters, and the rates that the totals make of them."""

from gonogo.outcome import Inconclusive
from gonogo.probes.metrics import Rate
from systems.mes.api import Mes

Counters = dict[str, int]
METRICS = "/api/mes/metrics"
ANOMALIES = ("reservation_mismatch_count", "consumption_capped_count", "validation_error_count")
NAMES = (*ANOMALIES, "plan_using_executionGraph_count")
RATES = ("reservation mismatch rate", "validation error rate", "consumption capping rate")


def counters(mes: Mes) -> Counters:
    """Return every counter of the reply by its name, whatever their names are.

    Raises:
        Inconclusive: If one of them is not a whole number of 0 or more.
    """
    found = mes.target.http.get(METRICS).require(200).json_at("/metrics")
    for name, value in found.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Inconclusive(f"{METRICS}: {name} is {value!r}, which is no count")
    return dict(found)


def rates(mes: Mes) -> dict[str, Rate]:
    """Return the rates of the environment file by their names."""
    read = {name: mes.target.metric(name) for name in RATES}
    return {name: rate for name, rate in read.items() if isinstance(rate, Rate)}
