#pragma once

#include <cstdint>

#include "marketmimic/adaptation.hpp"
#include "marketmimic/composition.hpp"
#include "marketmimic/detectors.hpp"
#include "marketmimic/draws.hpp"
#include "marketmimic/exact_math.hpp"
#include "marketmimic/strategy.hpp"
#include "marketmimic/trading_rules.hpp"

namespace marketmimic {

/// The high-level plan of a scenario: which primitive runs, which comes next, and what opens and ends positions. It is
/// drawn from the demonstrations when a position begins and drawn again, in part, when events ask for it.
struct StrategyPlan {
  std::uint32_t cycle = 0;  ///< that opened, or is to open, the position; in a composed plan the running primitive's
  std::uint32_t at = 0;     ///< primitive that runs or is waited for
  std::uint32_t ahead = kNothing;  ///< that comes next, where it was drawn
  std::uint32_t segment = 0;       ///< primitives of the plan before it
  std::uint32_t count = 1;         ///< of the plan, as far as it is known
  std::uint32_t reduction = 1;     ///< first of them that reduces the position; in a demonstrated sequence alone
  std::uint32_t sequence = 0;      ///< PlanSequence of the position
  bool drawn = false;              ///< `ahead` holds
  bool reducing = false;           ///< a composed plan has begun to reduce the position
  bool relative = false;           ///< primitives stand outside of their cycles: relative_aim()
  bool aborted = false;            ///< the plan was given up on an event
  PlanMode mode = PlanMode::none;
  float start_by = 0;           ///< a cycle's first primitive begins without its event after this wait [s]
  float waited = 0;             ///< for that event [s]
  float elapsed = 0;            ///< time in the running primitive, on the demonstration's clock [s]
  float time_scale = 1;         ///< demonstration seconds a second; > 1 where a cycle is sped up to fit
  float reserve = 0;            ///< time before the horizon in which no rule opens a position [s]
  float profit_then = 0;        ///< when the position was opened
  float price_then = 0;         ///< log price at that time
  std::uint32_t opened = 0;     ///< positions
  std::uint32_t choices = 0;    ///< draws of cycles and primitives so far
  std::int32_t unanswered = 0;  ///< entry signal that came while a position was being left
  bool fresh = false;           ///< it came with the last bar that ended, and a step ago at most
  std::uint32_t left_on = 0;    ///< events on which the last position was left, as long as they hold; they open none
  ProtectiveLevels levels;

  /// The primitive that runs or is waited for.
  MARKETMIMIC_HD std::uint32_t primitive() const { return at; }

  /// Whether a plan that waits may come to wait for another cycle.
  MARKETMIMIC_HD static bool reconsiders(const AdaptationParameters& p, const StrategyView& strategy) {
    return p.listens() && strategy.rules.entry.family == 0u && strategy.sequences.openings != nullptr &&
           p.sequence != static_cast<std::uint32_t>(PlanSequence::plan);
  }
  /// A plan that waits for an event takes a cycle that one of those that `started` opened instead, or, as it begins to
  /// wait, of those that hold: one whose first primitive suits what `holds`, if there is any. It begins on its event
  /// even if none does, as none of its kind. A cycle that two of the events open is twice as likely.
  MARKETMIMIC_HD void reconsider(const AdaptationParameters& p, const StrategyView& strategy, std::uint32_t started,
                                 std::uint32_t holds, const MarketSight& sight, const Stream& stream) {
    const Primitive& awaited = strategy.primitives[at];
    const std::uint32_t calls = waited > 0.0f ? started : holds & ~left_on;
    if (mode != PlanMode::waiting || sight.warming_up || awaited.trigger == 0u || calls == 0u) return;
    const bool called = (awaited.trigger & calls) != 0u;
    if (called && awaited.suits(holds)) return;
    const auto count_of = [&](std::uint32_t event) {
      return (calls >> event & 1u) != 0u ? strategy.sequences.openings[event].count : 0u;
    };
    std::uint32_t candidates = 0;
    for (std::uint32_t event = 0; event < kMarketEvents; ++event) candidates += count_of(event);
    if (candidates == 0u) return;
    const float room = p.horizon_share * (sight.left + waited);
    const auto opened_by = [&](std::uint32_t i) {
      std::uint32_t event = 0;
      for (; i >= count_of(event); ++event) i -= count_of(event);
      return strategy.menu[strategy.sequences.openings[event].first + i];
    };
    const auto suits = [&](std::uint32_t c) { return strategy.primitives[strategy.cycles[c].first].suits(holds); };
    const std::uint32_t word = stream.draw(Draw::demonstration, choices++).a;
    std::uint32_t with = one_that_fits(p, strategy, room, candidates, opened_by, suits, word);
    if (with == kNothing && !called) with = one_that_fits(p, strategy, room, candidates, opened_by, any, word);
    if (with == kNothing) return;
    open(p, strategy, with, sight, stream);
    time_scale = pressed_into(room, p, strategy);
  }

