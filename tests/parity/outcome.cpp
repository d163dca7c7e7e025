#include "tests/parity/outcome.hpp"

#include <cstring>

#include <fmt/format.h>

namespace marketmimic::parity {

std::vector<NamedColumn> every_column(std::uint32_t steps, std::uint32_t levels) {
  return {
      {"observations", {&Record::observations, steps + 1, kObservations}},
      {"actions", {&Record::actions, steps, kActions}},
      {"rewards", {&Record::rewards, steps, 1}},
      {"open", {&Record::open, steps, 1}},
      {"high", {&Record::high, steps, 1}},
      {"low", {&Record::low, steps, 1}},
      {"close", {&Record::close, steps, 1}},
      {"bid_price", {&Record::bid_price, steps, levels}},
      {"ask_price", {&Record::ask_price, steps, levels}},
      {"bid_size", {&Record::bid_size, steps, levels}},
      {"ask_size", {&Record::ask_size, steps, levels}},
      {"volume", {&Record::volume, steps, 1}},
      {"trades", {&Record::trades, steps, 1}},
      {"primitive", {&Record::primitive, steps, 1}},
      {"source", {&Record::source, steps, 1}},
      {"phase", {&Record::phase, steps, 1}},
      {"target", {&Record::target, steps, 1}},
      {"goal", {&Record::goal, steps, 1}},
      {"exposure_lots", {&Record::exposure_lots, steps, 1}},
      {"cash", {&Record::cash, steps, 1}},
      {"standing", {&Record::standing, steps, 1}},
      {"market_event", {&Record::market_event, steps, 1}},
      {"perturbation", {&Record::perturbation, steps, 1}},
      {"regime", {&Record::regime, steps, 1}},
      {"order_lots", {&Record::order_lots, steps, 2}},
      {"fill_lots", {&Record::fill_lots, steps, 2}},
      {"fill_notional", {&Record::fill_notional, steps, 2}},
      {"fill_fee", {&Record::fill_fee, steps, 2}},
  };
}

std::vector<RecordColumn> plain(const std::vector<NamedColumn>& columns) {
  std::vector<RecordColumn> result;
  for (const NamedColumn& c : columns) result.push_back(c.column);
  return result;
}

Outcome::Outcome(const AnyContext& context, std::uint32_t scenarios, std::uint32_t columns_stride)
    : count(scenarios),
      stride(columns_stride),
      summaries(stride),
      injections(std::size_t{settings_of(context).injections} * stride),
      columns_(every_column(settings_of(context).steps, settings_of(context).levels)) {
  std::size_t bytes = 0;
  for (const NamedColumn& c : columns_) {
    offsets_.push_back(bytes);
    bytes += column_bytes(c.column, stride);
  }
  memory_.assign(bytes, std::byte{0xA5});
  record = record_in(memory_.data(), plain(columns_), stride);
}

const std::byte* Outcome::at(std::size_t column, std::size_t element, std::uint32_t i) const {
  const std::size_t size = value_bytes(columns_[column].column.pointer);
  return memory_.data() + offsets_[column] + (element * stride + i) * size;
}

std::byte* Outcome::at(std::size_t column, std::size_t element, std::uint32_t i) {
  return const_cast<std::byte*>(static_cast<const Outcome&>(*this).at(column, element, i));
}

std::optional<std::string> difference(const Outcome& expected, const Outcome& got) {
  for (std::size_t c = 0; c < expected.columns().size(); ++c) {
    const auto& [name, column] = expected.columns()[c];
    const std::size_t size = value_bytes(column.pointer), elements = std::size_t{column.rows} * column.width;
    for (std::size_t e = 0; e < elements; ++e) {
      for (std::uint32_t i = 0; i < expected.count; ++i) {
        if (std::memcmp(expected.at(c, e, i), got.at(c, e, i), size) != 0)
          return fmt::format("{}: row {}, value {}, scenario {}", name, e / column.width, e % column.width, i);
      }
    }
  }
  static_assert(sizeof(Injection) == 25 * 4 && sizeof(Summary) == 22 * 4 + 4 * 8, "no padding to compare");
  for (std::uint32_t i = 0; i < expected.count; ++i) {
    if (std::memcmp(&expected.summaries[i], &got.summaries[i], sizeof(Summary)) != 0)
      return fmt::format("summary of scenario {}", i);
    for (std::size_t k = 0; k < expected.injections.size() / expected.stride; ++k) {
      if (std::memcmp(&expected.injections[k * expected.stride + i], &got.injections[k * got.stride + i],
                      sizeof(Injection)) != 0)
        return fmt::format("injection {} of scenario {}", k, i);
    }
  }
  return std::nullopt;
}

}  // namespace marketmimic::parity
