"""Every flipped bit of a run is found, and its bytes are made again. Argument behind the program: how many flips (60)."""
import itertools
import json
import random
import sys
import unittest

flips = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 60

from program import RunCase, run  # noqa: E402  takes the program's path off the arguments

TOGETHER = 10


class Flips(RunCase):
    def test_every_flip_is_found_and_mended(self):
        random.seed(4)
        folder = self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        # Inputs can't be made again; a line of the journal that is lost stays lost.
        before = {path: path.read_bytes() for path in sorted(folder.rglob("*"))
                  if path.is_file() and (path.parent.name != "inputs" or path.name == "job.toml")}
        history = folder / "journal.jsonl"
        files, sizes = list(before), [len(content) for content in before.values()]
        made = told_at_once = hidden = 0
        for each in itertools.cycle((True, False)):
            if made >= flips:
                break
            changed, struck = {}, {}
            for k in range(TOGETHER):
                path = random.choice(files) if k % 2 else random.choices(files, sizes)[0]
                bit = random.randrange(8 * len(before[path]))
                if bit in struck.setdefault(path, set()):
                    continue
                struck[path].add(bit)
                content = changed.setdefault(path, bytearray(before[path]))
                content[bit // 8] ^= 1 << bit % 8
            if folder / "run.json" in changed:  # it is made from the others
                changed.pop(folder / "inputs" / "job.toml", None)
                changed.pop(history, None)
            # The checksums of a shard whose .json is damaged, and of the dataset without run.json, are not known.
            unknown = {path.with_suffix(".h5") for path in changed if path.parent.name == "shards" and path.suffix == ".json"}
            if folder / "run.json" in changed:
                unknown.add(folder / "dataset.h5")
            if each:  # every other time no flip hides another: all have to be told
                for path in unknown & set(changed):
                    changed.pop(path)
            made += sum(len(struck[path]) for path in changed)
            for path, content in changed.items():
                path.write_bytes(content)
            found = run("verify", folder, "--json")
            self.assertEqual(found.returncode, 8, found.stderr)
            told = {folder / damage["file"] for damage in json.loads(found.stdout)["damage"]}
            told_at_once += sum(len(struck[path]) for path in told)
            self.assertLessEqual(told, set(changed))
            self.assertLessEqual(set(changed) - told, unknown)
            hidden += sum(len(struck[path]) for path in set(changed) - told)
            self.succeeds("verify", folder, "--repair")
            if history in changed:
                history.write_bytes(before[history])
            for path, content in before.items():
                self.assertEqual(path.read_bytes(), content, path)
        self.assertEqual(made, told_at_once + hidden)
        print(f"{made} flips: {told_at_once} told at once, {hidden} where the checksum was damaged, too; all mended")


if __name__ == "__main__":
    unittest.main()
