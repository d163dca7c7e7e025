"""What a row of a run with a stride tells of the steps that it spans, by NumPy: the truth for the tests."""
import numpy

LAST = ("close_half_ticks", "price_ticks", "size_lots", "exposure_lots", "cash", "regime", "terminals",
        "timeouts")


def folded(path, steps, stride):
    """[N, T, ...] as the rows that are stored, or for observations [N, T + 1, ...]."""
    steps = numpy.asarray(steps)
    if path.endswith("observations"):
        return steps[:, ::stride]
    groups = steps.reshape(steps.shape[0], -1, stride, *steps.shape[2:])
    if path.endswith(LAST):
        return groups[:, :, -1]
    if path.endswith(("volume_lots", "trades", "rewards")):
        rows = groups[:, :, 0].copy()
        for step in range(1, stride):  # in their order, in the type that is stored
            rows += groups[:, :, step]
        return rows
    if path.endswith("high_half_ticks"):
        return groups.max(2)
    if path.endswith("low_half_ticks"):
        return groups.min(2)
    if path.endswith(("market_event", "perturbation")):
        return numpy.bitwise_or.reduce(groups, 2)
    return groups[:, :, 0]
