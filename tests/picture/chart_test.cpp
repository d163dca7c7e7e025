#include "host/picture/chart.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "host/picture/colours.hpp"
#include "host/picture/gnuplot.hpp"

namespace marketmimic {
namespace {

TEST(Literal, GnuplotReadsItAsItStands) {
  EXPECT_EQ(literal("plain"), "'plain'");
  EXPECT_EQ(literal("it's {/Bold}\n`date`"), "'it\u2019s {/Bold} `date`'");
}

TEST(ReadableName, HasSpaces) { EXPECT_EQ(readable_name("flash_crash_exit"), "flash crash exit"); }

TEST(Chart, IsAPngOfItsSizeWhateverTheTitleSays) {
  if (!find_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  Chart chart("it's \"100 %\" `exit` $x\\\n", colours::ink, "'; exit 7; '");
  chart.table("nothing", [] {});
  chart.panel(0.1, 0.9, 0, 10);
  chart.name_panel("o'clock");
  chart.legend({{colours::up, "up"}, {colours::down, "down"}}, 0.95);
  chart.shade(2, 3, colours::held, 0.5);
  chart.few_ticks(0, 1e-9);
  chart.add("set yrange [0:1]\nplot $nothing using 1:2 with lines");
  const std::string png = chart.png();
  ASSERT_GT(png.size(), 1000u);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(png[at + i]);
    return value;
  };
  EXPECT_EQ(number(16), 1600u);
  EXPECT_EQ(number(20), 1000u);
}

}  // namespace
}  // namespace marketmimic
