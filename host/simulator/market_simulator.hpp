#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "host/simulator/shock.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/record.hpp"

namespace marketmimic {

/// What a simulator runs.
struct SimulatorOptions {
  std::uint64_t scenarios = 16;  ///< 1 to 1e6, numbered from 0
  std::uint64_t seed = 1;
  std::uint32_t step_seconds = 1;          ///< 1 to 86,400
  std::uint32_t levels = 10;               ///< of the book on each side, 1 to kMaxLevels
  std::optional<std::uint32_t> clock = 0;  ///< seconds after midnight UTC; none: each scenario draws its time of day
  MarketModel model = MarketModel::file;
  unsigned threads = 0;       ///< 0: one a core; results don't depend on it
  std::optional<int> device;  ///< a GPU as CUDA counts them, none: the CPU; results don't depend on it
  /// Of the assets' log returns, [assets][assets] row by row; empty: none. In diffusions returns have it at every
  /// interval. In order books they come to have it over minutes, by a tide of buyers and sellers that all share, and a
  /// correlated book is more volatile than alone, by 1 / sqrt(1 - h), h the common share of its variance, at most 0.8
  /// (set_tides(), seconds to minutes a market; bench/results has what was measured). Volatility moves together
  /// too.
  std::vector<double> correlation;
  std::optional<Contagion> contagion;  ///< none: a shock stays in its asset
};

/// Markets that a program drives: advance, inject, look, and so on. A scenario is one market, or several correlated
/// assets; all scenarios are at the same time. Every value of an asset is what `generate` records for a job about it
/// with the same markets, correlation, seed, step and shocks without a strategy, bit for bit, whether a shock was known
/// beforehand or injected on command. Markets alone.
class MarketSimulator {
 public:
  /// At the start of every scenario. Error(usage): options out of range, or a model that the market lacks; Error(gpu):
  /// the device is not there, or its memory is too small.
  explicit MarketSimulator(const MarketFile& market, const SimulatorOptions& options = {});
  /// The same with an asset for each of `markets`, at most kMaxAssets, all of one model. Error(usage) also for a
  /// correlation that is none or can't be reached, and for contagion where nothing correlates.
  explicit MarketSimulator(std::span<const MarketFile> markets, const SimulatorOptions& options = {});
  MarketSimulator(MarketSimulator&&) noexcept;
  MarketSimulator& operator=(MarketSimulator&&) noexcept;
  ~MarketSimulator();

  /// `steps` steps onwards. Error(usage) beyond 1,000,000 steps in all.
  void advance(std::uint32_t steps = 1);

  /// A shock to one asset in some scenarios, or in all of them where `scenarios` is empty, effective from the next
  /// event on. `shock.start` counts from now [s], >= 0; where it waits for a market event, `shock.from` does. With
  /// contagion, a share of it reaches each correlated asset after a lag, once; where it waits for an event, the lag
  /// counts from when that holds and is at least a step. Error(usage): a value that is no number, out of range, an
  /// asset or a scenario that does not exist, or an asset that has had kMaxInjections; then nothing changes.
  void inject(const Injection& shock, std::span<const std::uint64_t> scenarios = {}, std::uint32_t asset = 0);
  /// The same, drawn for each scenario as `generate` would draw it; times of `rule` count from now.
  void inject(const PerturbationRule& rule, std::span<const std::uint64_t> scenarios = {}, std::uint32_t asset = 0);
  /// The kind with its defaults, at once.
  void inject(PerturbationKind kind, std::span<const std::uint64_t> scenarios = {}, std::uint32_t asset = 0);

  double time() const;  ///< since the start [s]
  std::uint64_t scenarios() const;
  std::uint32_t assets() const;
  std::uint32_t levels() const;

  /// Views of what an asset shows now in every scenario: [scenarios], or [levels][scenarios], scenario last. Valid as
  /// long as the simulator; advance() changes what they hold. Before the first step, volume and trades are those of a
  /// usual one. Error(usage): an asset that does not exist.
  using Values = std::span<const std::int32_t>;
  using Masks = std::span<const std::uint32_t>;
  Values mid(std::uint32_t asset = 0) const;  ///< close of the last step [half ticks]
  Values open(std::uint32_t asset = 0) const;
  Values high(std::uint32_t asset = 0) const;    ///< mid in the last step [half ticks]
  Values low(std::uint32_t asset = 0) const;     ///< the same
  Values volume(std::uint32_t asset = 0) const;  ///< of the last step [lots]
  Values trades(std::uint32_t asset = 0) const;
  Values bid_price(std::uint32_t asset = 0) const;  ///< [ticks]; kNoPrice where there is none
  Values ask_price(std::uint32_t asset = 0) const;
  Values bid_size(std::uint32_t asset = 0) const;  ///< [lots]
  Values ask_size(std::uint32_t asset = 0) const;
  Masks perturbations(std::uint32_t asset = 0) const;  ///< bits of PerturbationKind that acted
  Masks events(std::uint32_t asset = 0) const;         ///< bits of MarketEvent that hold

  /// The same views in the memory of `device`, for kernels of the caller: row 0 of the market's columns, the others
  /// null. Valid as long as the simulator, complete when advance() returns. Error(usage) on the CPU.
  Record on_device(std::uint32_t asset = 0) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace marketmimic