 protected:
  /// What the rules ask for.
  struct Call {
    std::uint32_t cycle = 0;
    bool opens = false;     ///< a position with this cycle
    bool leaves = false;    ///< the position by the exit of this cycle
    bool untold = false;    ///< not by a rule, but because time runs out
    bool at_level = false;  ///< at the stop or the target, by an exit that was one
  };

  /// What comes after the running primitive; kNothing: the plan ends with it.
  template <bool GoesOn>
  MARKETMIMIC_HD std::uint32_t following() const {
    if constexpr (GoesOn)
      if (drawn) return ahead;
    return segment + 1u < count ? at + 1u : kNothing;
  }

  MARKETMIMIC_HD bool composed() const { return sequence != 0u; }
  MARKETMIMIC_HD bool reduced() const { return composed() ? reducing : segment >= reduction; }
  MARKETMIMIC_HD bool reduces_next(const StrategyView& strategy, std::uint32_t next) const {
    if (!composed() || next == kNothing) return segment + 1u == reduction;
    return strategy.primitives[next].reduces();
  }

  /// The cycle by whose exit the plan leaves the position: a composed one can go on to an exit that no rule led to in
  /// the demonstration, whatever led out of its entry's cycle.
  MARKETMIMIC_HD std::uint32_t leads_out(const StrategyView& strategy) const {
    const std::uint32_t next = following<true>();
    return composed() && next != kNothing ? strategy.primitives[next].cycle : cycle;
  }
  MARKETMIMIC_HD bool ends_by_rule(const StrategyView& strategy) const {
    return strategy.cycles[leads_out(strategy)].exit_cause != 0u;
  }

  /// Demonstration seconds a second for which the plan fits `room` [s]; where a rule ends it, its duration is not the
  /// demonstration's.
  MARKETMIMIC_HD float pressed_into(float room, const AdaptationParameters& p, const StrategyView& strategy) const {
    const bool ruled = p.listens() && strategy.rules.any() && ends_by_rule(strategy);
    return ruled ? 1.0f : exact::max(1.0f, planned_duration(strategy) / room);
  }

  /// Whether so little time is left that no position is opened that a rule is to end.
  MARKETMIMIC_HD bool is_late(const MarketSight& sight) const { return reserve > 0.0f && sight.left <= reserve; }

