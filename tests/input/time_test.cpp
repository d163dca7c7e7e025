#include "host/input/time.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace marketmimic {
namespace {

struct Written {
  std::string text;
  std::int64_t time_ms;  ///< from `date -u -d TEXT +%s`
};
void PrintTo(const Written& written, std::ostream* out) { *out << written.text; }

class TimeFormat : public testing::TestWithParam<Written> {};

TEST_P(TimeFormat, IsRead) {
  const auto time = parse_time(GetParam().text);
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(*time, GetParam().time_ms);
}

INSTANTIATE_TEST_SUITE_P(
    Calendar, TimeFormat,
    testing::Values(Written{"2017-08-17T04:00:00.000Z", 1502942400000}, Written{"2017-08-17T04:00:00Z", 1502942400000},
                    Written{"2017-08-17T04:00:00", 1502942400000}, Written{"2017-08-17 04:00:00", 1502942400000},
                    Written{"2017-08-17T04:00Z", 1502942400000}, Written{"20170817 04:00", 1502942400000},
                    Written{"2017-08-17 04:00:00+00:00", 1502942400000},
                    Written{"2017-08-17T09:30:00+05:30", 1502942400000},
                    Written{"2017-08-16T23:00:00-0500", 1502942400000}, Written{"2017-08-17T06:00+02", 1502942400000},
                    Written{"8/17/2017 4:00", 1502942400000}, Written{"2017-08-17", 1502928000000},
                    Written{"20170817", 1502928000000}, Written{"8/17/2017", 1502928000000},
                    Written{"08/17/2017", 1502928000000}, Written{"2017-08-17T04:00:00.25Z", 1502942400250},
                    Written{"2017-08-17T04:00:00.123456789Z", 1502942400123},
                    Written{"2017-08-17T04:00:00.9996", 1502942401000}, Written{"2020-02-29", 1582934400000},
                    Written{"2000-02-29", 951782400000}, Written{"1969-12-31T23:59:59Z", -1000},
                    Written{"9999-12-31T23:59:59Z", 253402300799000}));

INSTANTIATE_TEST_SUITE_P(
    Epoch, TimeFormat,
    testing::Values(Written{"1502942400", 1502942400000}, Written{"1502942400000", 1502942400000},
                    Written{"1502942400000000", 1502942400000}, Written{"1502942400000000000", 1502942400000},
                    Written{"1502942400123456789", 1502942400123}, Written{"1502942400.5", 1502942400500},
                    Written{"1502942400000.0", 1502942400000}, Written{"1.5029424e9", 1502942400000},
                    Written{"100000000", 100000000000}, Written{"1746748500123", 1746748500123}));

class NotATime : public testing::TestWithParam<std::string> {};

TEST_P(NotATime, IsRefused) { EXPECT_FALSE(parse_time(GetParam()).has_value()); }

INSTANTIATE_TEST_SUITE_P(Texts, NotATime,
                         testing::Values("", " ", "abc", "0", "1", "2017", "99999999.5", "2017-8-17", "2017-08-17T",
                                         "2017-08-17T04", "2017-08-17T24:00", "2017-08-17T04:60", "2017-08-17T04:00:60",
                                         "2017-08-17T04:00:00.", "2017-08-17T04:00Zx", "2017-08-17T04:00+",
                                         "2017-08-17T04:00+5", "2017-08-17T04:00+25:00", "2017-02-29", "1900-02-29",
                                         "2017-13-01", "2017-00-01", "2017-01-00", "0000-01-01", "17/8/2017", "8/17/17",
                                         "8/17/20170", "20171301", "20170817 ", "-1502942400", "1502942400x", "1e400",
                                         "99999999999999999999", "nan", "inf"));

TEST(FormatTime, IsIsoInUtc) {
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(1502942400000), "2017-08-17T04:00:00Z");
  EXPECT_EQ(format_time(1502942400007), "2017-08-17T04:00:00.007Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999Z");
}

TEST(FormatTime, IsReadBack) {
  for (std::int64_t time = -1'000'000'000'000; time < 4'000'000'000'000; time += 987'654'321)
    ASSERT_EQ(parse_time(format_time(time)), time) << format_time(time);
}

TEST(FormatDuration, UsesTheLargestWholeUnit) {
  EXPECT_EQ(format_duration(300'000), "5 min");
  EXPECT_EQ(format_duration(3'600'000), "1 h");
  EXPECT_EQ(format_duration(86'400'000), "1 d");
  EXPECT_EQ(format_duration(90'000), "90 s");
  EXPECT_EQ(format_duration(1'500), "1500 ms");
}

}  // namespace
}  // namespace marketmimic
