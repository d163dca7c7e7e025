"""A run is read rightly in forked and spawned processes, by threads, and with few files open."""

import multiprocessing
import os
import pickle
import threading
import unittest

import numpy as np
import numpy.testing  # now: the lock of a late import would be found taken after a fork
from runs import N, RunCase, everything, h5py, marketmimic, packed

PATHS = ("observations", "market/bid_size_lots", "strategy/cash", "rewards")


def read(run, seed, rounds=60):
    """Values at random places, and where they are."""
    draw, found = np.random.default_rng(seed), []
    for _ in range(rounds):
        path, ids = PATHS[draw.integers(len(PATHS))], draw.integers(0, N, 8)
        found.append((path, ids, run[path][ids]))
    return found


def open_hdf5_files():
    return h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE)


def read_in_child(run, seed, pipe):
    pipe.send((open_hdf5_files(), read(run, seed)))
    pipe.close()


class Processes(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = everything(cls.made)
        cls.folders = {"in one piece": cls.made, "packed": packed(cls.made, cls.place / "packed")}

    def right(self, found):
        for path, ids, values in found:
            np.testing.assert_array_equal(values, self.truth[path][ids])

    def in_children(self, method):
        """Parent and children read at the same time, after the parent has read."""
        context = multiprocessing.get_context(method)
        for name, folder in self.folders.items():
            run = marketmimic.open_run(folder)
            self.right(read(run, 1))
            if name == "packed":
                self.assertGreater(open_hdf5_files(), 0)
            pipes, children = [], []
            for seed in range(3):
                here, there = context.Pipe(duplex=False)
                children.append(context.Process(target=read_in_child, args=(run, seed, there)))
                children[-1].start()
                there.close()
                pipes.append(here)
            for seed in range(10, 20):
                self.right(read(run, seed, 10))
            for pipe, child in zip(pipes, children):
                handles, found = pipe.recv()
                self.assertEqual(handles, 0, "a child has no handle of its parent's")
                self.right(found)
                child.join()
                self.assertEqual(child.exitcode, 0)

    def test_forked(self):
        self.in_children("fork")

    def test_spawned(self):
        self.in_children("spawn")

    def test_forks_while_threads_read(self):
        run, ended, wrong = marketmimic.open_run(self.folders["packed"]), threading.Event(), []

        def reader(seed):
            try:
                while not ended.is_set():
                    self.right(read(run, seed, 5))
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=reader, args=(seed,)) for seed in range(2)]
        for thread in threads:
            thread.start()
        for seed in range(15):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    self.right(read(run, seed, 5))
                    code = 0
                finally:
                    os._exit(code)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
        ended.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_threads(self):
        for folder in self.folders.values():
            run, found = marketmimic.open_run(folder), {}
            threads = [
                threading.Thread(target=lambda seed=seed: found.update({seed: read(run, seed)})) for seed in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(len(found), 4)
            for seed in found:
                self.right(found[seed])

    def test_few_files_are_open(self):
        store, few = marketmimic.store, 2
        kept = store._MOST_OPEN, store._MOST_HDF5
        self.addCleanup(lambda: setattr(store, "_MOST_OPEN", kept[0]) or setattr(store, "_MOST_HDF5", kept[1]))
        store._MOST_OPEN, store._MOST_HDF5 = few, 1
        self.assertGreater(len(self.shards), few)
        for folder in self.folders.values():
            run = marketmimic.open_run(folder)
            self.right(read(run, 3))
            held = [
                os.readlink(f"/proc/self/fd/{fd}")
                for fd in os.listdir("/proc/self/fd")
                if os.path.exists(f"/proc/self/fd/{fd}")
            ]
            self.assertLessEqual(len([name for name in held if name.startswith(str(folder))]), few + 1)

    def test_errors_reach_a_parent(self):
        error = pickle.loads(pickle.dumps(marketmimic.RunError("what", 7)))
        self.assertEqual((str(error), error.code), ("what", 7))


if __name__ == "__main__":
    unittest.main(argv=["processes_test"])