  /// Entry signals, stop, target and events that end positions. A signal that comes while a position is being left is
  /// answered once that is done, in the next step or before another bar ends. Near the horizon no position is opened,
  /// and one that only a rule would end is left: in the last 1 - horizon_share of it, counted from `left` at the start.
  MARKETMIMIC_HD Call consult(const AdaptationParameters& p, const StrategyView& strategy, float exposure, bool trails,
                              std::uint32_t started, std::uint32_t holds, const MarketSight& sight,
                              const Stream& stream) {
    const TradingRules& rules = strategy.rules;
    const bool signals = rules.entry.family != 0u && !sight.warming_up && sight.signal != 0;
    const bool late = is_late(sight);
    unanswered = signals ? sight.signal : (sight.bar_ended && !fresh ? 0 : unanswered);
    fresh = signals;
    const auto can_open = [&](std::int32_t side) {
      const std::uint32_t place = TradingRules::place(side);
      const bool planned = p.sequence != static_cast<std::uint32_t>(PlanSequence::plan) ||
                           (strategy.sequences.plan.sides >> place & 1u) != 0u;
      return !late && planned && rules.entries[place].count > 0u && opened < p.positions;
    };
    const bool can_answer = unanswered != 0 && rules.opens(unanswered) && can_open(unanswered);
    Call call;
    constexpr float nothing = 0.1f;  // a position that is left but for so much is left, whatever a job tolerates
    const bool flat =
        mode == PlanMode::running && reduced() && exact::abs(exposure) <= exact::min(p.fill_tolerance, nothing);
    if (mode == PlanMode::waiting || flat) {
      if (can_answer) {
        call.opens = true;
        call.cycle = pick(strategy, rules.entries[TradingRules::place(unanswered)], stream);
      }
      unanswered = 0;
    }
    if (mode != PlanMode::running || reduced()) return call;

    const std::int32_t side = strategy.cycles[cycle].side;
    levels.build(rules, sight.yardsticks, exposure * static_cast<float>(side), sight.open,
                 strategy.primitives[at].rhythmic());
    const PricesSeen seen = {sight.low, sight.high, sight.price, sight.bar_ended};
    ExitCause reason = levels.reached(rules, side, seen);
    if (trails) levels.trail(rules, side, seen);
    const bool opposite = signals && sight.signal * side < 0 && rules.opens(sight.signal);
    const MenuItem* const exits = rules.exits[TradingRules::place(side)];
    if (reason == ExitCause::own && opposite && exits[static_cast<std::uint32_t>(ExitCause::signal)].count > 0u)
      reason = ExitCause::signal;
    const std::uint32_t calling = started & rules.exits_on[TradingRules::place(side)];
    if (reason == ExitCause::own && calling != 0u && exits[static_cast<std::uint32_t>(ExitCause::event)].count > 0u)
      reason = ExitCause::event;
    call.untold = reason == ExitCause::own && late && ends_by_rule(strategy);
    const bool flips = reason == ExitCause::signal && rules.flips != 0u && can_answer;
    const bool turns =
        reason == ExitCause::event && can_open(-side) && (calling & rules.turns_on[TradingRules::place(side)]) != 0u;
    if (reason == ExitCause::signal) unanswered = 0;
    if (reason == ExitCause::own && !call.untold) return call;
    call.opens = flips || turns;
    if (reason == ExitCause::event) left_on = turns ? 0u : calling;
    const std::uint32_t last = leads_out(strategy);
    call.leaves = !call.opens && strategy.cycles[last].ends_flat != 0u;
    call.cycle = last;
    const MenuItem item =
        call.opens ? rules.entries[TradingRules::place(-side)] : exits[static_cast<std::uint32_t>(reason)];
    if (item.count > 0u && !call.untold) {
      const auto answers_by = [&](std::uint32_t c) {
        return strategy.cycles[c].first + (call.opens ? 0u : strategy.cycles[c].reduction);
      };
      const std::uint32_t answer =
          reason == ExitCause::event ? called_by(strategy, item, answers_by, 0u, started, holds, stream) : kNothing;
      call.cycle = answer == kNothing ? pick(strategy, item, stream) : answer;
    }
    call.at_level = call.leaves && item.count > 0u && (reason == ExitCause::stop || reason == ExitCause::target);
    return call;
  }

  /// The plan's own aim: a position that gained or lost what it was to gain or lose at most is left by its exit.
  MARKETMIMIC_HD Call keep_to_band(const AdaptationParameters& p, const StrategyView& strategy,
                                   const MarketSight& sight) const {
    const float gain = sight.profit - profit_then;
    const bool beyond =
        (p.profit_target > 0.0f && gain >= p.profit_target) || (p.loss_stop > 0.0f && gain <= -p.loss_stop);
    Call call;
    call.cycle = cycle;
    call.leaves = beyond && mode == PlanMode::running && !reduced() && strategy.cycles[cycle].ends_flat != 0u;
    return call;
  }

