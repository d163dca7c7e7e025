"""What the market was where primitives began, by their names: labels.py RUN

For each kind of a run's `/strategy/primitive`: how often one began, in how many of these an event of its definition held, and
in how many of those that began with a position it stood at a loss. A run that recorded `strategy`, `labels` and `market`."""
import sys

import h5py
import numpy as np

ASKS = {"bull_market_entry": ["trend_up"], "bear_market_entry": ["trend_down"], "breakout_entry": ["volatility_break"],
        "range_bound_accumulation": ["range"], "range_bound_distribution": ["range"], "flash_crash_exit": ["crash"],
        "dip_accumulation": ["crash", "recovery", "trend_down", "trend_up"]}


def names(dataset, attribute):
    return [n.decode() if isinstance(n, bytes) else n for n in dataset.attrs[attribute]]


with h5py.File(f"{sys.argv[1]}/dataset.h5") as run:
    kinds, events = names(run["strategy/primitive"], "values"), names(run["labels/market_event"], "bits")
    kind, held = run["strategy/primitive"][:], run["labels/market_event"][:]
    lots, cash = run["strategy/exposure_lots"][:].astype(float), run["strategy/cash"][:].astype(float)
    price = run["market/close_half_ticks"][:] / 2

# What a row shows of the market is known at the end of its step: a primitive that begins in a row saw the row before.
begins = (kind[:, 1:] != kind[:, :-1]) & (kind[:, 1:] != 255)
known, worth = held[:, :-1], cash[:, :-1] + lots[:, :-1] * price[:, :-1]
print("| primitive | begun | its event held | with a position | at a loss |\n| --- | ---: | ---: | ---: | ---: |")
for k, name in enumerate(kinds):
    here = begins & (kind[:, 1:] == k)
    if not here.any():
        continue
    asked = sum(1 << events.index(event) for event in ASKS.get(name, []))
    met = f"{100 * np.mean((known[here] & asked) != 0):.1f} %" if asked else ""
    open_here = here & (lots[:, :-1] != 0)
    loss = f"{100 * np.mean(worth[open_here] < 0):.1f} %" if open_here.any() else ""
    print(f"| {name} | {here.sum()} | {met} | {open_here.sum()} | {loss} |")
