#include "host/input/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/input/csv.hpp"
#include "host/input/number.hpp"

namespace marketmimic {
namespace {

using Texts = std::vector<std::string_view>;

TEST(ParseNumber, TakesTheWholeField) {
  EXPECT_EQ(parse_number("93576.5"), 93576.5);
  EXPECT_EQ(parse_number("-1e-3"), -0.001);
  EXPECT_EQ(parse_number<std::int64_t>("80242832045"), 80242832045);
  for (const char* text : {"", " 1", "1 ", "1,5", "1_000", "0x10", "+1", "nan", "inf", "-inf", "1e999", "1.2.3", "--1"})
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  for (const char* text : {"1.0", "1e3", "9223372036854775808"})
    EXPECT_FALSE(parse_number<std::int64_t>(text).has_value()) << text;
}

TEST(Shown, EscapesAndShortens) {
  EXPECT_EQ(shown("abc"), "'abc'");
  EXPECT_EQ(shown("a\nb\x1b\xff"), "'a\\x0ab\\x1b\\xff'");
  EXPECT_EQ(shown(std::string(1000, 'x')), "'" + std::string(40, 'x') + "...'");
  EXPECT_EQ(shown({"a", "b", "c"}, 2), "'a', 'b', ...");
}

TEST(Utf8, HoldsItsCharactersAndNothingElse) {
  for (const char* text : {"", "BTC", "\u00e9\u0800\u20ac\ud7ff\ue000\uffff", "\U00010000\U0010ffff"})
    EXPECT_TRUE(is_utf8(text)) << text;
  // Latin-1, cut, continued without a beginning, too long, a surrogate, beyond Unicode, never a byte of UTF-8.
  for (const char* text : {"caf\xe9", "\xe2\x82", "\x82", "\xc0\xaf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                           "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xfe"})
    EXPECT_FALSE(is_utf8(text)) << shown(text);
  EXPECT_EQ(as_utf8("caf\xe9 \u20ac\xe2\x82"), "caf? \u20ac??");
}

TEST(SplitFields, HandlesQuotesAndSpaces) {
  Texts fields;
  ASSERT_TRUE(split_fields(" a , \"b, c\" ,,\"\",d\r", fields));
  EXPECT_EQ(fields, (Texts{"a", "b, c", "", "", "d"}));
  ASSERT_TRUE(split_fields("", fields));
  EXPECT_EQ(fields, (Texts{""}));
  ASSERT_TRUE(split_fields("a,", fields));
  EXPECT_EQ(fields, (Texts{"a", ""}));
  ASSERT_TRUE(split_fields("\"say \"\"no\"\"\",x", fields));
  EXPECT_EQ(fields, (Texts{"say \"\"no\"\"", "x"}));
}

TEST(SplitFields, RefusesQuotesThatDoNotClose) {
  Texts fields;
  EXPECT_FALSE(split_fields("\"", fields));
  EXPECT_FALSE(split_fields("a,\"b", fields));
  EXPECT_FALSE(split_fields("\"a\"b,c", fields));
  EXPECT_FALSE(split_fields("\"a\"\"", fields));
}

}  // namespace
}  // namespace marketmimic
