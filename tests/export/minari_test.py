"""Minari itself reads what is exported for it. Runs where tools/setup.sh --test could install it."""
import json
import os
import unittest

from runs import ExportCase, numpy, same, truth

import minari

N, T = 260, 90


class Minari(ExportCase):
    def load(self, out, name):
        os.environ["MINARI_DATASETS_PATH"] = str(out)
        return minari.load_dataset(name)

    def test_loads(self):
        out = self.export("--format", "minari")
        [name] = minari_names = list(self.local(out))
        dataset = self.load(out, name)
        self.assertEqual((dataset.total_episodes, dataset.total_steps, dataset.id), (N, N * T, minari_names[0]))
        self.assertEqual(dataset.observation_space.shape, (12,))
        self.assertTrue(numpy.isneginf(dataset.observation_space.low).all())
        observations, actions, rewards, success, primitive = truth(
            self.source, "observations", "actions", "rewards", "scenario/success", "strategy/primitive")
        for i, episode in enumerate(dataset.iterate_episodes()):
            self.assertEqual((episode.id, len(episode)), (i, T))
            self.assertTrue(same(episode.observations, observations[i]))
            self.assertTrue(same(episode.actions, actions[i]))
            self.assertTrue(same(episode.rewards, rewards[i]))
            self.assertEqual((episode.terminations.dtype, episode.truncations.dtype), (bool, bool))
            self.assertEqual(episode.truncations.tolist(), [False] * (T - 1) + [True])
            self.assertFalse(episode.terminations.any())
            self.assertTrue(same(episode.infos["strategy"]["primitive"], primitive[i]))
            for observation in episode.observations[::10]:
                self.assertIn(observation, dataset.observation_space)
            for action in episode.actions[::10]:
                self.assertIn(action, dataset.action_space)
        repr(episode)
        succeeded = [m["scenario"] for m in dataset.storage.get_episode_metadata(range(N)) if m["success"]]
        self.assertEqual(succeeded, numpy.flatnonzero(success).tolist())

    def local(self, out):
        os.environ["MINARI_DATASETS_PATH"] = str(out)
        return minari.list_local_datasets(compatible_minari_version=True)

    def test_samples_and_filters(self):
        out = self.folder / "datasets"
        for name, options in (("ab/b-v1", ["--scenario", "0-9"]), ("ab/c-v0", ["--successes"])):
            told = json.loads(self.succeeds("export", self.source, "--format", "minari", "-o", out, "--dataset-id", name,
                                            "--json", *options).stdout)
            self.assertEqual(told["dataset_id"], name)
        self.assertEqual(set(self.local(out)), {"ab/b-v1", "ab/c-v0"})
        dataset = self.load(out, "ab/b-v1")
        dataset.set_seed(1)
        self.assertEqual(len(dataset.sample_episodes(5)), 5)
        gains = dataset.filter_episodes(lambda episode: episode.rewards.sum() > 0)
        [rewards] = truth(self.source, "rewards")
        self.assertEqual(gains.total_episodes, int((rewards[:10].sum(axis=1) > 0).sum()))
        self.assertEqual(minari.combine_datasets([dataset, self.load(out, "ab/c-v0")], "ab/all-v0").total_episodes,
                         10 + self.load(out, "ab/c-v0").total_episodes)


if __name__ == "__main__":
    unittest.main()
