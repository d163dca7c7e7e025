"""Reads what `marketmimic generate` leaves: a run folder of simulated markets and strategy executions.

    run = marketmimic.open_run("run")
    run["observations"][17]                # [T + 1, O]: scenario 17, read straight from its shard
    run["market/close_half_ticks"][ids]    # any NumPy index; the first axis is the number of the scenario
    run.orders(17)                         # every order of scenario 17, as a structured array

`marketmimic.torch` has PyTorch data sets of runs, `python -m marketmimic` a look at them.
"""

from .column import Column, View
from .errors import RunError
from .labels import Labels
from .run import Run, open_run
from .schema import Quantity
from .selection import Selection
from .table import Table

__version__ = "0.1.0"
__all__ = ["Column", "Labels", "Quantity", "Run", "RunError", "Selection", "Table", "View", "open_run"]