  MARKETMIMIC_HD void follow(const AdaptationParameters& p, const StrategyView& strategy, const Call& call,
                             const MarketSight& sight, const Stream& stream) {
    if (!call.opens) {
      const Cycle& c = strategy.cycles[call.cycle];
      if (composed()) depart(call.cycle);
      enter(c, c.reduction < c.count ? c.reduction : c.count - 1u);
      return;
    }
    open(p, strategy, call.cycle, sight, stream);
    time_scale = pressed_into(exact::max(sight.left - reserve, 1.0f), p, strategy);
  }

  /// The plan of a position that begins, or is to begin, with a cycle of the demonstration.
  MARKETMIMIC_HD void open(const AdaptationParameters& p, const StrategyView& strategy, std::uint32_t with,
                           const MarketSight& sight, const Stream& stream) {
    cycle = with;
    enter(strategy.cycles[with], 0);
    sequence = p.sequence;
    relative = composed() || p.variation > 0.0f;
    reducing = false;
    levels = ProtectiveLevels{};
    begin_band(sight);
    if (sequence == static_cast<std::uint32_t>(PlanSequence::plan)) {
      const std::uint32_t place = TradingRules::place(strategy.cycles[with].side);
      at = pick(strategy, instances(strategy, 0, place), stream);
      cycle = strategy.primitives[at].cycle;
    }
    foresee(strategy, stream);
  }
  MARKETMIMIC_HD void begin_band(const MarketSight& sight) {
    profit_then = sight.profit;
    price_then = sight.price;
  }

  /// Draws what comes after the running primitive of a composed plan.
  MARKETMIMIC_HD void foresee(const StrategyView& strategy, const Stream& stream) {
    drawn = composed();
    if (!drawn) return;
    const MenuItem item = successors(strategy);
    ahead = item.count > 0u ? pick(strategy, item, stream) : kNothing;
    if (sequence == static_cast<std::uint32_t>(PlanSequence::plan))
      count = strategy.sequences.plan.count;
    else
      count = segment + (ahead == kNothing ? 1u : 2u);
  }

  /// Events that `started`: where they call a primitive that may follow, it is that one which does; of several, one
  /// that suits what `holds`.
  MARKETMIMIC_HD void heed(const StrategyView& strategy, std::uint32_t started, std::uint32_t holds,
                           const Stream& stream) {
    if (ahead == kNothing) return;
    const auto itself = [](std::uint32_t primitive) { return primitive; };
    const std::uint32_t own = answers(strategy.primitives[ahead], started, holds);
    const std::uint32_t other = called_by(strategy, successors(strategy), itself, own, started, holds, stream);
    ahead = other == kNothing ? ahead : other;
  }

  /// How well a primitive answers events that `started`: 0 not, 1 it waits for one of them, 2 and suits what `holds`.
  MARKETMIMIC_HD static std::uint32_t answers(const Primitive& p, std::uint32_t started, std::uint32_t holds) {
    return (p.trigger & started) == 0u ? 0u : (p.suits(holds) ? 2u : 1u);
  }
  /// The entry of a menu whose primitive_of() answers() best, each of several as likely; kNothing where none does
  /// better than `least`.
  template <class PrimitiveOf>
  MARKETMIMIC_HD std::uint32_t called_by(const StrategyView& strategy, const MenuItem& item,
                                         const PrimitiveOf& primitive_of, std::uint32_t least, std::uint32_t started,
                                         std::uint32_t holds, const Stream& stream) {
    const auto rank = [&](std::uint32_t i) {
      return answers(strategy.primitives[primitive_of(strategy.menu[item.first + i])], started, holds);
    };
    std::uint32_t best = least, called = 0;
    for (std::uint32_t i = 0; i < item.count; ++i) {
      const std::uint32_t one = rank(i);
      called = one > best ? 1u : called + (one == best ? 1u : 0u);
      best = one > best ? one : best;
    }
    if (best == least) return kNothing;
    std::uint32_t left = stream.draw(Draw::demonstration, choices++).a % called;
    for (std::uint32_t i = 0; i < item.count; ++i) {
      if (rank(i) != best) continue;
      if (left == 0u) return strategy.menu[item.first + i];
      --left;
    }
    return kNothing;
  }

