#!/usr/bin/env python3
"""Makes the example market and demonstration: bars.csv.gz and fills.csv, in the folder of this script or the one given.

Both are invented. No market traded these prices and nobody made these trades: the prices come from a small stochastic
volatility model with a script of trends, ranges and five crashes, the fills from a scripted trader who sees only the
past. They are there so that the demonstration runs anywhere; say nothing about any real asset; and are the same on
every machine (fixed seeds, numpy's frozen RandomState).

    make_example.py [FOLDER]
"""

import gzip
import io
import math
import pathlib
import sys

import numpy as np

DAYS = 30
MINUTES = DAYS * 1440
TICKS = 6  # price points in a minute
START = np.datetime64("2030-01-01T00:00:00")
FIRST_PRICE = 1000.0
BAR = 5  # minutes

# (day, hours, kind, strength): drift in usual bar volatilities a bar, or the pull of a range.
SCRIPT = [
    (day + hour / 24, hours, kind, strength)
    for day in range(1, DAYS)
    for hour, hours, kind, strength in [
        (1.0, 3.0, "range", 0.10),
        (5.5, 2.5, "drift", 0.55 if day % 3 else -0.55),
        (10.0, 4.0, "range", 0.08),
        (15.0, 2.0, "drift", -0.55 if day % 2 else 0.5),
        (19.5, 3.0, "range" if day % 4 else "drift", 0.10 if day % 4 else 0.6),
    ]
]
# day, fall, share that comes back
CRASHES = [(4.48, 0.05, 0.5), (9.68, 0.055, 0.6), (15.72, 0.045, 0.5), (21.27, 0.08, 0.7), (26.4, 0.05, 0.6)]
SCRIPT += [(day - 1.6 / 24, 1.6, "drift", 0.6) for day, _, _ in CRASHES]  # bought before they fall


def simulate():
    """Log prices, TICKS a minute, and volume a minute."""
    draw = np.random.RandomState(20300101)
    usual = 0.0011 / math.sqrt(BAR)  # a minute's volatility
    drift, pull = np.zeros(MINUTES), np.zeros(MINUTES)
    for day, hours, kind, strength in SCRIPT:
        a = int(day * 1440)
        b = min(a + int(hours * 60), MINUTES)
        (drift if kind == "drift" else pull)[a:b] = strength * (usual / math.sqrt(BAR) if kind == "drift" else 1.0)
    shock = np.zeros(MINUTES)
    burst = np.zeros(MINUTES)
    for day, fall, back in CRASHES:
        a = int(day * 1440)
        shock[a : a + 6] -= fall / 6
        shock[a + 12 : a + 52] += back * fall / 40
        after = np.arange(MINUTES - a)
        burst[a:] += 1.3 * np.exp(-after / 60.0)

    prices = np.empty((MINUTES, TICKS))
    volume = np.empty(MINUTES)
    price, centre, slow, fast = math.log(FIRST_PRICE), math.log(FIRST_PRICE), 0.0, 0.0
    for m in range(MINUTES):
        slow += -slow / 2880 + 0.35 * math.sqrt(2 / 2880) * draw.normal()
        fast += -fast / 45 + 0.30 * math.sqrt(2 / 45) * draw.normal()
        if pull[m] > 0 and (m == 0 or pull[m - 1] == 0):
            centre = price
        daily = 0.15 * math.sin(2 * math.pi * (m % 1440) / 1440)
        sigma = usual * math.exp(slow + fast + burst[m] + daily - 0.1)
        for k in range(TICKS):
            price += sigma / math.sqrt(TICKS) * draw.normal()
            price += (drift[m] + shock[m] - pull[m] * (price - centre)) / TICKS
            prices[m, k] = price
        volume[m] = 40 * (sigma / usual) ** 1.2 * math.exp(0.5 * draw.normal())
    return prices, volume


