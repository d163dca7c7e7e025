"""Shards that are cut, stretched, missing, swapped, zeroed in places or from another run: found by verify and made again
byte for byte. Argument: how many (40)."""
import json
import random
import shutil
import unittest

from faults import FaultCase, count, run

TOGETHER = 4


class Damage(FaultCase):
    def test_is_found_and_mended(self):
        draw, folder = random.Random(15), self.folder / "run"
        self.succeeds("generate", self.job, "-o", folder)
        self.succeeds("generate", self.job, "--seed", 2, "-o", self.folder / "other")
        before = self.data(folder)
        shards = sorted(folder.glob("shards/*.h5"))
        others = sorted((self.folder / "other").glob("shards/*.h5"))

        def cut(path, content):
            path.write_bytes(content[:draw.randrange(len(content))])

        def stretch(path, content):
            path.write_bytes(content + bytes(draw.randint(1, 10_000)))

        def remove(path, content):
            path.unlink()

        def swap(path, content):
            path.write_bytes(before[draw.choice([s for s in shards if s != path]).relative_to(folder)])

        def foreign(path, content):
            path.write_bytes(others[shards.index(path)].read_bytes())

        def hole(path, content):
            at = draw.randrange(0, len(content), 4096)
            path.write_bytes(content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096:])

        kinds, found_in_all = [cut, stretch, remove, swap, foreign, hole], 0
        for _ in range(0, count(40), TOGETHER):
            changed = set()
            for path in draw.sample(shards, min(TOGETHER, len(shards))):
                content = before[path.relative_to(folder)]
                draw.choice(kinds)(path, content)
                if not path.exists() or path.read_bytes() != content:
                    changed.add(str(path.relative_to(folder)))
            told = json.loads(run("verify", folder, "--json").stdout)["damage"]
            self.assertEqual({damage["file"] for damage in told}, changed)
            found_in_all += len(changed)
            self.succeeds("verify", folder, "--repair")
            self.assertEqual(self.data(folder), before)
        print(f"damaged shards: {found_in_all}, all found and made again")
        self.assertGreater(found_in_all, 0)


if __name__ == "__main__":
    unittest.main()