  /// Goes on to the next primitive.
  MARKETMIMIC_HD void proceed(const StrategyView& strategy, const Stream& stream) {
    at = drawn ? ahead : at + 1u;
    ++segment;
    drawn = false;
    if (!composed()) return;
    cycle = strategy.primitives[at].cycle;
    reducing = reducing || strategy.primitives[at].reduces();
    foresee(strategy, stream);
  }

  /// An answer of the demonstration to an event against the position takes the running primitive's place. Whether
  /// there is one.
  MARKETMIMIC_HD bool redirect(const AdaptationParameters& p, const StrategyView& strategy, std::uint32_t events,
                               const Stream& stream) {
    if (p.override_action == static_cast<std::uint32_t>(OverrideAction::abort)) {
      aborted = true;
      return true;
    }
    const std::uint32_t place = TradingRules::place(strategy.cycles[cycle].side);
    MenuItem item;
    for (std::uint32_t event = 0; event < kMarketEvents && item.count == 0u; ++event)
      if ((events >> event & 1u) != 0u) item = strategy.sequences.answers[event * 2u + place];
    if (item.count == 0u) return false;
    const std::uint32_t answer = pick(strategy, item, stream);
    const std::uint32_t next = following<true>();
    relative = true;
    if (p.override_action == static_cast<std::uint32_t>(OverrideAction::replan)) {
      cycle = strategy.primitives[answer].cycle;
      enter(strategy.cycles[cycle], answer - strategy.cycles[cycle].first);
      if (sequence == static_cast<std::uint32_t>(PlanSequence::plan)) sequence = 0;
      reducing = reducing || strategy.primitives[answer].reduces();
      foresee(strategy, stream);
      return true;
    }
    at = answer;
    reducing = reducing || strategy.primitives[answer].reduces();
    ahead = leaves_none(strategy.primitives[answer]) ? kNothing : next;
    drawn = true;
    return true;
  }

  /// The end of the plan at once: the last primitive of the cycle that it follows.
  MARKETMIMIC_HD void leave(const StrategyView& strategy) {
    if (composed()) {
      depart(cycle);
      enter(strategy.cycles[cycle], strategy.cycles[cycle].count - 1u);
      return;
    }
    at = (drawn ? ahead - 1u : at) + (count - 1u - segment);
    segment = count - 1u;
    drawn = false;
  }

  MARKETMIMIC_HD std::uint32_t pick(const StrategyView& strategy, const MenuItem& item, const Stream& stream) {
    return strategy.menu[item.first + stream.draw(Draw::demonstration, choices++).a % item.count];
  }

  /// Waits for the next cycle, with `sight.left` seconds left. Each time draws its own patience, between half and all
  /// of start_patience or of what horizon_share leaves of the horizon (at least a tenth), whichever is less: so plans
  /// that no event calls do not all begin at the same step. A start_patience of the horizon or more knows no end.
  MARKETMIMIC_HD void await(const AdaptationParameters& p, const StrategyView& strategy, const MarketSight& sight,
                            const Stream& stream) {
    const float horizon = sight.left, room = p.horizon_share * horizon;
    reserve = choices == 0u ? horizon - room : reserve;
    const Words words = stream.draw(Draw::demonstration, choices++);
    const std::uint32_t with = p.sequence == static_cast<std::uint32_t>(PlanSequence::plan)
                                   ? any_that_begins(strategy, words.a)
                                   : any_cycle(p, strategy, room, words.a);
    const float slack = horizon * exact::max(1.0f - p.horizon_share, 0.1f);
    const float wait = (0.5f + 0.5f * open_uniform(words.b)) * exact::min(p.start_patience, slack);
    start_by = p.start_patience >= horizon ? p.start_patience : wait;
    open(p, strategy, with, sight, stream);
    time_scale = pressed_into(room, p, strategy);
    begin_waiting();
  }
  /// The demonstration's next cycle, after its pause.
  MARKETMIMIC_HD void await_next(const StrategyView& strategy) {
    cycle = (cycle + 1u) % strategy.cycle_count;
    enter(strategy.cycles[cycle], 0);
    start_by = strategy.cycles[cycle].pause;
    levels = ProtectiveLevels{};
    begin_waiting();
  }

