"""robomimic itself reads what is exported for it. It needs PyTorch, too much for every machine; by hand:

    apt-get install --no-install-recommends python3-torch python3-torchvision python3-tqdm python3-termcolor python3-psutil
    python3 -m venv --system-site-packages build/robomimic
    build/robomimic/bin/pip install --no-deps robomimic==0.3.0 && touch build/robomimic/complete
"""
import unittest

from runs import ExportCase, h5py, numpy, same, truth

import robomimic.utils.file_utils as file_utils
import robomimic.utils.obs_utils as obs_utils
from robomimic.utils.dataset import SequenceDataset

N, T = 260, 90


class Robomimic(ExportCase):
    def setUp(self):
        super().setUp()
        self.out = self.export("--format", "robomimic")
        with h5py.File(self.source / "dataset.h5") as file:
            self.columns = list(file["observations"].attrs["columns"])
        obs_utils.initialize_obs_utils_with_obs_specs({"obs": {"low_dim": self.columns}})

    def dataset(self, **options):
        return SequenceDataset(str(self.out), obs_keys=self.columns, dataset_keys=("actions", "rewards", "dones"),
                               **options)

    def test_tells_of_itself(self):
        environment = file_utils.get_env_metadata_from_dataset(str(self.out))
        self.assertEqual((environment["env_name"], environment["type"]), ("marketmimic", 2))
        self.assertEqual(environment["env_kwargs"]["steps"], T)
        shapes = file_utils.get_shape_metadata_from_dataset(str(self.out))
        self.assertEqual(shapes["ac_dim"], 2)
        self.assertEqual(shapes["all_shapes"], {name: [1] for name in sorted(self.columns)})
        self.assertEqual(len(file_utils.get_demos_for_filter_key(str(self.out), "train")), 234)

    def test_gives_sequences(self):
        observations, actions, rewards = truth(self.source, "observations", "actions", "rewards")
        for options in ({}, {"hdf5_cache_mode": "low_dim"}):
            dataset = self.dataset(frame_stack=3, seq_length=5, **options)
            self.assertEqual(len(dataset), N * T)
            for index in numpy.random.default_rng(1).integers(0, N * T, 20):
                demo, t = divmod(int(index), T)
                steps = numpy.clip(numpy.arange(t - 2, t + 5), 0, T - 1)  # padded at both ends
                item = dataset[int(index)]
                self.assertTrue(same(item["actions"], actions[demo, steps]))
                self.assertTrue(same(item["rewards"], rewards[demo, steps]))
                self.assertEqual(item["dones"].tolist(), (steps == T - 1).astype(int).tolist())
                for k, name in enumerate(self.columns):
                    self.assertTrue(same(item["obs"][name], observations[demo, steps, k:k + 1]))
                    self.assertTrue(same(item["next_obs"][name], observations[demo, steps + 1, k:k + 1]))

    def test_divides(self):
        train, valid = (self.dataset(filter_by_attribute=key) for key in ("train", "valid"))
        self.assertEqual((len(train), len(valid)), (234 * T, 26 * T))
        self.assertEqual(train.n_demos + valid.n_demos, N)
        self.assertFalse(set(train.demos) & set(valid.demos))

    def test_normalises(self):
        [observations] = truth(self.source, "observations")
        stats = self.dataset(hdf5_normalize_obs=True).get_obs_normalization_stats()
        for k, name in enumerate(self.columns):
            self.assertAlmostEqual(float(stats[name]["mean"].squeeze()), observations[:, :T, k].mean(dtype=float), 4)


if __name__ == "__main__":
    unittest.main()
