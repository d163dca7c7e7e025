"""What the checks by Python share: a program that makes runs, and folders for them."""
import contextlib
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

JOB = """
scenarios = {scenarios}
steps = {steps}
seed = 11
[market]
levels = 5
model = "{model}"
[strategy]
peak = 0.5
[output]
shard_mebibytes = 1
store = "{store}"
stride = {stride}
{shocks}
"""
SHOCKS = """
[[perturbation]]
kind = "flash_crash"
probability = 0.7
[[perturbation]]
kind = "news"
count = 2
probability = 0.5
[[perturbation]]
kind = "liquidity_gap"
probability = 0.3
"""


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield pathlib.Path(path)


def command(run, scenarios=100, steps=60, threads=2, kind="strategy", shocks=SHOCKS, store="plain", stride=1, more=()):
    """The command that makes a run; its job file stands beside the folder."""
    job = run.with_suffix(".toml")
    model = "order_book" if kind == "order_book" else "diffusion"
    job.write_text(JOB.format(scenarios=scenarios, steps=steps, shocks=shocks, model=model, store=store,
                               stride=stride))
    return [sys.argv[1], str(run), str(job), str(threads), kind, *map(str, more)]


def make(run, **choices):
    """Makes a run and returns its folder."""
    subprocess.run(command(run, **choices), check=True, stdout=subprocess.DEVNULL)
    return run


def datasets(file):
    """Every dataset of an open file, by path."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found["/" + name] = item

    file.visititems(visit)
    return found
