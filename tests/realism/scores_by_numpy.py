"""LOB-Bench scores and autocorrelations, computed apart from ours: scores_by_numpy.py MESSAGE BOOK MESSAGE BOOK

Two LOBSTER pairs. Prints `score name l1 wasserstein count count` and, of the first pair, `memory name lag acf`.
"""

import gzip
import sys

import numpy as np
from scipy import stats

NO_ASK, NO_BID = 9999999999, -9999999999


def read(file):
    with (gzip.open if file.endswith(".gz") else open)(file, "rt") as text:
        return text.read().split()


def load(message, book):
    rows = []
    for line in read(message):
        time, *rest = line.split(",")
        seconds, _, decimals = time.partition(".")
        rows.append([int(seconds) * 10**9 + int(decimals.ljust(9, "0")), *map(int, rest)])
    return np.array(rows, dtype=np.int64), np.array([list(map(int, r.split(","))) for r in read(book)], dtype=np.int64)


def log(seconds_or_ms):
    return np.log(np.where(seconds_or_ms == 0, 1e-9, seconds_or_ms))


def touch(b):
    ask, ask_size, bid, bid_size = (b[:, i] for i in range(4))
    return ask, ask_size, bid, bid_size, (ask_size > 0) & (bid_size > 0)


def spread(m, b):
    ask, _, bid, _, both = touch(b)
    return (ask - bid)[both]


def imbalance(m, b):
    _, ask_size, _, bid_size, _ = touch(b)
    some = ask_size + bid_size > 0
    return ((bid_size - ask_size)[some]) / ((bid_size + ask_size)[some])


def time_to_cancel(m, b):
    events = {}
    for time, kind, order in m[np.isin(m[:, 1], (1, 2, 3))][:, :3]:
        events.setdefault(order, []).append((time, kind))
    waits = [e[1][0] - e[0][0] for e in events.values() if len(e) > 1 and any(kind == 1 for _, kind in e)]
    return log(np.array(waits, dtype=float) / 1e9)


def depth(types, sign):
    def of(m, b):
        ask, _, bid, _, both = touch(b)
        above = m[:, 4] - (ask + bid) / 2
        return np.abs(above[np.isin(m[:, 1], types) & both & (np.sign(above) == sign)])

    return of


def level(types, ask, back):
    def of(m, b):
        found = []
        for i in range(back, len(m)):
            if m[i, 1] in types:
                prices = b[i - back, (0 if ask else 2) :: 4]
                found += list(np.flatnonzero(prices == m[i, 4]) + 1)
        return np.array(found)

    return of


def volume_minute(m, b):
    trades = m[m[:, 1] == 4]
    if not len(trades):
        return np.array([])
    seconds, which = np.unique(trades[:, 0] // 10**9, return_inverse=True)
    volume = np.bincount(which, trades[:, 3]).astype(float)
    first, last = (trades[[0, -1], 0] // 1000) % 10**6
    if len(seconds) == 1:
        if trades[0, 0] == trades[-1, 0]:
            return volume * 60
        return volume * 60 * 1e6 / (last - first) if last - first >= 100000 else volume[:0]
    volume[0] *= 1e6 / (10**6 - first)
    volume[-1] *= 1e6 / last if last else 1
    keep = np.ones(len(volume), bool)
    keep[0], keep[-1] = first >= 900000, last >= 100000
    return volume[keep] * 60


def flow(m, b):
    ask, ask_size, bid, bid_size, _ = touch(b)
    up, down = np.diff(bid), np.diff(ask)
    step = (up >= 0) * bid_size[1:] - (up <= 0) * bid_size[:-1] - (down <= 0) * ask_size[1:] + (down >= 0) * ask_size[:-1]
    return np.convolve(step, np.ones(100), "valid") / 100 if len(step) >= 100 else np.array([])


def flow_before(direction):
    def of(m, b):
        moves = np.sign(np.diff(b[:, 0] + b[:, 2]))[100:]
        return flow(m, b)[:-1][moves == direction]

    return of


SCORES = {
    "spread": spread,
    "imbalance": imbalance,
    "inter_arrival": lambda m, b: log(np.diff(m[:, 0]) / 1e6),
    "time_to_cancel": time_to_cancel,
    "ask_touch": lambda m, b: b[:, 1],
    "bid_touch": lambda m, b: b[:, 3],
    "ask_volume": lambda m, b: b[:, 1:40:4].sum(axis=1),
    "bid_volume": lambda m, b: b[:, 3:40:4].sum(axis=1),
    "limit_ask_depth": depth((1,), 1),
    "limit_bid_depth": depth((1,), -1),
    "cancel_ask_depth": depth((2, 3), 1),
    "cancel_bid_depth": depth((2, 3), -1),
    "limit_ask_level": level((1,), True, 0),
    "limit_bid_level": level((1,), False, 0),
    "cancel_ask_level": level((2, 3), True, 1),
    "cancel_bid_level": level((2, 3), False, 1),
    "volume_minute": volume_minute,
    "flow": flow,
    "flow_up": flow_before(1),
    "flow_stay": flow_before(0),
    "flow_down": flow_before(-1),
}
DISCRETE = {"spread"} | {name for name in SCORES if name.endswith("_level")}


def l1(x, y, discrete):
    if len(x) == 0 or len(y) == 0:
        return 1.0 if len(x) + len(y) else np.nan
    pooled = np.concatenate([x, y]).astype(float)
    edges = np.unique(pooled) if discrete else np.histogram_bin_edges(pooled, "fd")
    shares = [np.bincount(np.searchsorted(edges, v, side="right"), minlength=len(edges) + 1) / len(v) for v in (x, y)]
    return np.abs(shares[0] - shares[1]).sum() / 2


def wasserstein(x, y):
    if len(x) == 0 or len(y) == 0:
        return np.nan
    deviation = np.concatenate([x, y]).astype(float).std(ddof=1)
    return stats.wasserstein_distance(x, y) / deviation if deviation else 0.0


def acf(x, lag):
    x = x - x.mean()
    return (x[:-lag] * x[lag:]).sum() / (x * x).sum()


def sampled(m, values, both, step):
    """The last value at or before every whole step, rows with one side left out."""
    start = m[both][0, 0] if both[0] else m[both][0, 0] - 1
    grid = np.arange(start // step + 1, (m[-1, 0] - 1) // step + 1) * step
    if both[0]:
        grid = grid[grid > m[0, 0]]
    return values[both][np.searchsorted(m[both][:, 0], grid, side="right") - 1]


a, b = load(*sys.argv[1:3]), load(*sys.argv[3:5])
for name, of in SCORES.items():
    x, y = of(*a), of(*b)
    print("score", name, l1(x, y, name in DISCRETE), wasserstein(x, y), len(x), len(y))
messages, book = a
ask, _, bid, _, both = touch(book)
signs = -messages[np.isin(messages[:, 1], (4, 5)), 5].astype(float)
mids = sampled(messages, np.log((ask + bid) / 2), both, 10**10)
series = {
    "trade_signs": signs,
    "spread": sampled(messages, (ask - bid).astype(float), both, 10**9),
    "absolute_returns": np.abs(np.diff(mids)),
}
for name, x in series.items():
    for lag in (1, 2, 3, 5, 7, 10, 14, 20, 30, 50):
        if len(x) >= 4 * lag:
            print("memory", name, lag, acf(x, lag))
