#include "host/config/market_file.hpp"

#include "host/config/config_text.hpp"
#include "host/config/describe_market.hpp"
#include "host/config/limit_checker.hpp"
#include "host/config/table_reader.hpp"
#include "host/config/table_writer.hpp"

namespace marketmimic {

MarketFile parse_market(std::string_view text, const std::string& name) {
  TableReader reader(text, name, ExitCode::input_data, Missing::is_an_error);
  MarketFile market;
  describe(reader, market);
  reader.finish();
  return market;
}

MarketFile read_market_file(const std::filesystem::path& file) {
  return parse_market(read_config_text(file, ExitCode::input_data), file.string());
}

void check_market(const MarketFile& market) {
  LimitChecker checker(ExitCode::input_data);
  MarketFile shown = market;
  describe(checker, shown);
}

std::string market_text(const MarketFile& market, Comments comments) {
  TableWriter writer(comments);
  MarketFile shown = market;
  describe(writer, shown);
  return writer.text();
}

}  // namespace marketmimic
