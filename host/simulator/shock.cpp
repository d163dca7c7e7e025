#include "host/simulator/shock.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "host/simulator/refuse.hpp"

namespace marketmimic {
namespace {

void within(const char* what, float value, float low, float high) {
  if (!(value >= low && value <= high))
    refuse(fmt::format("the {} must be {:g} to {:g} (got {:g})", what, low, high, value));
}

}  // namespace

void check_contagion(const Contagion& c) {
  within("contagion's share", c.share.low, 0, 1);
  within("contagion's share", c.share.high, c.share.low, 1);
  within("contagion's lag", c.lag.low, 0, 86'400);
  within("contagion's lag", c.lag.high, c.lag.low, 86'400);
}

void check_shock(const Injection& i) {
  constexpr float longest = 1.0e12f;
  const auto in = [](const char* what, float value, float low, float high) {
    within(fmt::format("shock's {}", what).c_str(), value, low, high);
  };
  if (i.kind >= kPerturbationKinds) refuse(fmt::format("the shock's kind must be below {}", kPerturbationKinds));
  if (i.trigger > static_cast<std::uint32_t>(Trigger::market_event))
    refuse("the shock's trigger must be time or market_event: there is no strategy here");
  if (i.halts > 1) refuse("the shock's halts must be 0 or 1");
  in("start", i.trigger == 0 ? i.start : i.from, 0, longest);
  for (const auto& [what, value] : {std::pair{"rise", i.rise}, {"plateau", i.plateau}, {"before", i.before}})
    in(what, value, 0, longest);
  in("half_life", i.half_life, 1.0e-3f, longest);
  const std::pair<const char*, float> logs[] = {{"log_volatility", i.log_volatility},
                                                {"log_depth_bid", i.log_depth_bid},
                                                {"log_depth_ask", i.log_depth_ask},
                                                {"log_spread", i.log_spread},
                                                {"log_volume", i.log_volume},
                                                {"displacement", i.displacement},
                                                {"log_depth_before", i.log_depth_before}};
  for (const auto& [what, value] : logs) in(what, value, -10, 10);
  in("recovery", i.recovery, 0, 1);
  in("excitation", i.excitation, 0, 0.95f);
  in("drift", i.drift, -1.0e-3f, 1.0e-3f);
  in("hold", i.hold, 0, 1);
  in("participation", i.participation, 0, 0.5f);
  in("sweep", i.sweep, 0, 1000);
  in("density", i.density, 0, 1.0e6f);
}

}  // namespace marketmimic
