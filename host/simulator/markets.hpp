#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "host/statistics/parallel.hpp"
#include "kernels/cpu/simulator_launcher.hpp"

namespace marketmimic {

/// Columns of what the scenarios of an asset show, one value or one for each level.
struct Shown {
  Shown(std::size_t width, std::uint32_t levels)
      : stride(width),
        values(kValues, std::vector<std::int32_t>(width)),
        book(kBook, std::vector<std::int32_t>(width * levels)),
        masks(kMasks, std::vector<std::uint32_t>(width)) {}

  Record record() {
    Record r;
    r.stride = stride;
    pair_with(r, [](auto& column, auto*& place) { place = column.data(); });
    return r;
  }
  /// Calls `f(column, pointer)` for every column and the pointer of `r` that is its place.
  template <class F>
  void pair_with(Record& r, const F& f) {
    std::int32_t** const single[] = {&r.open, &r.high, &r.low, &r.close, &r.volume, &r.trades};
    std::int32_t** const leveled[] = {&r.bid_price, &r.ask_price, &r.bid_size, &r.ask_size};
    for (std::size_t k = 0; k < kValues; ++k) f(values[k], *single[k]);
    for (std::size_t k = 0; k < kBook; ++k) f(book[k], *leveled[k]);
    f(masks[0], r.perturbation);
    f(masks[1], r.market_event);
  }
  /// Takes over the first `count` columns of `part` as those from `first` on.
  void take(const Shown& part, std::size_t first, std::size_t count) {
    const auto copy = [&](const auto& from, auto& to) {
      for (std::size_t row = 0; row * part.stride < from.size(); ++row)
        std::copy_n(from.data() + row * part.stride, count, to.data() + row * stride + first);
    };
    for (std::size_t k = 0; k < kValues; ++k) copy(part.values[k], values[k]);
    for (std::size_t k = 0; k < kBook; ++k) copy(part.book[k], book[k]);
    for (std::size_t k = 0; k < kMasks; ++k) copy(part.masks[k], masks[k]);
  }

  static constexpr std::size_t kValues = 6, kBook = 4, kMasks = 2;
  std::size_t stride;
  std::vector<std::vector<std::int32_t>> values, book;
  std::vector<std::vector<std::uint32_t>> masks;
};

/// The place of a shock.
struct ShockPlace {
  std::uint32_t asset = 0;
  std::uint64_t scenario = 0;
  std::uint32_t slot = 0;
};

/// The markets of one model: scenarios of one or several assets. The place of a shock must exist.
class Markets {
 public:
  Markets() = default;
  Markets(const Markets&) = delete;
  Markets& operator=(const Markets&) = delete;
  virtual ~Markets() = default;
  /// Through steps `from` to `until - 1`.
  virtual void run(std::uint32_t from, std::uint32_t until) = 0;
  virtual Injection shock(const ShockPlace& place) = 0;
  virtual void set(const ShockPlace& place, const Injection& injection) = 0;
  virtual ScenarioSettings& settings(std::uint32_t asset) = 0;
  /// What an asset shows now, in the host's memory.
  virtual const Shown& shown(std::uint32_t asset) = 0;
  /// The same where the markets run on a GPU, in its memory; null pointers on the CPU.
  virtual Record on_device(std::uint32_t asset) const = 0;

  /// A shock that never comes.
  static Injection nothing() {
    Injection none;
    none.start = none.from = Injection::never;
    return none;
  }
};

/// On the CPU. An asset's scenarios run in blocks of kLanes, each of one asset alone, since what assets have in common
/// each of them draws again.
template <class Market>
class MarketsOf final : public Markets {
 public:
  /// An asset for each of `contexts`.
  MarketsOf(std::vector<ScenarioContext<Market>> contexts, std::uint64_t scenarios, unsigned threads)
      : contexts_(std::move(contexts)),
        scenarios_(scenarios),
        each_((scenarios + kLanes - 1) / kLanes),
        threads_(threads) {
    for (const auto& context : contexts_) {
      shown_.emplace_back(scenarios, context.levels);
      for (std::size_t i = 0; i < each_; ++i) {
        blocks_.push_back(std::make_unique<PausedScenarios<Market>>());
        parts_.emplace_back(kLanes, context.levels);
      }
    }
    parallel_for(blocks_.size(), threads_, [&](std::size_t i) {
      PausedScenarios<Market>& paused = *blocks_[i];
      start_scenarios(contexts_[i / each_], i % each_ * kLanes, paused, set_);
      for (auto& slot : paused.tables.schedule)
        for (int lane = 0; lane < kLanes; ++lane) slot.store(lane, nothing());
    });
    run(0, 0);
  }

  void run(std::uint32_t from, std::uint32_t until) override {
    parallel_for(blocks_.size(), threads_, [&](std::size_t i) {
      continue_scenarios(contexts_[i / each_], from, until, *blocks_[i], parts_[i].record(), set_);
      const std::size_t first = i % each_ * kLanes;
      shown_[i / each_].take(parts_[i], first, std::min<std::size_t>(kLanes, scenarios_ - first));
    });
  }
  Injection shock(const ShockPlace& p) override {
    return blocks_[block(p)]->tables.schedule[p.slot].load(static_cast<int>(p.scenario % kLanes));
  }
  void set(const ShockPlace& p, const Injection& injection) override {
    blocks_[block(p)]->tables.schedule[p.slot].store(static_cast<int>(p.scenario % kLanes), injection);
  }
  ScenarioSettings& settings(std::uint32_t asset) override { return contexts_[asset]; }
  const Shown& shown(std::uint32_t asset) override { return shown_[asset]; }
  Record on_device(std::uint32_t) const override { return {}; }

 private:
  std::size_t block(const ShockPlace& p) const { return p.asset * each_ + p.scenario / kLanes; }

  std::vector<ScenarioContext<Market>> contexts_;
  std::uint64_t scenarios_;
  std::size_t each_;  ///< blocks of an asset
  unsigned threads_;
  InstructionSet set_ = best_instruction_set();
  std::vector<Shown> shown_;
  std::vector<std::unique_ptr<PausedScenarios<Market>>> blocks_;
  std::vector<Shown> parts_;
};

}  // namespace marketmimic
