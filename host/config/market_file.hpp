#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "host/config/comments.hpp"
#include "marketmimic/diffusion.hpp"
#include "marketmimic/order_flow.hpp"

namespace marketmimic {

/// A market as `market.toml` holds it: the parameters of one model or of both, and the units they are in. Both begin at
/// the same initial mid.
struct MarketFile {
  DiffusionParameters diffusion;
  bool has_diffusion = true;                      ///< else `diffusion` means nothing
  std::optional<OrderBookParameters> order_book;  ///< the file needs it where it has no diffusion
  double tick = 0.01;                             ///< currency in one tick, > 0
  double lot = 0.001;                             ///< units of the asset in one lot, > 0
  std::string currency = "USD";
  std::string asset = "EXAMPLE";
  std::uint32_t bar_seconds = 300;  ///< interval of the bars it was fitted to [s]
  std::string provenance;           ///< one line: what it was fitted to, and how
};

/// Reads and checks a market file, which must hold every key of each model it has: parameters fitted together have no
/// defaults. Error(io) where it can't be read; Error(input_data) with `file:line:column` for bad syntax, a missing or
/// unknown key (with a suggestion) or a value out of range.
MarketFile read_market_file(const std::filesystem::path& file);
/// The same from text; `name` stands in messages.
MarketFile parse_market(std::string_view text, const std::string& name);
/// Checks the ranges of a market made by code; Error(input_data) names the key.
void check_market(const MarketFile& market);
/// The file's text; parse_market() of it gives the same parameters to the bit. In text, what is not printable ASCII
/// becomes a question mark. Comments say what each key means and may be.
std::string market_text(const MarketFile& market, Comments comments = Comments::without);

}  // namespace marketmimic
