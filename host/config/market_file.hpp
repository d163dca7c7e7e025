#pragma once

#include <filesystem>
#include <string>

#include "marketmimic/diffusion.hpp"

namespace marketmimic {

/// A market as `market.toml` holds it: the model's parameters and the units they are in.
struct MarketFile {
  DiffusionParameters diffusion;
  double tick = 0.01;               ///< currency in one tick, > 0
  double lot = 0.001;               ///< units of the asset in one lot, > 0
  std::string currency = "USD";
  std::string asset = "EXAMPLE";
  std::uint32_t bar_seconds = 300;  ///< interval of the bars it was fitted to [s]
  std::string provenance;           ///< one line: what it was fitted to, and how
};

/// Reads and checks a market file; Error(usage or input_data) with `file:line:column` for bad syntax, an unknown key
/// (with a suggestion) or a value out of range.
MarketFile read_market_file(const std::filesystem::path& file);
/// The same from text; `name` stands in messages.
MarketFile parse_market(std::string_view text, const std::string& name);
/// The file's text; parse_market() of it gives the same parameters to the bit.
std::string market_text(const MarketFile& market);

}  // namespace marketmimic
