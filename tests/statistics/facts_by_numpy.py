"""Stylised facts of a series of bars, computed apart from our estimators: facts_by_numpy.py FILE

FILE has a line a bar: time [ms since 1970], close, volume. Prints `name value` lines, the names as in facts.cpp.
"""

import datetime
import sys

import numpy as np
from scipy import stats

DAY = 86_400_000
table = np.loadtxt(sys.argv[1])
time, close, volume = table[:, 0].astype(np.int64), table[:, 1], table[1:, 2]
spacing = np.diff(time)
interval = np.bincount(spacing // 1000).argmax() * 1000
longest = interval if interval < DAY else max(interval, 5 * DAY)
valid = spacing <= longest
r = np.where(valid, np.diff(np.log(close)), np.nan)
a = np.abs(r)
moments = [datetime.datetime.fromtimestamp(t / 1000, datetime.timezone.utc) for t in time[1:]]
day = np.array([m.toordinal() for m in moments])
month = np.array([12 * m.year + m.month for m in moments])
n = len(r)


def lagged(x, y, lag):
    """Sum of products of deviations; a missing value adds nothing."""
    x, y = x - np.nanmean(x), y - np.nanmean(y)
    return np.nansum(x[: n - lag] * y[lag:])


def acf(x, lag):
    return lagged(x, x, lag) / lagged(x, x, 0)


def cross(x, y, lag=0):
    return lagged(x, y, lag) / np.sqrt(lagged(x, x, 0) * lagged(y, y, 0))


def hill(share):
    top = np.sort(a[valid])[::-1]
    k = int(share * len(top) + 1e-9)
    return 1 / np.mean(np.log(top[:k] / top[k]))


facts = {
    "standard_deviation": np.nanstd(r),
    "excess_kurtosis": stats.kurtosis(r[valid]),
    "hill_5": hill(0.05),
    "hill_1": hill(0.01),
    "acf_1": acf(r, 1),
    "acf_2": acf(r, 2),
    "acf_largest": max(abs(acf(r, lag)) for lag in range(1, 21)),
    "mean_absolute": np.nanmean(a) / np.nanstd(r),
    "leverage": np.mean([cross(r, a, lag) for lag in range(1, 11)]),
}
for lag in (1, 3, 10, 25, 50, 100, 250):
    facts[f"acf_abs_{lag}"] = acf(a, lag)
sums = r[: n // 24 * 24].reshape(-1, 24).sum(axis=1)
facts["kurtosis_24"] = stats.kurtosis(sums[~np.isnan(sums)])
top = np.sort(a[valid])[::-1]
extreme = np.where(valid, a > top[int(0.01 * len(top) + 1e-9)], np.nan)
facts["extremes_1"], facts["extremes_10"] = acf(extreme, 1), acf(extreme, 10)
x = r - np.nanmean(r)
facts["asymmetry"] = np.nansum(np.sign(x) * x * x) / np.nansum(x * x)
if interval <= 6 * 3_600_000:
    deviations = [np.nanstd(r[day == d]) for d in np.unique(day) if valid[day == d].sum() >= 0.75 * DAY / interval]
    if len(deviations) >= 20:
        facts["daily_range"] = np.quantile(deviations, 0.95) / np.quantile(deviations, 0.05)
if (volume > 0).any():
    relative = np.array(volume, float)
    for m in np.unique(month[valid]):
        if (usual := volume[valid & (month == m)].mean()) > 0:
            relative[month == m] /= usual
    facts["volume_whole"] = np.corrcoef(relative[valid], a[valid])[0, 1]
    groups = [valid & (month == m) for m in np.unique(month) if (valid & (month == m)).sum() >= 20]
    facts["volume_month"] = np.median([np.corrcoef(volume[g], a[g])[0, 1] for g in groups])
    traded = valid & (volume > 0)
    level = np.full(n, np.nan)
    for m in np.unique(month):
        g = traded & (month == m)
        if g.any():
            level[g] = np.log(volume[g]) - np.log(volume[g]).mean()
    facts["volume_deviation"] = np.nanstd(level)
    facts["volume_acf_1"], facts["volume_acf_10"] = acf(level, 1), acf(level, 10)
    facts["volume_log"], facts["volume_lead"] = cross(level, a), cross(level, a, 1)
for name, value in facts.items():
    print(name, repr(float(value)))
