#!/usr/bin/env python3
"""The market of path_model.cpp as a user of NumPy writes it, vectorised over paths: candles in half ticks and volume in
lots, no book; and the log prices and volumes alone.

Prints what Google Benchmark would (--benchmark_format=json): steps a second of this process's own time, for several
numbers of paths at once; the best counts.
"""
import json
import math
import time

import numpy as np

STEPS, DT, INITIAL_MID = 288, 300.0, 20000
# The defaults of marketmimic::DiffusionParameters.
P = dict(volatility=5e-5, drift=0.0, slow_rate=1e-5, slow_sd=0.4, fast_rate=1e-3, fast_sd=0.4, leverage=0.0, memory=0.0,
         memory_rate=5e-3, jump_rate=1e-5, jump_mean=0.0, jump_sd=2e-3, jump_branching=0.3, jump_decay=1e-3,
         volume_rate=10.0, volume_beta=1.0, volume_gamma=0.2, volume_factor_rate=1e-3, volume_factor_sd=0.5)


def decay_and_noise(rate, sd):
    decay = math.exp(-rate * DT)
    return decay, sd * math.sqrt(1 - decay * decay)


def candles(rng, opens, closes, moves, sigma):
    """Extremes of the Brownian bridge between open and close, each from its exact law; half ticks, int32."""
    u, v = 1 - rng.random((2, len(opens)))
    size = np.abs(moves)
    above = 0.5 * (np.sqrt(size**2 - 2 * sigma**2 * np.log(u)) - size)
    below = 0.5 * (np.sqrt(size**2 - 2 * sigma**2 * np.log(v)) - size)
    top, bottom = np.maximum(opens, closes), np.minimum(opens, closes)
    return (np.rint(top * (1 + above)).astype(np.int32), np.rint(bottom * (1 - below)).astype(np.int32))


def simulate(rng, paths, with_candles):
    """Log prices and log volumes, [STEPS, paths]; with candles these too."""
    slow_decay, slow_noise = decay_and_noise(P["slow_rate"], P["slow_sd"])
    fast_decay, fast_noise = decay_and_noise(P["fast_rate"], P["fast_sd"])
    volume_decay, volume_noise = decay_and_noise(P["volume_factor_rate"], P["volume_factor_sd"])
    memory_decay, jump_decay = math.exp(-P["memory_rate"] * DT), math.exp(-P["jump_decay"] * DT)
    rest = math.sqrt(1 - P["leverage"] ** 2)
    base = P["volatility"] * math.sqrt(DT)
    price, transient, excess = np.zeros((3, paths))
    slow, fast, factor = np.array([P["slow_sd"], P["fast_sd"], P["volume_factor_sd"]])[:, None] * rng.standard_normal(
        (3, paths))
    prices, volumes = np.empty((2, STEPS, paths))
    close, high, low, lots = np.empty((4, STEPS, paths), np.int32)
    last_price, last_close = np.zeros(paths), np.full(paths, INITIAL_MID)
    for t in range(STEPS):
        z = rng.standard_normal((4, paths))
        factors = slow + fast
        sigma = base * np.exp(factors)
        slow = slow * slow_decay + slow_noise * z[1]
        fast = fast * fast_decay + fast_noise * (P["leverage"] * z[0] + rest * z[2])
        jumps = rng.random(paths) < -np.expm1(-(P["jump_rate"] + excess) * DT)
        sizes = rng.laplace(P["jump_mean"], P["jump_sd"] / math.sqrt(2), paths)
        excess = excess * jump_decay + jumps * (P["jump_branching"] * P["jump_decay"])
        noise = sigma * z[0] + jumps * sizes
        price = price + P["drift"] * DT + noise
        transient = transient * memory_decay + P["memory"] * noise
        factor = factor * volume_decay + volume_noise * z[3]
        tied = P["volume_beta"] * factors + P["volume_gamma"] * (np.minimum(np.abs(noise) / sigma, 6) - 0.8)
        prices[t] = price + transient
        volumes[t] = math.log(P["volume_rate"] * DT) + tied + factor
        if with_candles:
            now = np.rint(INITIAL_MID * np.exp(prices[t])).astype(np.int32)
            high[t], low[t] = candles(rng, last_close, now, prices[t] - last_price, sigma)
            close[t], lots[t] = now, np.rint(np.exp(volumes[t]))
            last_price, last_close = prices[t], now
    return (prices, volumes, close, high, low, lots) if with_candles else (prices, volumes)


def measure(paths, with_candles):
    rng = np.random.default_rng(1)
    simulate(rng, paths, with_candles)
    begun, drawn = time.process_time(), 0
    while time.process_time() - begun < 0.3:
        simulate(rng, paths, with_candles)
        drawn += paths
    rate = drawn * STEPS / (time.process_time() - begun)
    # The moments that show that all three run the same model.
    prices, volumes = map(np.hstack, zip(*(simulate(rng, paths, with_candles)[:2] for _ in range(8192 // paths))))
    return dict(name=f"path/NumPy{' candles' if with_candles else ''}, {paths} paths", items_per_second=rate,
                return_sd=math.sqrt(np.mean(np.diff(prices, axis=0) ** 2)),
                log_volume=np.mean(np.log1p(np.exp(volumes[1:]))))


if __name__ == "__main__":
    sizes = (256, 1024, 4096)
    print(json.dumps(dict(benchmarks=[measure(paths, c) for paths in sizes for c in (False, True)])))
