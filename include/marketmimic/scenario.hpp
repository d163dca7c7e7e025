#pragma once

#include <cstdint>

#include "marketmimic/market_view.hpp"
#include "marketmimic/record.hpp"
#include "marketmimic/scenario_block.hpp"

namespace marketmimic {

/// Raised with every change of a rule that changes a recorded value; part of a scenario's identity.
inline constexpr std::uint32_t kRulesVersion = 11;

/// The rules of a scenario, for any market model and any width. `block` is the state, `record` where rows go; lane l is
/// scenario `first + l` of the job and column l of the record. `GoesOn` may be false where Sequencer::goes_on() is: the
/// same bits from less code, state and registers.
template <class Market, int Width, bool GoesOn = true>
struct Scenario {
  using Context = ScenarioContext<Market>;
  using Block = ScenarioBlock<Market, Width>;
  using Everyone = AllLanes<Width>;
  using Tables = ScenarioTables<Width, GoesOn>;

  /// Draws the initial state and the schedule, observes, and decides the first action.
  MARKETMIMIC_HD static void start(const Context& c, Block& b, Tables& tables, const Record& record,
                                   std::uint64_t first) {
    for (int lane = 0; lane < Width; ++lane)
      b.stream.store(lane, Stream::of(c.seed, first + static_cast<std::uint64_t>(lane)));
    b.market.start(c.market, c.execution, b.stream, c.random_clock != 0, c.clock);
    for (int lane = 0; lane < Width; ++lane) {
      const Stream stream = b.stream.load(lane);
      const float bar = c.dt * static_cast<float>(c.bar_steps);
      Measures measures;
      measures.volume_average = b.market.usual_volume(c.market, lane);
      b.modifiers.store(lane, Modifiers{});
      Detectors detectors = Detectors::start(0.0f, b.market.usual_variance(c.market, lane, bar));
      const Words history = stream.draw(Draw::history, 0, c.market.coupling.asset);
      detectors.settle(c.detectors, normal_pair(history.a, history.b).a, open_uniform(history.c));
      b.detectors.store(lane, detectors);
      b.plan.store(lane, Sequencer::start(c.adaptation, c.strategy, c.dt * static_cast<float>(c.steps), stream));
      b.orders.store(lane, Orders{});
      b.account.store(lane, Account{});
      b.measures.store(lane, measures);
      for (std::uint32_t k = 0; k < c.injections; ++k) {
        tables.schedule[k].store(
            lane, draw_shock(c.perturbations[k], c.sources, c.contagion, stream, k, c.market.coupling.asset));
      }
      if constexpr (GoesOn) recall(c, b, tables, lane, bar);
    }
    adapt(Everyone{}, c, b, tables, 0);
    act(Everyone{}, c, b);
    record_decision(Everyone{}, c, b, record, 0);
  }

  /// One step (DESIGN.md, section 1).
  MARKETMIMIC_HD static void step(const Context& c, Block& b, Tables& tables, const Record& record, std::uint32_t t) {
    const NoListener deaf;
    step(c, b, tables, record, t, deaf);
  }
  /// The same with somebody who is told of every event of the market.
  template <class Listener>
  MARKETMIMIC_HD static void step(const Context& c, Block& b, Tables& tables, const Record& record, std::uint32_t t,
                                  Listener& listener) {
    perturb(Everyone{}, c, b, tables, t);
    advance(c, b, record, t, listener);
    respond(Everyone{}, c, b, tables, record, t);
  }

  /// Steps `from` to `until` - 1. Where steps take each lane a time of its own, no lane waits for the others.
  MARKETMIMIC_HD static void run(const Context& c, Block& b, Tables& tables, const Record& record, std::uint32_t from,
                                 std::uint32_t until) {
    if constexpr (MarketBlock<Market, Width>::own_pace) {
      const auto before = [&](OneLane one, std::uint32_t t) MARKETMIMIC_INLINE { perturb(one, c, b, tables, t); };
      const auto traded = [&](std::uint32_t t, int lane, const Trade& taken, const Trade& rested)
                              MARKETMIMIC_INLINE { book_trades(b, record, t, lane, taken, rested); };
      const auto after = [&](OneLane one, std::uint32_t t)
                             MARKETMIMIC_INLINE { respond(one, c, b, tables, record, t); };
      b.market.run(c.market, c.execution, b.modifiers, b.orders, b.stream, from, until, before, traded, after);
    } else {
      for (std::uint32_t t = from; t < until; ++t) step(c, b, tables, record, t);
    }
  }

