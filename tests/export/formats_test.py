"""Exports hold what their formats ask for, and the values of the run to the bit."""
import csv
import json
import unittest

from runs import INFOS, ExportCase, h5py, numpy, same, tree, truth

N, T, O, A = 260, 90, 12, 2

class D4rl(ExportCase):
    def test_holds_flat_arrays(self):
        out = self.export("--format", "d4rl")
        observations, actions, rewards, terminals, timeouts = truth(
            self.source, "observations", "actions", "rewards", "terminals", "timeouts")
        with h5py.File(out) as file:
            found = tree(file)
            self.assertEqual(set(found), {"/observations", "/actions", "/rewards", "/terminals", "/timeouts",
                                          "/infos/scenario", *("/infos" + path for path in INFOS)})
            data = {path: item[:] for path, item in found.items()}  # as d4rl loads: everything
        self.assertTrue(same(data["/observations"], observations[:, :T].reshape(N * T, O)))
        self.assertTrue(same(data["/actions"], actions.reshape(N * T, A)))
        self.assertTrue(same(data["/rewards"], rewards.reshape(N * T)))
        self.assertTrue(same(data["/terminals"], terminals.reshape(N * T).astype(bool)))
        self.assertTrue(same(data["/timeouts"], timeouts.reshape(N * T).astype(bool)))
        self.assertTrue(same(data["/infos/scenario"], numpy.repeat(numpy.arange(N, dtype="u8"), T)))
        for path, values in zip(INFOS, truth(self.source, *INFOS)):
            self.assertTrue(same(data["/infos" + path], values.reshape(N * T)), path)
        # d4rl squeezes what it loads, and then asks for one row a sample.
        for path in data:
            self.assertEqual(numpy.squeeze(data[path]).shape, data[path].shape)
        self.assertEqual(int(data["/timeouts"].sum()), N)

    def test_tells_what_it_did(self):
        out = self.folder / "out.h5"
        told = json.loads(self.succeeds("export", self.source, "--format", "d4rl", "-o", out, "--json").stdout)
        self.assertEqual(told, {"format": "d4rl", "output": str(out), "scenarios": N, "steps": T, "replayed": False,
                                "bytes": out.stat().st_size})
        self.assertIn("260 scenarios of 90 steps",
                      self.succeeds("export", self.source, "--format", "d4rl", "-o", out, "--force").stdout)

class Minari(ExportCase):
    def test_holds_episodes(self):
        out = self.export("--format", "minari", "--scenario", "3-17,250")
        chosen = [*range(3, 18), 250]
        [place] = out.glob("marketmimic/*-v0")
        self.assertEqual(sorted(p.name for p in out.rglob("*") if p.is_file()), ["main_data.hdf5", "metadata.json"])
        text = (place / "data" / "metadata.json").read_text()
        metadata = json.loads(text)
        self.assertEqual(metadata["data_format"], "hdf5")
        self.assertEqual(metadata["dataset_id"], str(place.relative_to(out)))
        self.assertEqual(metadata["minari_version"], "0.5.0")
        self.assertEqual((metadata["total_episodes"], metadata["total_steps"]), (16, 16 * T))
        self.assertIn("-Infinity", text)
        space = json.loads(metadata["observation_space"])  # a text within the text
        self.assertEqual((space["type"], space["dtype"], space["shape"]), ("Box", "float32", [O]))
        self.assertEqual((space["low"], space["high"]), ([-numpy.inf] * O, [numpy.inf] * O))
        space = json.loads(metadata["action_space"])
        self.assertEqual((space["shape"], space["low"], space["high"]), ([A], [-1] * A, [1] * A))

        observations, actions, rewards, terminals, timeouts, success = truth(
            self.source, "observations", "actions", "rewards", "terminals", "timeouts", "scenario/success")
        infos = truth(self.source, *INFOS)
        with h5py.File(place / "data" / "main_data.hdf5") as file:
            self.assertEqual(set(file), {f"episode_{i}" for i in range(16)})
            for i, scenario in enumerate(chosen):
                episode = file[f"episode_{i}"]
                attributes = episode.attrs
                self.assertEqual((attributes["id"], attributes["total_steps"], attributes["scenario"]), (i, T, scenario))
                self.assertEqual(attributes["success"], success[scenario])
                self.assertEqual(attributes["failure"] == "none", bool(success[scenario]))
                self.assertEqual(set(tree(episode)),
                                 {"/observations", "/actions", "/rewards", "/terminations", "/truncations",
                                  *("/infos" + path for path in INFOS)})
                self.assertEqual(episode["observations"].shape, (T + 1, O))
                self.assertTrue(same(episode["observations"][:], observations[scenario]))
                self.assertTrue(same(episode["actions"][:], actions[scenario]))
                self.assertTrue(same(episode["rewards"][:], rewards[scenario]))
                self.assertTrue(same(episode["terminations"][:], terminals[scenario].astype(bool)))
                self.assertTrue(same(episode["truncations"][:], timeouts[scenario].astype(bool)))
                for path, values in zip(INFOS, infos):
                    self.assertTrue(same(episode["infos" + path][:], values[scenario]), path)

    def test_has_the_name_that_is_asked_for(self):
        out = self.export("--format", "minari", "--scenario", 1, "--dataset-id", "my-team/of/btc_1-v12")
        metadata = json.loads((out / "my-team/of/btc_1-v12/data/metadata.json").read_text())
        self.assertEqual(metadata["dataset_id"], "my-team/of/btc_1-v12")
        self.export("--format", "minari", "--scenario", 1, "--dataset-id", "a-v0")

