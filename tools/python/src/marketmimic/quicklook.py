"""A picture of one scenario: price, book, shocks, market events, primitives, exposure and profit. Needs matplotlib."""

from __future__ import annotations

from typing import Any, Callable, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .errors import USAGE, RunError
from .run import Run

INK, QUIET, GRID = "#22303c", "#75828e", "#e6eaee"
UP, DOWN, HELD, TARGET = "#2a9d8f", "#d1495b", "#264f73", "#f08a24"
SHOCKS = ("#8a63b8", "#d1495b", "#2f7fb5", "#d99a1e", "#5c6670", "#a4161a", "#c3d4de")
EVENTS = ("#2a9d8f", "#e4694c", "#a4161a", "#9aa6b2", "#8a63b8", "#d99a1e", "#2f7fb5")
PRIMITIVES = (
    "#aab4be",
    "#1f8a70",
    "#b5452f",
    "#8c1c2b",
    "#5fb98e",
    "#a5cf6b",
    "#f2a65a",
    "#2384b8",
    "#e8c34a",
    "#e4694c",
    "#8a63b8",
    "#d7dde3",
    "#c2569b",
    "#3f3f7a",
    "#7a5c3e",
    "#5ec4cf",
    "#b7a6e0",
    "#4d6b2f",
)