  /// The market as the last step left it, as row `t`.
  template <class Set>
  MARKETMIMIC_HD static void record_market(const Set& lanes, const Context& c, const Block& b, const Record& r,
                                           std::uint32_t t) {
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const Candle candle = b.market.candle(lane);
      const auto s = static_cast<std::uint32_t>(lane);
      r.put(r.open, 1, t, 0, s, candle.open);
      r.put(r.high, 1, t, 0, s, candle.high);
      r.put(r.low, 1, t, 0, s, candle.low);
      r.put(r.close, 1, t, 0, s, candle.close);
      r.put(r.volume, 1, t, 0, s, candle.volume);
      r.put(r.trades, 1, t, 0, s, candle.trades);
      r.put(r.regime, 1, t, 0, s, static_cast<std::uint8_t>(b.market.regime(lane)));
      r.put(r.market_event, 1, t, 0, s, b.detectors.load(lane).active);
      r.put(r.perturbation, 1, t, 0, s, b.modifiers.load(lane).active);
    });
    b.market.show(lanes, c.market, c.levels,
                  [&](int lane, std::uint32_t level, const BookLevel& book) MARKETMIMIC_INLINE {
                    const auto s = static_cast<std::uint32_t>(lane);
                    r.put(r.bid_price, c.levels, t, level, s, book.bid_price);
                    r.put(r.ask_price, c.levels, t, level, s, book.ask_price);
                    r.put(r.bid_size, c.levels, t, level, s, book.bid_lots);
                    r.put(r.ask_size, c.levels, t, level, s, book.ask_lots);
                  });
  }

  /// Judges the whole execution of one lane.
  MARKETMIMIC_HD static Summary finish(const Context& c, const Block& b, int lane) {
    const Sequencer plan = b.plan.load(lane);
    const Account account = b.account.load(lane);
    const Measures m = b.measures.load(lane);
    Summary s;
    s.cycle = plan.cycle;
    s.segments = plan.mode == PlanMode::none ? 0u : plan.count;
    s.segments_begun = plan.begun;
    s.segments_met = plan.met;
    s.positions = plan.opened;
    s.rule_exits = plan.rule_exits;
    s.attempted = plan.attempted;
    s.unmet = unmet_kinds(c, plan);
    s.untriggered = plan.untriggered;
    s.overrides = plan.overrides;
    s.perturbations = m.perturbations;
    s.time_scale = plan.time_scale;
    s.profit = m.profit;
    s.shortfall = m.paper - m.profit;
    s.drawdown = m.drawdown;
    s.largest_exposure = m.largest_exposure;
    s.traded_lots = account.traded_lots;
    s.fees = account.fees;
    s.cash = account.cash;
    s.inventory = account.inventory;
    s.failure = judge(c, plan, account, m, s);
    s.success = s.failure == Failure::none ? 1u : 0u;
    if (s.failure != Failure::none && plan.attempted != 0u) {
      const bool before = s.failure == Failure::unfilled || s.failure == Failure::costly;
      s.failed_segment = before ? plan.failed_segment : static_cast<std::int32_t>(plan.segment);
      const std::uint32_t source = before ? plan.failed_source : plan.primitive();
      s.failed_primitive = before ? plan.failed_kind : plan.kind(c.strategy.primitives[source]);
      s.failed_source = static_cast<std::int32_t>(source);
      s.failed_event = before ? plan.failed_event : plan.begun_on;
    }
    return s;
  }

 private:
  MARKETMIMIC_HD static Failure judge(const Context& c, const Sequencer& plan, const Account& account,
                                      const Measures& m, const Summary& s) {
    if (plan.mode == PlanMode::none) return Failure::none;
    const float exposure = exposure_of(c, account);
    const bool flat = c.strategy.cycles[plan.cycle].ends_flat == 0u || exact::abs(exposure) <= c.success.flat_tolerance;
    if (plan.attempted == 0u) return Failure::not_started;
    if (m.drawdown > c.success.loss_limit) return Failure::limit_breach;
    if (plan.aborted) return Failure::aborted;
    if (plan.failed_segment >= 0) return plan.failed_filled ? Failure::costly : Failure::unfilled;
    if (plan.mode == PlanMode::running) return Failure::incomplete;  // while it waits, what it began is done
    if (!flat) return Failure::not_flat;
    if (account.traded_lots == 0) return Failure::untraded;
    return s.shortfall > c.success.shortfall_limit ? Failure::shortfall : Failure::none;
  }

  /// A primitive that still runs at the horizon has not done what it was to do.
  MARKETMIMIC_HD static std::uint32_t unmet_kinds(const Context& c, const Sequencer& plan) {
    if (plan.mode != PlanMode::running) return plan.unmet;
    return plan.unmet | 1u << (plan.kind(c.strategy.primitives[plan.primitive()]) & 31u);
  }

  MARKETMIMIC_HD static float exposure_of(const Context& c, const Account& account) {
    return static_cast<float>(account.inventory) / static_cast<float>(c.adaptation.peak_lots);
  }

  /// 1. The schedule sets this step's modifiers, once what an injection waits for has happened.
  template <class Set>
  MARKETMIMIC_HD static void perturb(const Set& lanes, const Context& c, Block& b, Tables& tables, std::uint32_t t) {
    const float time = c.dt * static_cast<float>(t);
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE { b.modifiers.store(lane, Modifiers{}); });
    for (std::uint32_t k = 0; k < c.injections; ++k) {
      if (c.perturbations[k].trigger != 0u) {
        for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
          Injection injection = tables.schedule[k].load(lane);
          injection.wait(time, b.detectors.load(lane).active, exact::abs(exposure_of(c, b.account.load(lane))),
                         b.measures.load(lane).largest_exposure);
          tables.schedule[k].store(lane, injection);
        });
      }
      for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
        Modifiers m = b.modifiers.load(lane);
        m.add(tables.schedule[k].load(lane), time, c.dt);
        b.modifiers.store(lane, m);
      });
    }
  }

  /// 2. Orders trade, then the market moves by one interval.
  template <class Listener>
  MARKETMIMIC_HD static void advance(const Context& c, Block& b, const Record& record, std::uint32_t t,
                                     Listener& listener) {
    const auto traded = [&](int lane, const Trade& taken, const Trade& rested)
                            MARKETMIMIC_INLINE { book_trades(b, record, t, lane, taken, rested); };
    if constexpr (Listener::listens)
      b.market.advance(c.market, c.execution, b.modifiers, b.orders, b.stream, t, traded, listener);
    else
      b.market.advance(c.market, c.execution, b.modifiers, b.orders, b.stream, t, traded);
  }

  MARKETMIMIC_HD static void book_trades(Block& b, const Record& record, std::uint32_t t, int lane, const Trade& taken,
                                         const Trade& rested) {
    Account account = b.account.load(lane);
    account.book(taken);
    account.book(rested);
    b.account.store(lane, account);
    record_trades(record, t, lane, b.orders.load(lane), taken, rested);
  }

  /// 3 to 6: what follows once the market has moved.
  template <class Set>
  MARKETMIMIC_HD static void respond(const Set& lanes, const Context& c, Block& b, Tables& tables, const Record& record,
                                     std::uint32_t t) {
    observe(lanes, c, b, t);
    if constexpr (GoesOn)
      if (c.strategy.rules.any()) remember(lanes, c, b, tables, t + 1u);
    adapt(lanes, c, b, tables, t + 1u);
    if constexpr (GoesOn)
      if (c.strategy.rules.any()) measure(lanes, c, b, tables, t + 1u);
    act(lanes, c, b);
    record_outcome(lanes, c, b, record, t);
    record_decision(lanes, c, b, record, t + 1u);
  }

  /// 3. What can be seen: price, volume, profit, and the market events.
  template <class Set>
  MARKETMIMIC_HD static void observe(const Set& lanes, const Context& c, Block& b, std::uint32_t t) {
    const float start = static_cast<float>(c.market.initial_mid_half_ticks);
    const float peak_worth = static_cast<float>(c.adaptation.peak_lots) * start;
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const MarketView view = b.market.view(c.market, lane);
      const Account account = b.account.load(lane);
      Measures m = b.measures.load(lane);
      const float price = exact::log(static_cast<float>(view.mid) / start);
      const float move = static_cast<float>(view.mid - view.candle.open) / start;
      m.log_return = price - m.log_price;
      m.log_price = price;
      m.volume_average += 0.05f * (static_cast<float>(view.candle.volume) - m.volume_average);
      m.paper += m.held_target * move;
      m.value_half = account.value_half(view.mid);
      m.profit = static_cast<float>(m.value_half) / peak_worth;
      m.best = exact::max(m.best, m.profit);
      m.drawdown = exact::max(m.drawdown, m.best - m.profit);
      m.largest_exposure = exact::max(m.largest_exposure, exact::abs(exposure_of(c, account)));
      m.perturbations |= b.modifiers.load(lane).active;
      b.measures.store(lane, m);
    });
    const auto side_held = [&](int lane) MARKETMIMIC_INLINE {
      const std::int64_t held = b.account.load(lane).inventory;
      return held > 0 ? 1.0f : (held < 0 ? -1.0f : 0.0f);
    };
    if ((t + 1u) % c.bar_steps == 0u) {
      for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
        Detectors detectors = b.detectors.load(lane);
        detectors.update(c.detectors, b.measures.load(lane).log_price, side_held(lane));
        b.detectors.store(lane, detectors);
      });
    } else {
      for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
        Detectors detectors = b.detectors.load(lane);
        detectors.watch(side_held(lane));
        b.detectors.store(lane, detectors);
      });
    }
  }

  /// What the rules of a strategy know of the time before the scenario: bars of the usual volatility.
  MARKETMIMIC_HD static void recall(const Context& c, Block& b, Tables& tables, int lane, float bar) {
    const TradingRules& rules = c.strategy.rules;
    if (!rules.any()) return;
    const float variance = b.market.usual_variance(c.market, lane, bar);
    const Stream stream = b.stream.load(lane);
    const float sigma = exact::sqrt(variance);
    float price = 0;
    tables.closes[0].store(lane, price);
    const std::uint32_t bars = rules.looks_back();
    for (std::uint32_t k = 1; k <= bars; k += 4u) {
      const Words words = stream.draw(Draw::history, k, c.market.coupling.asset);
      const Normals one = normal_pair(words.a, words.b), two = normal_pair(words.c, words.d);
      const float steps[4] = {one.a, one.b, two.a, two.b};
      for (std::uint32_t i = 0; i < 4u && k + i <= bars; ++i) {
        price -= sigma * steps[i];
        tables.closes[(0u - k - i) % kHistoryBars].store(lane, price);
      }
    }
    Yardsticks yardsticks = Yardsticks::usual(rules, variance, static_cast<float>(c.market.initial_mid_half_ticks));
    yardsticks.look_back(rules, closes(tables, lane, 0));
    b.yardsticks.store(lane, yardsticks);
  }
  /// Log prices at the ends of the bars up to `bar`: (k) is that of the bar k bars before it.
  MARKETMIMIC_HD static auto closes(const Tables& tables, int lane, std::uint32_t bar) {
    return [&tables, lane, bar](std::uint32_t k)
               MARKETMIMIC_INLINE { return tables.closes[(bar - k) % kHistoryBars].load(lane); };
  }

  /// The bar that ends at the start of step t, if one does.
  template <class Set>
  MARKETMIMIC_HD static void remember(const Set& lanes, const Context& c, const Block& b, Tables& tables,
                                      std::uint32_t t) {
    if (t % c.bar_steps != 0u) return;
    const std::uint32_t bar = t / c.bar_steps;
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      tables.closes[bar % kHistoryBars].store(lane, b.measures.load(lane).log_price);
    });
  }

  /// What exits count, once the plan has seen which position the step before step t made: one built in a bar counts
  /// what was known before it.
  template <class Set>
  MARKETMIMIC_HD static void measure(const Set& lanes, const Context& c, Block& b, const Tables& tables,
                                     std::uint32_t t) {
    const TradingRules& rules = c.strategy.rules;
    const std::uint32_t bar = t / c.bar_steps;
    const bool ended = t % c.bar_steps == 0u;
    const bool sees = rules.counts(ExitUnit::true_range) || (ended && rules.counts(ExitUnit::smoothed));
    if (sees)
      for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
        const Candle candle = b.market.candle(lane);
        Yardsticks yardsticks = b.yardsticks.load(lane);
        yardsticks.see(static_cast<float>(candle.low), static_cast<float>(candle.high));
        if (ended) {
          const auto close = closes(tables, lane, bar);
          yardsticks.update(rules, close(0u) - close(1u));
          yardsticks.low = yardsticks.high = static_cast<float>(candle.close);
        }
        b.yardsticks.store(lane, yardsticks);
      });
    if (!ended || rules.stop.window() + rules.target.window() == 0u) return;
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      Yardsticks yardsticks = b.yardsticks.load(lane);
      yardsticks.look_back(rules, closes(tables, lane, bar));
      b.yardsticks.store(lane, yardsticks);
    });
  }

  /// What the plan sees at the start of step t.
  template <bool Able>
  MARKETMIMIC_HD static MarketSight sight(const Context& c, const Block& b, const Tables& tables, int lane,
                                          std::uint32_t t) {
    MarketSight s;
    s.left = c.dt * static_cast<float>(c.steps - t);
    s.warming_up = c.dt * static_cast<float>(t) < c.adaptation.warm_up;
    if constexpr (Able) look(c, b, tables, lane, t, s);
    return s;
  }
  MARKETMIMIC_HD static void look(const Context& c, const Block& b, const Tables& tables, int lane, std::uint32_t t,
                                  MarketSight& s) {
    const Measures m = b.measures.load(lane);
    s.price = m.log_price;
    s.profit = m.profit;
    s.shortfall = m.paper - m.profit;
    s.spread = static_cast<float>(b.market.view(c.market, lane).spread);
    s.fallen = (m.best - m.profit) / exact::max(c.success.loss_limit, 1.0e-6f);
    s.capacity =
        exact::max(c.adaptation.participation * m.volume_average, 1.0f) / static_cast<float>(c.adaptation.peak_lots);
    s.bar_ended = t % c.bar_steps == 0u;
    if (!c.strategy.rules.any() || t == 0u) return;
    const float start = static_cast<float>(c.market.initial_mid_half_ticks);
    const Candle candle = b.market.candle(lane);
    s.open = exact::log(static_cast<float>(candle.open) / start);
    s.low = exact::log(static_cast<float>(candle.low) / start);
    s.high = exact::log(static_cast<float>(candle.high) / start);
    s.yardsticks = b.yardsticks.load(lane);
    if (!s.bar_ended) return;
    s.signal = c.strategy.rules.entry.read(closes(tables, lane, t / c.bar_steps));
  }

  /// 4. The plan follows what was observed.
  template <class Set>
  MARKETMIMIC_HD static void adapt(const Set& lanes, const Context& c, Block& b, const Tables& tables,
                                   std::uint32_t t) {
    if (c.strategy.cycle_count == 0u) return;
    if (Sequencer::reconsiders(c.adaptation, c.strategy))
      for_each_lane(lanes, [&](int lane) MARKETMIMIC_INLINE {
        Sequencer plan = b.plan.load(lane);
        if (plan.mode != PlanMode::waiting) return;
        const Detectors detectors = b.detectors.load(lane);
        plan.reconsider(c.adaptation, c.strategy, detectors.started, detectors.active | detectors.started,
                        sight<false>(c, b, tables, lane, t), b.stream.load(lane));
        b.plan.store(lane, plan);
      });
    // Lanes run abreast where the plan is a plain one; a thread alone has one code for both.
    constexpr bool chooses = GoesOn && Width > 1;
    if (chooses && !Sequencer::goes_on(c.adaptation, c.strategy))
      adapt<GoesOn && !chooses>(lanes, c, b, tables, t);
    else
      adapt<GoesOn>(lanes, c, b, tables, t);
  }
  template <bool Able, class Set>
  MARKETMIMIC_HD static void adapt(const Set& lanes, const Context& c, Block& b, const Tables& tables,
                                   std::uint32_t t) {
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      Sequencer plan = b.plan.load(lane);
      Measures m = b.measures.load(lane);
      plan.adapt<Able>(c.adaptation, c.strategy, b.detectors.load(lane), exposure_of(c, b.account.load(lane)), c.dt,
                       b.stream.load(lane), sight<Able>(c, b, tables, lane, t));
      m.held_target = plan.dmp.y;
      b.measures.store(lane, m);
      b.plan.store(lane, plan);
    });
  }

  /// 5. The target becomes orders for the next step.
  template <class Set>
  MARKETMIMIC_HD static void act(const Set& lanes, const Context& c, Block& b) {
    if (c.strategy.cycle_count == 0u) return;
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const std::int64_t inventory = b.account.load(lane).inventory;
      const float volume = b.measures.load(lane).volume_average;
      b.orders.store(lane, b.plan.load(lane).act(c.adaptation, inventory, volume));
    });
  }

  MARKETMIMIC_HD static void record_trades(const Record& r, std::uint32_t t, int lane, const Orders& orders,
                                           const Trade& taken, const Trade& rested) {
    const auto s = static_cast<std::uint32_t>(lane);
    r.put(r.order_lots, 2, t, 0, s, orders.market);
    r.put(r.order_lots, 2, t, 1, s, orders.passive);
    r.put(r.fill_lots, 2, t, 0, s, taken.lots);
    r.put(r.fill_lots, 2, t, 1, s, rested.lots);
    r.put(r.fill_notional, 2, t, 0, s, taken.notional);
    r.put(r.fill_notional, 2, t, 1, s, rested.notional);
    r.put(r.fill_fee, 2, t, 0, s, taken.fee);
    r.put(r.fill_fee, 2, t, 1, s, rested.fee);
  }

  /// 6. The step as it went.
  template <class Set>
  MARKETMIMIC_HD static void record_outcome(const Set& lanes, const Context& c, Block& b, const Record& r,
                                            std::uint32_t t) {
    record_market(lanes, c, b, r, t);
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const Account account = b.account.load(lane);
      const auto s = static_cast<std::uint32_t>(lane);
      r.put(r.exposure_lots, 1, t, 0, s, account.inventory);
      r.put(r.cash, 1, t, 0, s, account.cash);
      r.put(r.standing, 1, t, 0, s, static_cast<std::uint8_t>(b.plan.load(lane).standing));
      Measures m = b.measures.load(lane);
      const std::int64_t gained = m.value_half - m.rewarded_half;
      m.rewarded_half = m.value_half;
      b.measures.store(lane, m);
      r.put(r.rewards, 1, t, 0, s, static_cast<float>(gained) * c.money_per_half);
    });
  }

  /// 6. What is seen at the start of step t, and what was decided for it; after the last step only the former.
  template <class Set>
  MARKETMIMIC_HD static void record_decision(const Set& lanes, const Context& c, Block& b, const Record& r,
                                             std::uint32_t t) {
    const float left = 1.0f - static_cast<float>(t) / static_cast<float>(c.steps);
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const MarketView view = b.market.view(c.market, lane);
      const Detectors detectors = b.detectors.load(lane);
      const Measures m = b.measures.load(lane);
      const auto s = static_cast<std::uint32_t>(lane);
      const auto see = [&](Observation o, float value) MARKETMIMIC_INLINE {
        r.put(r.observations, kObservations, t, static_cast<std::uint32_t>(o), s, value);
      };
      const float bid = static_cast<float>(view.bid_size), ask = static_cast<float>(view.ask_size);
      const float volume = static_cast<float>(view.candle.volume);
      see(Observation::log_return, m.log_return);
      see(Observation::log_price, m.log_price);
      see(Observation::spread, 2.0f * static_cast<float>(view.spread) / static_cast<float>(view.mid));
      see(Observation::imbalance, (bid - ask) / exact::max(bid + ask, 1.0f));
      see(Observation::log_volume, exact::log((1.0f + volume) / (1.0f + m.volume_average)));
      see(Observation::volatility, exact::sqrt(detectors.recent_variance));
      see(Observation::burst, exact::sqrt(detectors.burst()));
      see(Observation::trend, detectors.trend(c.detectors));
      see(Observation::fall, detectors.fall(c.detectors));
      see(Observation::exposure, exposure_of(c, b.account.load(lane)));
      see(Observation::profit, m.profit);
      see(Observation::time_left, left);
    });
    if (t == c.steps) return;
    for_lanes(lanes, [&](int lane) MARKETMIMIC_INLINE {
      const Sequencer plan = b.plan.load(lane);
      const auto s = static_cast<std::uint32_t>(lane);
      const bool runs = plan.mode == PlanMode::running;
      const Primitive p = c.strategy.cycle_count == 0u ? Primitive{} : c.strategy.primitives[plan.primitive()];
      const float phase = plan.progress(p);
      r.put(r.actions, kActions, t, static_cast<std::uint32_t>(Action::target_exposure), s,
            exact::clamp(plan.dmp.y / c.adaptation.inventory_limit, -1.0f, 1.0f));
      r.put(r.actions, kActions, t, static_cast<std::uint32_t>(Action::aggressiveness), s, plan.aggressiveness);
      r.put(r.primitive, 1, t, 0, s, static_cast<std::uint8_t>(runs ? plan.kind(p) : kNoPrimitive));
      r.put(r.source, 1, t, 0, s, runs ? static_cast<std::int32_t>(plan.primitive()) : -1);
      r.put(r.phase, 1, t, 0, s, runs ? phase : 0.0f);
      r.put(r.target, 1, t, 0, s, plan.dmp.y);
      r.put(r.goal, 1, t, 0, s, plan.goal);
    });
  }
};

}  // namespace marketmimic
