#include "host/page/html.hpp"

#include <gtest/gtest.h>

#include <string>

namespace marketmimic {
namespace {

TEST(Escaped, LeavesNothingThatEndsATextOrAnAttribute) {
  EXPECT_EQ(escaped("<a href='x' title=\"y\">&amp;"), "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;");
}

TEST(WellFormed, KeepsWhatIsUtf8) {
  const std::string text = "a\tb\n \u00e4\u20ac\U0001f4c8 \ufffd";
  EXPECT_EQ(well_formed(text), text);
}

TEST(WellFormed, MarksWhatIsNoCharacterOfHtml) {
  const std::string mark = "\ufffd";
  EXPECT_EQ(well_formed("a\x01z"), "a" + mark + "z");
  EXPECT_EQ(well_formed("\xff\x80"), mark + mark);                        // no lead byte
  EXPECT_EQ(well_formed("\xe2\x82"), mark + mark);                        // cut short
  EXPECT_EQ(well_formed("\xc0\xaf"), mark + mark);                        // overlong /
  EXPECT_EQ(well_formed("\xe0\x80\xaf"), mark + mark + mark);             // overlong /
  EXPECT_EQ(well_formed("\xed\xa0\x80"), mark + mark + mark);             // surrogate
  EXPECT_EQ(well_formed("\xf4\x90\x80\x80"), mark + mark + mark + mark);  // beyond U+10FFFF
  EXPECT_EQ(well_formed("\xef\xbf\xbe"), mark + mark + mark);             // U+FFFE
  EXPECT_EQ(well_formed("\xc2\x85"), mark + mark);                        // control
  EXPECT_EQ(well_formed(std::string("\0", 1)), mark);
}

TEST(HtmlTable, EscapesEveryText) {
  HtmlTable table("<c>", {"<h>"});
  EXPECT_TRUE(table.empty());
  table.row("<n>", {"<v>"});
  EXPECT_FALSE(table.empty());
  const std::string html = table.html();
  for (const std::string name : {"c", "h", "n", "v"}) {
    EXPECT_EQ(html.find("<" + name + ">"), std::string::npos);
    EXPECT_NE(html.find("&lt;" + name + "&gt;"), std::string::npos);
  }
}

TEST(HtmlBody, LeavesEmptyTablesOutAndClosesItsSections) {
  HtmlBody body;
  body.section("one", "1 < 2");
  body.add(HtmlTable("nothing", {}));
  body.section("two", "2");
  const std::string html = body.html();
  EXPECT_EQ(html.find("nothing"), std::string::npos);
  EXPECT_NE(html.find("1 &lt; 2"), std::string::npos);
  EXPECT_LT(html.find("</section>"), html.find("id=\"two\""));
  EXPECT_TRUE(html.ends_with("</section>\n"));
}

}  // namespace
}  // namespace marketmimic