 private:
  /// Primitive `k` of a cycle; what follows is as demonstrated.
  MARKETMIMIC_HD void enter(const Cycle& c, std::uint32_t k) {
    at = c.first + k;
    segment = k;
    count = c.count;
    reduction = c.reduction;
    drawn = false;
  }
  /// A composed plan is given up for a demonstrated cycle.
  MARKETMIMIC_HD void depart(std::uint32_t to) {
    cycle = to;
    sequence = 0;
  }
  MARKETMIMIC_HD void begin_waiting() {
    elapsed = waited = 0;
    mode = PlanMode::waiting;
  }

  /// Of cycles: it may be any.
  MARKETMIMIC_HD static bool any(std::uint32_t) { return true; }

  MARKETMIMIC_HD static MenuItem instances(const StrategyView& strategy, std::uint32_t step, std::uint32_t place) {
    return strategy.sequences.instances[strategy.sequences.plan.kinds[step] * 2u + place];
  }
  /// What may follow the running primitive of a composed plan.
  MARKETMIMIC_HD MenuItem successors(const StrategyView& strategy) const {
    if (sequence == static_cast<std::uint32_t>(PlanSequence::transitions)) return strategy.sequences.successors[at];
    if (segment + 1u >= strategy.sequences.plan.count) return {};
    return instances(strategy, segment + 1u, TradingRules::place(strategy.cycles[cycle].side));
  }
  MARKETMIMIC_HD float planned_duration(const StrategyView& strategy) const {
    return sequence == static_cast<std::uint32_t>(PlanSequence::plan) ? strategy.sequences.plan.duration
                                                                      : strategy.cycles[cycle].duration;
  }

  /// A cycle that a named plan can begin with: that of any primitive of its first kind, on a side that shows them all.
  MARKETMIMIC_HD static std::uint32_t any_that_begins(const StrategyView& strategy, std::uint32_t word) {
    MenuItem items[2];
    for (std::uint32_t place = 0; place < 2u; ++place)
      if ((strategy.sequences.plan.sides >> place & 1u) != 0u) items[place] = instances(strategy, 0, place);
    const std::uint32_t chosen = word % (items[0].count + items[1].count);
    const bool other = chosen >= items[0].count;
    const std::uint32_t entry = other ? items[1].first + chosen - items[0].count : items[0].first + chosen;
    return strategy.primitives[strategy.menu[entry]].cycle;
  }

  /// One of the `count` cycles cycle_of(i) that suits() and that fit `room` [s] with the compression allowed, each as
  /// likely; kNothing where none does.
  template <class CycleOf, class Suits>
  MARKETMIMIC_HD static std::uint32_t one_that_fits(const AdaptationParameters& p, const StrategyView& strategy,
                                                    float room, std::uint32_t count, const CycleOf& cycle_of,
                                                    const Suits& suits, std::uint32_t word) {
    const auto fits = [&](std::uint32_t i) {
      const std::uint32_t c = cycle_of(i);
      return strategy.cycles[c].duration <= p.longest_compression * room && suits(c);
    };
    std::uint32_t fitting = 0;
    for (std::uint32_t i = 0; i < count; ++i) fitting += fits(i) ? 1u : 0u;
    std::uint32_t left = fitting == 0u ? 0u : word % fitting;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!fits(i)) continue;
      if (left == 0u) return cycle_of(i);
      --left;
    }
    return kNothing;
  }
  /// A cycle that fits; where none does, any.
  MARKETMIMIC_HD static std::uint32_t any_cycle(const AdaptationParameters& p, const StrategyView& strategy, float room,
                                                std::uint32_t word) {
    const auto each = [](std::uint32_t i) { return i; };
    const std::uint32_t fitting = one_that_fits(p, strategy, room, strategy.cycle_count, each, any, word);
    return fitting == kNothing ? word % strategy.cycle_count : fitting;
  }
};

}  // namespace marketmimic