class Robomimic(ExportCase):
    def signals(self, primitive, phase):
        """Ends of primitives by their definition: the steps at which another one, or none, has taken the place."""
        ends, running = [], None
        for t in range(T):
            goes_on = t > 0 and primitive[t] == primitive[t - 1] and phase[t] >= phase[t - 1]
            if running is not None and not goes_on:
                ends.append((running, t))
            running = None if primitive[t] == 255 else primitive[t]
        return ends

    def test_holds_demonstrations(self):
        out = self.export("--format", "robomimic")
        names = ["observations", "actions", "rewards", "strategy/primitive", "strategy/phase", "scenario/cycle",
                 "scenario/segments_begun", "scenario/success"]
        observations, actions, rewards, primitive, phase, cycle, begun, success = truth(self.source, *names)
        with h5py.File(self.source / "dataset.h5") as file:
            columns = list(file["observations"].attrs["columns"])
            kinds = list(file["strategy/primitive"].attrs["values"])
        self.assertGreater(len(set(cycle)), 10)
        with h5py.File(out) as file:
            self.assertEqual(set(file), {"data", "mask"})
            self.assertEqual(file["data"].attrs["total"], N * T)
            environment = json.loads(file["data"].attrs["env_args"])
            self.assertEqual(set(environment), {"env_name", "type", "env_kwargs"})
            self.assertEqual(set(file["data"]), {f"demo_{i}" for i in range(N)})
            ended = 0
            for i in range(N):
                demo = file[f"data/demo_{i}"]
                self.assertEqual((demo.attrs["num_samples"], demo.attrs["success"]), (T, success[i]))
                self.assertEqual(set(demo), {"actions", "rewards", "dones", "states", "obs", "next_obs", "datagen_info",
                                             "src_demo_inds"})
                self.assertTrue(same(demo["actions"][:], actions[i]))
                self.assertLessEqual(numpy.abs(demo["actions"][:]).max(), 1)
                self.assertTrue(same(demo["rewards"][:], rewards[i]))
                self.assertEqual(demo["dones"][:].tolist(), [0] * (T - 1) + [1])
                self.assertEqual(demo["states"][:].tolist(), [[i, t] for t in range(T)])
                self.assertEqual(set(demo["obs"]), set(columns))
                self.assertEqual(set(demo["next_obs"]), set(columns))
                for k, name in enumerate(columns):
                    self.assertTrue(same(demo["obs"][name][:], observations[i, :T, k:k + 1]), name)
                    self.assertTrue(same(demo["next_obs"][name][:], observations[i, 1:, k:k + 1]), name)
                signals = demo["datagen_info/subtask_term_signals"]
                expected = self.signals(primitive[i], phase[i])
                self.assertEqual(list(signals), [f"{k:03}_{kinds[kind]}" for k, (kind, _) in enumerate(expected)])
                for signal, (_, end) in zip(signals.values(), expected):
                    self.assertEqual(signal[:].tolist(), [0] * end + [1] * (T - end))
                self.assertLessEqual(len(expected), begun[i])
                ended += len(expected)
                self.assertEqual(demo["src_demo_inds"][:].tolist(), [cycle[i]])
            self.assertGreater(ended, 0.8 * begun.sum() - N, "nearly all primitives are told")
            train, valid = file["mask/train"][:], file["mask/valid"][:]
        self.assertEqual(train.dtype.kind, "S")
        self.assertEqual([int(name[5:]) for name in valid], list(range(9, N, 10)))
        self.assertEqual(sorted([*train, *valid], key=lambda name: int(name[5:])),
                         [f"demo_{i}".encode() for i in range(N)])

    def test_divides_few_demonstrations(self):
        for count, valid in ((1, []), (2, [b"demo_1"]), (9, [b"demo_8"]), (10, [b"demo_9"])):
            with h5py.File(self.export("--format", "robomimic", "--scenario", f"0-{count - 1}")) as file:
                self.assertEqual(file["mask/valid"][:].tolist(), valid)
                self.assertEqual(len(file["mask/train"]), count - len(valid))

class Csv(ExportCase):
    def test_is_what_replay_writes(self):
        apart = self.export("--format", "csv", "--split", "--scenario", "7,100-101")
        self.assertEqual(sorted(p.name for p in apart.iterdir()),
                         ["scenario-100.csv", "scenario-101.csv", "scenario-7.csv"])
        whole = ""
        for i in (7, 100, 101):
            replayed = self.folder / f"replayed{i}.csv"
            self.succeeds("replay", self.source, "--scenario", i, "--csv", replayed)
            self.assertEqual((apart / f"scenario-{i}.csv").read_bytes(), replayed.read_bytes())
            head, *lines = replayed.read_text().splitlines()
            whole += ("" if whole else "scenario," + head + "\n") + "".join(f"{i},{line}\n" for line in lines)
        self.assertEqual(self.export("--format", "csv", "--scenario", "7,100-101").read_text(), whole)

    def test_numbers_are_those_of_the_run(self):
        with open(self.export("--format", "csv", "--scenario", "255-257"), newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([int(row["scenario"]) for row in rows], sum(([i] * (T + 1) for i in range(255, 258)), []))
        rewards, low, cash = truth(self.source, "rewards", "market/low_half_ticks", "strategy/cash")
        rows = [row for row in rows if row["rewards"]]  # but for what is seen after the last step
        self.assertTrue(same(numpy.array([row["rewards"] for row in rows], "f4"), rewards[255:258].reshape(-1)))
        self.assertEqual([int(row["market.low_half_ticks"]) for row in rows], low[255:258].reshape(-1).tolist())
        self.assertEqual([int(row["strategy.cash"]) for row in rows], cash[255:258].reshape(-1).tolist())

if __name__ == "__main__":
    unittest.main()
