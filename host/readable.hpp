#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as people read them, and JSON.
namespace marketmimic {

/// JSON for machines. Bytes of a file's name that are no UTF-8 are replaced.
template <class Json>
std::string json_text(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// 1234567 as 1,234,567.
inline std::string readable_count(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

/// `1 shard`, `1,200 shards`.
inline std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", readable_count(count), noun, count == 1 ? "" : "s");
}

/// Three digits and a decimal prefix: 12.3 GB, 456 kB.
inline std::string readable_amount(double amount, std::string_view unit) {
  constexpr std::array<const char*, 7> prefixes = {"", "k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  while (amount >= 999.5 && prefix + 1 < prefixes.size()) {
    amount /= 1000;
    ++prefix;
  }
  const int decimals = prefix == 0 && amount == std::floor(amount) ? 0 : amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}{}", amount, decimals, prefixes[prefix], unit);
}
inline std::string readable_bytes(std::uint64_t bytes) { return readable_amount(static_cast<double>(bytes), "B"); }

/// 0.934 as 93 %.
inline std::string readable_share(double share) { return fmt::format("{:.0f} %", 100 * share); }

/// 0.25 s, 4.5 s, 45 s, 3 min 20 s, 2 h 05 min.
inline std::string readable_time(double seconds) {
  if (!(seconds < 1e12)) return "for ever";
  if (seconds < 1) return fmt::format("{:.2f} s", seconds);
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 172'800) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} days", readable_count((whole + 43'200) / 86'400));
}

}  // namespace marketmimic
