#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "host/run/any_context.hpp"
#include "host/run/record_layout.hpp"

namespace marketmimic::parity {

/// A column of the record with the name to show where it differs.
struct NamedColumn {
  std::string name;
  RecordColumn column;
};

/// All of them, for `steps` steps and `levels` levels.
std::vector<NamedColumn> every_column(std::uint32_t steps, std::uint32_t levels);
std::vector<RecordColumn> plain(const std::vector<NamedColumn>& columns);

/// What a backend made of scenarios `first` to `first + count - 1`, every column recorded.
class Outcome {
 public:
  /// Room for so many scenarios of `context` in columns of that stride; every byte is 0xA5 until written.
  Outcome(const AnyContext& context, std::uint32_t scenarios, std::uint32_t columns_stride);

  std::uint32_t count, stride;
  std::vector<Summary> summaries;     ///< [stride]
  std::vector<Injection> injections;  ///< [context.injections][stride]
  Record record;

  const std::vector<NamedColumn>& columns() const { return columns_; }
  /// The bytes of element (row * width + j) of a column, scenario i.
  const std::byte* at(std::size_t column, std::size_t element, std::uint32_t i) const;
  std::byte* at(std::size_t column, std::size_t element, std::uint32_t i);

 private:
  std::vector<NamedColumn> columns_;
  std::vector<std::size_t> offsets_;
  std::vector<std::byte> memory_;
};

/// The first difference between the two, as text; none where every bit agrees.
std::optional<std::string> difference(const Outcome& expected, const Outcome& got);

/// Somewhere scenarios run. `run` gives nothing where this machine can't, with the reason in `why`.
struct Backend {
  std::string name;
  std::function<std::optional<Outcome>(const AnyContext& context, std::uint64_t first, std::uint32_t count,
                                       std::string& why)>
      run;

  friend void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }
};

}  // namespace marketmimic::parity