def bars_of(prices, volume):
    """Rows of open, high, low, close and volume, prices rounded to ticks of 0.1."""
    points = np.round(np.exp(prices).reshape(-1, BAR * TICKS), 1)
    open_ = np.concatenate([[FIRST_PRICE], points[:-1, -1]])
    high = np.maximum(points.max(axis=1), open_)
    low = np.minimum(points.min(axis=1), open_)
    return np.column_stack([open_, high, low, points[:, -1], np.round(volume.reshape(-1, BAR).sum(axis=1), 1)])


class Trader:
    """Follows written rules on the closes of past bars; every order is a list of (minute, share of its size)."""

    def __init__(self, prices):
        self.draw = np.random.RandomState(7)
        self.prices = prices
        self.position = 0.0  # units
        self.fills = []
        self.orders = 0
        self.pending = []  # (minute, second, signed units, order, taker)

    def order(self, minute, units, shares=((0, 1.0),), taker=True):
        """Child fills at minutes after `minute`, in lots of 0.01 that add up to `units`."""
        self.orders += 1
        done, total = 0.0, round(units, 2)
        share = 0.0
        for offset, part in shares:
            share += part
            lots = round(total * share - done, 2)
            if lots != 0:
                self.pending.append((minute + offset, self.draw.randint(2, 58), lots, self.orders, taker))
                done = round(done + lots, 2)

    @staticmethod
    def smooth(minutes):
        """Shares of a minimum-jerk build-up (Flash and Hogan 1985)."""
        s = np.arange(minutes + 1) / minutes
        path = 10 * s**3 - 15 * s**4 + 6 * s**5
        return [(i, path[i + 1] - path[i]) for i in range(minutes)]

    def trade(self, minute):
        due = sorted(p for p in self.pending if p[0] == minute)
        self.pending = [p for p in self.pending if p[0] > minute]
        for _, second, lots, order, taker in due:
            side = 1 if lots > 0 else -1
            price = math.exp(self.prices[minute, second * TICKS // 60]) + (0.1 * side if taker else 0.0)
            fee = abs(lots) * price * (0.0004 if taker else 0.0001)
            self.fills.append((minute * 60 + second, side, round(price, 1), abs(lots), self.position, fee, order, taker))
            self.position = round(self.position + lots, 2)

    def run(self):
        closes = self.prices[:, -1]
        variance, mean, quiet = 0.0011**2, 0.0, 0
        high = low = last = closes[0]
        recent = variance
        plan, rest_until, fallen, flips = None, 1440, -999, 0
        for minute in range(MINUTES - 400):
            if minute % BAR == 0 and minute > 0:
                now = closes[minute - 1]
                r, unit = now - last, math.sqrt(variance)
                last = now
                recent += (r * r - recent) * 0.109
                mean += (r - mean) * 0.056
                high = max(now, now + (high - now) * 0.891)
                low = min(now, now + (low - now) * 0.891)
                t = mean / (unit * 0.1698)
                fall, rise, burst = (high - now) / (unit * 2.449), (now - low) / (unit * 2.449), recent / variance
                variance += (min(abs(r), 8 * unit) ** 2 - variance) * 0.0024
                quiet = quiet + 1 if abs(t) < 0.8 else 0
                if fall > 4:
                    fallen = minute
                if plan is None and minute >= rest_until:
                    plan = self.enter(minute, t, fall, rise, burst, quiet, minute - fallen, now)
                elif plan is not None and not self.pending:
                    done, flipped = self.manage(minute, plan, t, fall, quiet, now, unit * 2.449, flips)
                    if flipped:
                        flips += 1
                        plan = flipped
                    elif done:
                        plan, rest_until = None, minute + (5 if minute - fallen < 15 else self.draw.randint(90, 420))
            self.trade(minute)

    def enter(self, minute, t, fall, rise, burst, quiet, since_crash, now):
        """A plan, where a rule calls for one."""
        size = round(self.draw.uniform(4, 12), 1)
        wait = self.draw.randint(1, 5)
        if since_crash < 90 and rise > 1:  # it has turned: buy the dip in clips
            for i, share in enumerate((0.4, 0.35, 0.25)):
                self.order(minute + wait + 7 * i, size * share)
            return {"side": 1, "since": minute, "best": now, "entry": now, "step": 0, "size": size, "how": "dip"}
        side = 1 if t > 0 else -1
        extreme = fall < 0.5 if side > 0 else rise < 0.5
        if burst > 3.2 and extreme and abs(t) > 1:  # breakout: all at once
            self.order(minute + wait, side * size)
            return {"side": side, "since": minute, "best": now, "entry": now, "step": 0, "size": size, "how": "breakout"}
        if abs(t) > 2.6:  # trend: a smooth build-up, or a pyramid
            if self.draw.uniform() < 0.4:
                self.order(minute + wait, side * size, self.smooth(self.draw.randint(18, 36)), taker=False)
            else:
                for i, share in enumerate((0.5, 0.3, 0.2)):
                    self.order(minute + wait + 12 * i, side * size * share)
            return {"side": side, "since": minute, "best": now, "entry": now, "step": 0, "size": size, "how": "trend"}
        if quiet >= 13 and self.draw.uniform() < 0.05:  # range: patient and passive
            side = 1 if fall > rise else -1
            self.order(minute + wait, side * size, self.smooth(self.draw.randint(20, 32)), taker=False)
            return {"side": side, "since": minute, "best": now, "entry": now, "step": 0, "size": size, "how": "range"}
        return None

    def manage(self, minute, plan, t, fall, quiet, now, unit, flips):
        """(the plan is done, the plan of the other side after a flip)."""
        side, held = plan["side"], self.position
        plan["best"] = max(plan["best"], now) if side > 0 else min(plan["best"], now)
        gain, back = side * (now - plan["entry"]) / unit, side * (plan["best"] - now) / unit
        age = minute - plan["since"]
        if side > 0 and fall > 4:
            self.order(minute + 1, -held)  # out, whatever the price
            return True, None
        if side * t < -2.6 and flips < 4:
            self.order(minute + 2, -held - side * plan["size"])
            return False, {**plan, "side": -side, "since": minute, "best": now, "entry": now, "step": 0, "how": "flip"}
        if back > 3:
            self.order(minute + 1, -held * 0.6)
            self.order(minute + 4, -held + round(held * 0.6, 2))
            return True, None
        if gain > (1.6, 2.6, 3.6)[plan["step"]]:
            plan["step"] += 1
            if plan["step"] == 3:
                self.order(minute + 1, -held)
                return True, None
            self.order(minute + 1, -held * 0.4, taker=False)
            return False, None
        if age > 150 or (plan["how"] == "range" and age > 90 and quiet >= 12):
            self.order(minute + 2, -held, self.smooth(self.draw.randint(16, 28)), taker=False)
            return True, None
        return False, None


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    prices, volume = simulate()
    text = ["date,open,high,low,close,volume\n"]
    for i, row in enumerate(bars_of(prices, volume)):
        time = str(START + np.timedelta64(i * BAR, "m"))[:16]
        text.append(f"{time}Z,{row[0]:.1f},{row[1]:.1f},{row[2]:.1f},{row[3]:.1f},{row[4]:.1f}\n")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0, filename="") as stream:
        stream.write("".join(text).encode())
    (folder / "bars.csv.gz").write_bytes(packed.getvalue())

    trader = Trader(prices)
    trader.run()
    with open(folder / "fills.csv", "w", newline="") as out:
        out.write("time,seq,symbol,side,price,size,start_position,fee,order_id,taker\n")
        for seq, (second, side, price, size, before, fee, order, taker) in enumerate(trader.fills, 1):
            time = START + np.timedelta64(second, "s")
            out.write(f"{time}Z,{seq},EXAMPLE,{'BUY' if side > 0 else 'SELL'},{price:.1f},{size:.2f},{before:.2f},"
                      f"{fee:.4f},{order},{taker}\n")


if __name__ == "__main__":
    main()