def spans(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Steps [first, end) in which something holds without a break."""
    edges = np.flatnonzero(np.diff(there.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist()))


def readable(name: str) -> str:
    return name.replace("_", " ")


class _Drawing:
    """Panels above each other over the same time, those for which the run records what they show."""

    def __init__(self, run: Run, scenario: int) -> None:
        if scenario < 0 or scenario not in run.ids:
            raise RunError(f"{run.folder} has no scenario {scenario}", USAGE)
        self.run, self.scenario = run, scenario
        recorded = run.stride * run.step_seconds
        span = run.steps * recorded
        self.time, seconds = next(
            (unit, s)
            for unit, s, longest in (
                ("minutes", 60, 12 * 3600),
                ("hours", 3600, 6 * 86400),
                ("days", 86400, float("inf")),
            )
            if span <= longest
        )
        self.step = recorded / seconds

    def figure(self) -> Figure:
        panels: list[tuple[float, Callable[[Axes], None], bool]] = [
            (5.0, self._price, "market/close_half_ticks" in self.run),
            (2.4, self._depth, "market/bid_size_lots" in self.run),
            (1.4, self._spread, "market/bid_size_lots" not in self.run and "observations" in self.run),
            (1.5, self._events, "labels/market_event" in self.run),
            (0.8, self._primitives, "strategy/primitive" in self.run),
            (2.8, self._exposure, "strategy/exposure_lots" in self.run),
            (1.8, self._profit, "rewards" in self.run),
        ]
        shown = [(height, draw) for height, draw, there in panels if there]
        if not shown:
            raise RunError(f"{self.run.folder} records nothing that could be drawn", USAGE)
        figure = Figure(figsize=(13, 1.3 + 0.66 * sum(height for height, _ in shown)), layout="constrained")
        figure.suptitle(*self._title(), x=0.01, ha="left", fontsize=13)
        rows = figure.subplots(
            len(shown), sharex=True, squeeze=False, gridspec_kw={"height_ratios": [height for height, _ in shown]}
        )[:, 0]
        for axes, (_, draw) in zip(rows, shown):
            axes.set_xlim(0, self.run.steps * self.step)
            axes.spines[["top", "right"]].set_visible(False)
            axes.tick_params(colors=QUIET, labelsize=8)
            axes.grid(color=GRID, linewidth=0.6)
            axes.set_axisbelow(True)
            draw(axes)
        rows[-1].set_xlabel(self.time, color=QUIET, fontsize=9)
        return figure

    def _title(self) -> tuple[str]:
        run, i = self.run, self.scenario
        title = f"Scenario {i}"
        if "scenario/success" in run:
            reason = readable(str(run.labels("scenario/failure")[i]))
            title += ": success" if run["scenario/success"][i] else f": failed, {reason}"
            title += f", profit {100 * run['scenario/profit'][i]:+.2f} %"
        return (f"{title}      {run.asset}, {run.steps} steps of {run.stride * run.step_seconds} s",)

    def _path(self, start: float, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], Literal["pre"] | None]:
        """A quantity after each step, from where it starts. Within several decisions it is not known: it goes straight."""
        if self.run.stride > 1:
            return self._x(len(values) + 1), np.array([start, *values]), None
        return self._x(len(values)), values, "pre"

    def _within(self, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """A quantity that each step has as a whole, to be drawn with steps before their ends; long ones whole, too."""
        if self.run.stride == 1:
            return self._x(len(values)), values
        return self._x(len(values) + 1), np.concatenate([values[:1], values])

    def _line(self, axes: Axes, start: float, values: NDArray[Any], **look: Any) -> None:
        x, y, step = self._path(start, values)
        axes.plot(x, y, drawstyle="steps-pre" if step else "default", **look)

    def _x(self, entries: int) -> NDArray[Any]:
        """Ends of steps; with an entry more, their starts too."""
        return self.step * np.arange(1 - (entries - self.run.steps), self.run.steps + 1)

    def _name(self, axes: Axes, text: str) -> None:
        axes.set_ylabel(text, color=QUIET, fontsize=9, rotation=0, ha="right", va="center")

    def _shade(self, axes: Axes, named: bool = False) -> None:
        if "labels/perturbation" not in self.run:
            return
        acting = self.run.labels("perturbation")[self.scenario]
        for kind, name in enumerate(acting.dtype.names or ()):
            colour = SHOCKS[kind % len(SHOCKS)]
            for number, (first, end) in enumerate(spans(acting[name])):
                axes.axvspan(
                    first * self.step,
                    end * self.step,
                    color=colour,
                    alpha=0.12,
                    linewidth=0,
                    label=readable(name) if named and number == 0 else None,
                )

    def _price(self, axes: Axes) -> None:
        opened, low, high, close = (
            self.run.scaled(f"market/{name}_half_ticks")[self.scenario] for name in ("open", "low", "high", "close")
        )
        x, low = self._within(low)
        axes.fill_between(x, low, self._within(high)[1], step="pre", color=QUIET, alpha=0.35, linewidth=0)
        self._line(axes, opened[0], close, color=INK, linewidth=1)
        self._shade(axes, named=True)
        if "orders" in self.run.tables:
            self._fills(axes)
        self._name(axes, f"price\n[{self.run.currency}]")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=6, fontsize=8, frameon=False, borderaxespad=0.1)

    def _fills(self, axes: Axes) -> None:
        """At their mean price; the area is the size."""
        orders = self.run.orders(self.scenario)
        orders = orders[orders["filled_lots"] != 0]
        if len(orders) == 0:
            return
        lots = np.abs(orders["filled_lots"].astype(np.float64))
        price = self.run.tick * orders["notional"] / lots
        for chosen, colour, name in (
            (orders["filled_lots"] > 0, HELD, "bought"),
            (orders["filled_lots"] < 0, TARGET, "sold"),
        ):
            axes.scatter(
                (orders["step"][chosen] + 0.5) * self.step / self.run.stride,
                price[chosen],
                60 * lots[chosen] / lots.max(),
                color=colour,
                alpha=0.6,
                linewidth=0,
                label=name,
                zorder=3,
            )

    def _depth(self, axes: Axes) -> None:
        """Asks above bids, the touch in the middle; full colour where nine of ten levels are thinner."""
        asks, bids = (self.run[f"market/{side}_size_lots"][self.scenario].T for side in ("ask", "bid"))
        full, levels = max(float(np.quantile([asks, bids], 0.9)), 1.0), len(asks)
        for sizes, colour, bottom in ((asks, DOWN, 0), (bids[::-1], UP, -levels)):
            shades = LinearSegmentedColormap.from_list(colour, ["#ffffff", colour])
            axes.imshow(
                sizes,
                shades,
                aspect="auto",
                origin="lower",
                vmin=0,
                vmax=full,
                interpolation="nearest",
                extent=(0, self.run.steps * self.step, bottom, bottom + levels),
            )
        axes.set_ylim(-levels, levels)
        axes.set_yticks([-levels / 2, levels / 2], ["bids", "asks"])
        axes.grid(False)
        self._name(axes, "depth\nby level")

    def _spread(self, axes: Axes) -> None:
        column = self.run["observations"]
        spread = column[self.scenario][:, column.names.index("spread")]
        axes.plot(self._x(len(spread)), spread, color=INK, linewidth=1)
        self._name(axes, "spread")

    def _events(self, axes: Axes) -> None:
        holding = self.run.labels("market_event")[self.scenario]
        self._bars(
            axes,
            [
                (readable(name), EVENTS[kind % len(EVENTS)], spans(holding[name]))
                for kind, name in enumerate(holding.dtype.names or ())
                if holding[name].any()
            ],
        )
        self._name(axes, "")

    def _primitives(self, axes: Axes) -> None:
        running = self.run["strategy/primitive"][self.scenario]
        labels = self.run["strategy/primitive"].labels
        names = labels.names if labels is not None else ()
        for kind in np.unique(running[running < len(names)]).tolist():
            bars = [(first * self.step, (end - first) * self.step) for first, end in spans(running == kind)]
            axes.broken_barh(
                bars,
                (0, 1),
                color=PRIMITIVES[kind % len(PRIMITIVES)],
                label=readable(names[kind]),
                edgecolor="white",
                linewidth=0.5,
            )
        axes.set_ylim(0, 1)
        axes.set_yticks([])
        axes.grid(False)
        self._name(axes, "primitive")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=7, fontsize=8, frameon=False, borderaxespad=0.1)

    def _bars(self, axes: Axes, rows: list[tuple[str, str, list[tuple[int, int]]]]) -> None:
        for row, (_, colour, held) in enumerate(rows):
            axes.broken_barh(
                [(first * self.step, (end - first) * self.step) for first, end in held],
                (len(rows) - row - 0.9, 0.8),
                color=colour,
                linewidth=0,
            )
        axes.set_ylim(0, max(len(rows), 1))
        axes.set_yticks(np.arange(len(rows)) + 0.5, [name for name, _, _ in reversed(rows)])

    def _exposure(self, axes: Axes) -> None:
        held = self.run["strategy/exposure_lots"][self.scenario] / (self.run.largest_position_lots or 1)
        self._shade(axes)
        ends, path, step = self._path(0.0, held)
        axes.fill_between(ends, 0, path, step=step, color=HELD, alpha=0.16, linewidth=0)
        self._line(axes, 0.0, held, color=HELD, linewidth=1.4, label="held")
        axes.plot(
            *self._within(self.run["strategy/target"][self.scenario]),
            color=TARGET,
            linewidth=1.2,
            linestyle="--",
            drawstyle="steps-pre",
            label="target",
        )
        axes.legend(loc="upper right", ncol=2, fontsize=8, frameon=False)
        self._name(axes, "exposure\n[largest\nposition]")

    def _profit(self, axes: Axes) -> None:
        profit = np.cumsum(self.run["rewards"][self.scenario].astype(np.float64))
        self._shade(axes)
        axes.axhline(0, color=QUIET, linewidth=0.8)
        self._line(axes, 0.0, profit, color=UP if profit[-1] >= 0 else DOWN, linewidth=1.4)
        self._name(axes, f"profit\n[{self.run.currency}]")


def quicklook(run: Run, scenario: int) -> Figure:
    """The picture; `figure.savefig(...)` writes it. RunError where the run has no such scenario."""
    return _Drawing(run, scenario).figure()
