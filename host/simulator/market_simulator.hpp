#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "host/config/job.hpp"
#include "host/config/market_file.hpp"
#include "marketmimic/perturbation.hpp"

namespace marketmimic {

/// What a simulator runs.
struct SimulatorOptions {
  std::uint64_t scenarios = 16;  ///< 1 to 1e6, numbered from 0
  std::uint64_t seed = 1;
  std::uint32_t step_seconds = 1;          ///< 1 to 86,400
  std::uint32_t levels = 10;               ///< of the book on each side, 1 to kMaxLevels
  std::optional<std::uint32_t> clock = 0;  ///< seconds after midnight UTC; none: each scenario draws its time of day
  MarketModel model = MarketModel::file;
  unsigned threads = 0;  ///< 0: one a core; results don't depend on it
};

/// Markets that a program drives: advance, inject, look, and so on. All scenarios are at the same time. Every value is
/// what `generate` records for the same market, seed, step and shocks without a strategy, bit for bit, whether a shock
/// was known beforehand or injected on command. Markets alone; runs on the CPU.
class MarketSimulator {
 public:
  /// At the start of every scenario. Error(usage): options out of range, or a model that the market lacks.
  explicit MarketSimulator(const MarketFile& market, const SimulatorOptions& options = {});
  MarketSimulator(MarketSimulator&&) noexcept;
  MarketSimulator& operator=(MarketSimulator&&) noexcept;
  ~MarketSimulator();

  /// `steps` steps onwards. Error(usage) beyond 1,000,000 steps in all.
  void advance(std::uint32_t steps = 1);

  /// A shock for some scenarios, or for all of them where `scenarios` is empty, effective from the next event on.
  /// `shock.start` counts from now [s], >= 0; where it waits for a market event, `shock.from` does. Error(usage): a
  /// value that is no number, out of range, a scenario that does not exist, or one that has had kMaxInjections; then
  /// nothing changes.
  void inject(const Injection& shock, std::span<const std::uint64_t> scenarios = {});
  /// The same, drawn for each scenario as `generate` would draw it; times of `rule` count from now.
  void inject(const PerturbationRule& rule, std::span<const std::uint64_t> scenarios = {});
  /// The kind with its defaults, at once.
  void inject(PerturbationKind kind, std::span<const std::uint64_t> scenarios = {});

  double time() const;  ///< since the start [s]
  std::uint64_t scenarios() const;
  std::uint32_t levels() const;

  /// Views of what every scenario shows now: [scenarios], or [levels][scenarios], scenario last. Valid as long as the
  /// simulator; advance() changes what they hold. Before the first step, volume and trades are those of a usual one.
  std::span<const std::int32_t> mid() const;                              ///< close of the last step [half ticks]
  std::span<const std::int32_t> open() const, high() const, low() const;  ///< mid in the last step [half ticks]
  std::span<const std::int32_t> volume() const;                           ///< of the last step [lots]
  std::span<const std::int32_t> trades() const;
  std::span<const std::int32_t> bid_price() const, ask_price() const;  ///< [ticks]; kNoPrice where there is none
  std::span<const std::int32_t> bid_size() const, ask_size() const;    ///< [lots]
  std::span<const std::uint32_t> perturbations() const;                ///< bits of PerturbationKind that acted
  std::span<const std::uint32_t> events() const;                       ///< bits of MarketEvent that hold

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace marketmimic
