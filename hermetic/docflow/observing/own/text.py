"""The text in which a target shows its metrics: Prometheus' format 0.0.4, read each second, so read with memory."""

from prometheus_client.parser import text_string_to_metric_families

from hermetic.docflow.observing.promql.labels import NAME, Labels, made

Samples = dict[Labels, float]


class Text:
    """Reads the texts of one target. What stands before a value is the same each time, and read once only.

    Args:
        target: The labels that its series get; labels of the text that clash with them are called `exported_`.
    """

    def __init__(self, target: Labels) -> None:
        self._target = target
        self._known: dict[str, Labels] = {}

    def samples(self, text: str) -> Samples:
        """Return the samples of a text; of two for one series the first counts.

        Raises:
            ValueError: It is not in the format, or has timestamps, which are not supported.
        """
        known, found = {}, Samples()
        for line in filter(None, map(str.strip, text.splitlines())):
            if line.startswith("#"):
                continue
            series, _, value = line.rpartition(" ")
            known[series] = self._known.get(series) or self._labels(line)
            found.setdefault(known[series], float(value))
        self._known = known
        return found

    def _labels(self, line: str) -> Labels:
        ((sample,),) = (family.samples for family in text_string_to_metric_families(line + "\n"))
        if sample.timestamp is not None:
            raise ValueError(f"{sample.name} has a timestamp, which is not supported")
        ours = dict(self._target)
        theirs = ((f"exported_{name}" if name in ours else name, value) for name, value in sample.labels.items())
        return made([*theirs, *self._target, (NAME, sample.name)])
