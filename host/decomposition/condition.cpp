#include "host/decomposition/condition.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include "host/config/names.hpp"
#include "host/config/suggest.hpp"
#include "host/error.hpp"
#include "host/input/text.hpp"

namespace marketmimic {
namespace {

struct Quantity {
  std::string_view name;
  double (*of)(const Movement&);
};

constexpr std::array<Quantity, 18> kQuantities = {{
    {"builds", [](const Movement& m) { return m.builds() ? 1.0 : 0.0; }},
    {"reduces", [](const Movement& m) { return m.reduces() ? 1.0 : 0.0; }},
    {"oscillates", [](const Movement& m) { return m.oscillates ? 1.0 : 0.0; }},
    {"long", [](const Movement& m) { return m.side() > 0 ? 1.0 : 0.0; }},
    {"short", [](const Movement& m) { return m.side() < 0 ? 1.0 : 0.0; }},
    {"opens", [](const Movement& m) { return m.from == 0 ? 1.0 : 0.0; }},
    {"closes", [](const Movement& m) { return m.to == 0 ? 1.0 : 0.0; }},
    {"flips", [](const Movement& m) { return m.flips ? 1.0 : 0.0; }},
    {"at_stop", [](const Movement& m) { return m.at_stop ? 1.0 : 0.0; }},
    {"at_target", [](const Movement& m) { return m.at_target ? 1.0 : 0.0; }},
    {"from", [](const Movement& m) { return static_cast<double>(m.from); }},
    {"to", [](const Movement& m) { return static_cast<double>(m.to); }},
    {"size", [](const Movement& m) { return static_cast<double>(m.size()); }},
    {"profit", [](const Movement& m) { return static_cast<double>(m.profit); }},
    {"fall", [](const Movement& m) { return static_cast<double>(m.fall); }},
    {"rise", [](const Movement& m) { return static_cast<double>(m.rise); }},
    {"trend", [](const Movement& m) { return static_cast<double>(m.trend); }},
    {"burst", [](const Movement& m) { return static_cast<double>(m.burst); }},
}};

std::string what_is_wrong(const mu::ParserError& error) {
  const auto place = static_cast<std::size_t>(std::max(0, error.GetPos())) + 1;
  switch (error.GetCode()) {
    case mu::ecUNASSIGNABLE_TOKEN: {
      const std::string found(trim(error.GetToken()));
      const std::vector<std::string> known = Condition::quantities();
      const bool is_word =
          !found.empty() && (std::isalpha(static_cast<unsigned char>(found.front())) || found.front() == '_');
      const auto near = is_word ? nearest(found, known) : std::nullopt;
      std::string help = ", which it can't have there: it knows + - * / < <= > >= == != and or not";
      if (is_word)
        help = near ? fmt::format("; did you mean '{}'?", *near) : fmt::format("; it knows {}", fmt::join(known, ", "));
      return fmt::format("has {} at character {}{}", shown(found), place, help);
    }
    case mu::ecUNEXPECTED_EOF:
    case mu::ecEMPTY_EXPRESSION:
      return "ends where a value should follow";
    case mu::ecMISSING_PARENS:
      return "lacks a closing parenthesis";
    default:
      return fmt::format("can't be read at character {}", place);
  }
}

}  // namespace

/// The expression, and the variables it reads.
class Condition::Compiled {
 public:
  explicit Compiled(const std::string& text) {
    // Operators of our own only: the parser's would let `fall = 3` assign.
    parser_.EnableBuiltInOprt(false);
    parser_.ClearFun();
    parser_.ClearConst();
    parser_.ClearInfixOprt();
    parser_.ClearPostfixOprt();
    parser_.ClearOprt();
    define("or", 1, [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; });
    define("and", 2, [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; });
    define("<", 4, [](double a, double b) { return a < b ? 1.0 : 0.0; });
    define("<=", 4, [](double a, double b) { return a <= b ? 1.0 : 0.0; });
    define(">", 4, [](double a, double b) { return a > b ? 1.0 : 0.0; });
    define(">=", 4, [](double a, double b) { return a >= b ? 1.0 : 0.0; });
    define("==", 4, [](double a, double b) { return a == b ? 1.0 : 0.0; });
    define("!=", 4, [](double a, double b) { return a != b ? 1.0 : 0.0; });
    define("+", 5, [](double a, double b) { return a + b; });
    define("-", 5, [](double a, double b) { return a - b; });
    define("*", 6, [](double a, double b) { return a * b; });
    define("/", 6, [](double a, double b) { return a / b; });
    parser_.DefineInfixOprtChars("abcdefghijklmnopqrstuvwxyz-");
    parser_.DefineInfixOprt(
        "not", +[](double a) { return a != 0 ? 0.0 : 1.0; }, 3);
    parser_.DefineInfixOprt(
        "-", +[](double a) { return -a; }, 7);
    for (std::size_t i = 0; i < kQuantities.size(); ++i)
      parser_.DefineVar(std::string(kQuantities[i].name), &quantities_[i]);
    for (std::size_t i = 0; i < kMarketEvents; ++i) parser_.DefineVar(std::string(kMarketEventNames[i]), &events_[i]);
    parser_.SetExpr(text);
  }

  bool holds(const Movement& m) {
    for (std::size_t i = 0; i < kQuantities.size(); ++i) quantities_[i] = kQuantities[i].of(m);
    for (std::uint32_t i = 0; i < kMarketEvents; ++i) events_[i] = m.events >> i & 1u;
    const double value = parser_.Eval();
    return value != 0 && !std::isnan(value);
  }
  bool is_one_value() const { return parser_.GetNumResults() == 1; }

 private:
  void define(const char* name, unsigned precedence, double (*apply)(double, double)) {
    parser_.DefineOprt(name, apply, precedence, mu::oaLEFT);
  }

  mu::Parser parser_;
  std::array<double, kQuantities.size()> quantities_{};
  std::array<double, kMarketEvents> events_{};
};

Condition::Condition(std::string text) : text_(std::move(text)) {
  if (text_.size() > kLongest) throw Error(ExitCode::usage, fmt::format("must be at most {} characters", kLongest));
  try {
    compiled_ = std::make_shared<Compiled>(text_);
    compiled_->holds(Movement{});  // read here, not at its first use
  } catch (const mu::ParserError& error) {
    throw Error(ExitCode::usage, what_is_wrong(error));
  }
  if (!compiled_->is_one_value()) throw Error(ExitCode::usage, "must be one condition, without commas");
}

bool Condition::holds(const Movement& movement) const { return compiled_->holds(movement); }

std::vector<std::string> Condition::quantities() {
  std::vector<std::string> names;
  for (const Quantity& quantity : kQuantities) names.emplace_back(quantity.name);
  names.insert(names.end(), kMarketEventNames.begin(), kMarketEventNames.end());
  return names;
}

}  // namespace marketmimic
