"""Money, positions and markets of a run balance exactly: everything is recomputed from orders and prices."""
import unittest

import numpy as np
from support import folder, h5py, make

T = 90
NO_PRICE = np.iinfo(np.int32).min  # of a level that is not there


class Accounts:
    """What holds in either market; `kind` as make_run has it."""

    @classmethod
    def setUpClass(cls):
        with folder() as place:
            with h5py.File(make(place / "run", scenarios=cls.scenarios, steps=T, kind=cls.kind) / "dataset.h5") as file:
                cls.data = {path: file[path][:] for path in (
                    "/market/open_half_ticks", "/market/high_half_ticks", "/market/low_half_ticks",
                    "/market/close_half_ticks", "/market/volume_lots", "/market/trades", "/market/bid_price_ticks",
                    "/market/ask_price_ticks", "/market/bid_size_lots", "/market/ask_size_lots", "/strategy/cash",
                    "/strategy/exposure_lots", "/rewards", "/observations", "/orders/offsets", "/orders/step",
                    "/orders/type", "/orders/lots", "/orders/filled_lots", "/orders/notional", "/orders/fee",
                    "/scenario/cash", "/scenario/inventory", "/scenario/traded_lots", "/scenario/fees")}
                cls.tick_lot = file.attrs["tick"] * file.attrs["lot"]

    def by_step(self, values):
        """Rows of /orders, added up by scenario and step: exact integers [scenarios, T]."""
        sums = np.zeros((self.scenarios, T), np.int64)
        scenario = np.repeat(np.arange(self.scenarios), np.diff(self.data["/orders/offsets"]))
        np.add.at(sums, (scenario, self.data["/orders/step"]), values)
        return sums

    def test_there_is_something_to_balance(self):
        filled = self.data["/orders/filled_lots"]
        self.assertGreater((filled > 0).sum(), 100)
        self.assertGreater((filled < 0).sum(), 100)
        self.assertGreater(((filled != 0) & (self.data["/orders/type"] == 1)).sum(), 100)

    def test_inventory(self):
        held = np.cumsum(self.by_step(self.data["/orders/filled_lots"]), axis=1)
        np.testing.assert_array_equal(held, self.data["/strategy/exposure_lots"])
        np.testing.assert_array_equal(held[:, -1], self.data["/scenario/inventory"])

    def test_cash(self):
        filled, notional, fee = (self.data["/orders/" + n] for n in ("filled_lots", "notional", "fee"))
        cash = np.cumsum(self.by_step(-np.sign(filled).astype(np.int64) * notional - fee), axis=1)
        np.testing.assert_array_equal(cash, self.data["/strategy/cash"])
        np.testing.assert_array_equal(cash[:, -1], self.data["/scenario/cash"])

    def test_traded_volume_and_fees(self):
        filled = np.abs(self.data["/orders/filled_lots"].astype(np.int64))
        np.testing.assert_array_equal(self.by_step(filled).sum(axis=1), self.data["/scenario/traded_lots"])
        np.testing.assert_array_equal(self.by_step(self.data["/orders/fee"]).sum(axis=1), self.data["/scenario/fees"])

    def test_fees_are_the_stated_share(self):
        rates = np.where(self.data["/orders/type"] == 0, round(4.5e-4 * 2**24), round(1.5e-4 * 2**24))
        np.testing.assert_array_equal(self.data["/orders/notional"] * rates >> 24, self.data["/orders/fee"])

    def test_fills_are_within_orders(self):
        lots, filled = self.data["/orders/lots"], self.data["/orders/filled_lots"]
        self.assertTrue((lots != 0).all())
        self.assertTrue((np.abs(filled) <= np.abs(lots)).all())
        self.assertTrue((filled * np.sign(lots) >= 0).all())

    def test_rewards_are_the_change_of_worth(self):
        mid = self.data["/market/close_half_ticks"].astype(np.int64)
        worth = 2 * self.data["/strategy/cash"] + self.data["/strategy/exposure_lots"] * mid
        change = np.diff(worth, axis=1, prepend=0)
        np.testing.assert_allclose(self.data["/rewards"], change * 0.5 * self.tick_lot, rtol=1e-6)

    def test_candles_are_valid(self):
        o, h, l, c = (self.data[f"/market/{n}_half_ticks"] for n in ("open", "high", "low", "close"))
        self.assertTrue((l > 0).all())
        self.assertTrue((l <= np.minimum(o, c)).all() and (h >= np.maximum(o, c)).all())
        np.testing.assert_array_equal(o[:, 1:], c[:, :-1])
        self.assertTrue((self.data["/market/volume_lots"] >= 0).all())
        self.assertTrue(((self.data["/market/trades"] > 0) == (self.data["/market/volume_lots"] > 0)).all())

    def test_the_book_is_never_crossed(self):
        bid, ask = self.data["/market/bid_price_ticks"], self.data["/market/ask_price_ticks"]
        self.assertTrue((bid[..., 0] < ask[..., 0]).all())
        there = (bid != NO_PRICE) & (ask != NO_PRICE)
        self.assertTrue(there[..., 0].all())
        both = there[..., 1:]
        self.assertTrue((bid[..., :-1] > bid[..., 1:])[both].all() and (ask[..., :-1] < ask[..., 1:])[both].all())
        np.testing.assert_array_equal(bid[..., 0] + ask[..., 0], self.data["/market/close_half_ticks"])
        for side, least in (("ask", 1), ("bid", self.least_bid)):
            price, size = (self.data[f"/market/{side}_{n}"] for n in ("price_ticks", "size_lots"))
            self.assertTrue((size[price != NO_PRICE] >= least).all() and (size[price == NO_PRICE] == 0).all())

    def test_own_trades_are_part_of_the_volume(self):
        taken = np.abs(np.where(self.data["/orders/type"] == 0, self.data["/orders/filled_lots"], 0).astype(np.int64))
        self.assertTrue((self.by_step(taken) <= self.data["/market/volume_lots"]).all())

    def test_no_value_is_nan(self):
        for path, values in self.data.items():
            if values.dtype.kind == "f":
                self.assertTrue(np.isfinite(values).all(), path)


class Diffusion(Accounts, unittest.TestCase):
    kind, scenarios = "strategy", 200
    least_bid = 0  # what a bid at a price of nothing would be

    def test_market_orders_take_the_book_that_was_shown(self):
        """Walks each market order through the levels of the step before it."""
        d = self.data
        scenario = np.repeat(np.arange(self.scenarios), np.diff(d["/orders/offsets"]))
        checked = 0
        for row in np.flatnonzero((d["/orders/type"] == 0) & (d["/orders/step"] > 0)):
            s, t, lots = scenario[row], d["/orders/step"][row] - 1, int(d["/orders/lots"][row])
            side = "ask" if lots > 0 else "bid"
            left, notional = abs(lots), 0
            for price, size in zip(d[f"/market/{side}_price_ticks"][s, t], d[f"/market/{side}_size_lots"][s, t]):
                part = min(left, int(size))
                notional += part * int(price)
                left -= part
            self.assertEqual(abs(int(d["/orders/filled_lots"][row])), abs(lots) - left)
            self.assertEqual(int(d["/orders/notional"][row]), notional)
            checked += 1
        self.assertGreater(checked, 100)


class OrderBook(Accounts, unittest.TestCase):
    kind, scenarios = "order_book", 10  # shocked ones have many messages
    least_bid = 1


if __name__ == "__main__":
    unittest.main(argv=["accounting_check"])
