#include "host/page/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace marketmimic {
namespace {

/// Length of the UTF-8 sequence that `text` begins with (Unicode 15, table 3-7); 0: it is none, or a character that
/// HTML may not hold.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : lead == '\n' || lead == '\t' ? 1 : 0;
  const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0) return 0;
  std::uint32_t code = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0u) != 0x80u) return 0;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code < 0xe000, control = code < 0xa0;
  const bool no_character = (code >= 0xfdd0 && code < 0xfdf0) || (code & 0xfffeu) == 0xfffeu;
  if (code < least[length] || code > 0x10ffff || surrogate || control || no_character) return 0;
  return length;
}

std::string drawn(const RateBar& bar) {
  return fmt::format(
      "<td class=\"bar\" aria-hidden=\"true\"><svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\"><rect "
      "width=\"100\" height=\"2\" y=\"5\" class=\"track\"/><rect x=\"{:.1f}\" width=\"{:.1f}\" height=\"6\" y=\"3\" "
      "class=\"reach\"/><rect x=\"{:.1f}\" width=\"1.6\" height=\"12\" class=\"at\"/></svg></td>",
      100 * bar.lower, std::max(0.5, 100 * (bar.upper - bar.lower)), 98.4 * bar.value);
}

std::string figure_html(std::string_view kind, std::string_view svg, std::string_view description,
                        std::string_view caption) {
  return fmt::format("<figure{}><div class=\"drawing\" role=\"img\" aria-label=\"{}\">{}</div>{}</figure>\n", kind,
                     escaped(description), svg,
                     caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>", escaped(caption)));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string well_formed(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    result += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

HtmlTable::HtmlTable(std::string_view caption, const std::vector<std::string>& columns) : name_(caption) {
  html_ = "<table><caption>" + escaped(caption) + "</caption><thead><tr><td></td>";
  for (const std::string& column : columns) html_ += "<th scope=\"col\">" + escaped(column) + "</th>";
  html_ += "</tr></thead><tbody>\n";
}

void HtmlTable::row(std::string_view name, const std::vector<std::string>& values, const std::optional<RateBar>& bar) {
  html_ += "<tr><th scope=\"row\">" + escaped(name) + "</th>";
  for (const std::string& value : values) html_ += "<td>" + escaped(value) + "</td>";
  if (bar) html_ += drawn(*bar);
  html_ += "</tr>\n";
  ++rows_;
}

std::string HtmlTable::html() const {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(name_) + "\">" + html_ +
         "</tbody></table></div>\n";
}

void HtmlBody::section(std::string_view id, std::string_view title) {
  if (sections_++ != 0) html_ += "</section>\n";
  html_ += fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 id=\"{0}-title\">{1}</h2>\n", id,
                       escaped(title));
}
void HtmlBody::heading(std::string_view title) { html_ += "<h3>" + escaped(title) + "</h3>\n"; }
void HtmlBody::paragraph(std::string_view text) { html_ += "<p>" + escaped(text) + "</p>\n"; }
void HtmlBody::note(std::string_view text) { html_ += "<p class=\"note\">" + escaped(text) + "</p>\n"; }

void HtmlBody::add(const HtmlTable& table) {
  if (!table.empty()) html_ += table.html();
}

void HtmlBody::figure(std::string_view svg, std::string_view description, std::string_view caption) {
  html_ += figure_html("", svg, description, caption);
}
void HtmlBody::wide_figure(std::string_view svg, std::string_view description, std::string_view caption) {
  html_ += figure_html(" class=\"wide\"", svg, description, caption);
}

void HtmlBody::details(std::string_view summary, std::string_view html) {
  html_ += fmt::format("<details><summary>{}</summary>{}</details>\n", escaped(summary), html);
}

}  // namespace marketmimic
