#include "host/picture/embedded_svg.hpp"

#include <gtest/gtest.h>

#include <string>

#include "host/picture/chart.hpp"
#include "host/picture/gnuplot.hpp"

namespace marketmimic {
namespace {

const std::string head =
    "<?xml version='1.0'?>\n<svg \n viewBox=\"0 0 48 30\"\n xmlns=\"http://x\">\n<title>Gnuplot</title>\n"
    "<g id=\"gnuplot_canvas\">\n<defs>\n<circle id='gpDot'/></defs>\n";

std::string inner(const std::string& drawn) {
  const std::string before = "<svg viewBox=\"0 0 48 30\" fill=\"none\">",
                    svg = embedded_svg(head + drawn + "</g></svg>\n");
  EXPECT_EQ(svg.substr(0, before.size()), before);
  EXPECT_EQ(svg.substr(svg.size() - 6), "</svg>");
  return svg.substr(before.size(), svg.size() - before.size() - 6);
}

TEST(EmbeddedSvg, KeepsWhatIsSeenAndNothingElse) {
  EXPECT_EQ(inner("<g fill=\"none\" stroke-linecap=\"butt\">\n\t<g>\n</g>\n</g>\n"), "");
  EXPECT_EQ(inner("<g id=\"gnuplot_plot_1\" ><title>$a using 1</title>\n<path d='M1,2'/>\n</g>\n"), "<path d='M1,2'/>");
  EXPECT_EQ(inner("<g font-family=\"DejaVu Sans:Bold\" text-anchor=\"end\"><text> a &lt; b</text></g>"),
            "<g font-weight=\"bold\" text-anchor=\"end\"><text> a &lt; b</text></g>");
}

TEST(EmbeddedSvg, ColoursCanBeReplacedByAPage) {
  EXPECT_EQ(inner("<path stroke='rgb( 38,  79, 115)'/>"), "<path stroke='var(--c264f73,#264f73)'/>");
  EXPECT_EQ(inner("<g color=\"black\"><path fill='white'/></g>"),
            "<g color=\"var(--c22303c,#22303c)\"><path fill=\"var(--cffffff,#ffffff)\"/></g>");
  EXPECT_EQ(inner("<text>rgb(1,2,3) \"black\"</text>"), "<text>rgb(1,2,3) \"black\"</text>");
}

TEST(EmbeddedSvg, PointsNeedNoDefinitions) {
  EXPECT_EQ(inner("<use xlink:href='#gpPt6' transform='translate(1,2) scale(3)' color='rgb(1,2,3)'/>"),
            "<circle r='1' stroke='none' transform='translate(1,2) scale(3)' fill='#010203'/>");
}

TEST(Chart, AsSvgRefersToNothingAndHoldsItsTexts) {
  if (!find_gnuplot()) GTEST_SKIP() << "gnuplot is not installed";
  Chart chart(300, 200);
  chart.table("points", [&] { chart.add("1 2\n2 3"); });
  chart.panel(0.2, 0.9, 0, 3);
  chart.name_panel("</svg><script>");
  chart.legend({{"#2a9d8f", "a & b"}}, 0.95);
  chart.add("plot $points using 1:2 with points pt 7 lc rgb '#264f73' notitle, '' using 1:2 with lines notitle");
  const std::string svg = chart.svg();
  EXPECT_TRUE(svg.starts_with("<svg viewBox=\"0 0 300 200\""));
  for (const char* const absent : {"xmlns", "http", "href", "id=", "<title", "gnuplot", "<script", "rgb("})
    EXPECT_EQ(svg.find(absent), std::string::npos) << absent;
  for (const char* const present : {"&lt;/svg>&lt;script>", "a &amp; b", "<circle r='1'", "var(--c264f73,#264f73)"})
    EXPECT_NE(svg.find(present), std::string::npos) << present;
}

}  // namespace
}  // namespace marketmimic
