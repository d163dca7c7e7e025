"""What the tests of exports share: a run of the example, made once a test program, and its data as h5py reads them."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))

from program import EXAMPLE, PROGRAM, Case, run

try:
    import h5py
    import numpy
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

JOB = """
scenarios = {scenarios}
steps = 90
step_seconds = 300
seed = 5
[market]
levels = 3
[strategy]
positions = 3
[output]
shard_mebibytes = 1
{more}
[[perturbation]]
kind = "flash_crash"
probability = 0.5
"""
INFOS = ["/market/open_half_ticks", "/market/high_half_ticks", "/market/low_half_ticks", "/market/close_half_ticks",
         "/market/volume_lots", "/market/trades", "/strategy/primitive", "/strategy/source", "/strategy/phase",
         "/strategy/target", "/strategy/goal", "/strategy/exposure_lots", "/strategy/cash",
         "/strategy/standing", "/labels/market_event", "/labels/perturbation", "/labels/regime"]


def checked(*arguments):
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return result


class ExportCase(Case):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="marketmimic-")
        cls.addClassCleanup(cls.place.cleanup)
        cls.shared = pathlib.Path(cls.place.name)
        cls.strategy = cls.shared / "strategy.h5"
        checked("decompose", "--fills", EXAMPLE / "fills.csv", "--bars", EXAMPLE / "bars.csv.gz", "--rotations", 0, "-o",
                cls.strategy)
        cls.source = cls.make("run")

    @classmethod
    def make(cls, name, scenarios=260, more="", options=()):
        """Makes a run and returns its folder."""
        job = cls.shared / f"{name}.toml"
        job.write_text(JOB.format(scenarios=scenarios, more=more))
        checked("generate", job, "--strategy", cls.strategy, "-o", cls.shared / name, *options)
        return cls.shared / name

    def export(self, *arguments, run=None):
        """Exports to a new path, which is returned."""
        out = self.folder / f"out{len(list(self.folder.iterdir()))}"
        self.succeeds("export", run or self.source, "-o", out, *arguments)
        return out


def truth(run, *paths):
    """Whole datasets of a run."""
    with h5py.File(run / "dataset.h5") as file:
        return [file[path][:] for path in paths]


def same(a, b):
    """Equal to the bit, in type and shape too."""
    a, b = numpy.asarray(a), numpy.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def tree(file):
    """Every dataset of an open file, by path."""
    found = {}
    file.visititems(lambda name, item: found.update({"/" + name: item}) if isinstance(item, h5py.Dataset) else None)
    return found
