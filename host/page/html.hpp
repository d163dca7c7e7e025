#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marketmimic {

/// Text as it stands in HTML, between tags and within quoted attributes.
std::string escaped(std::string_view text);

/// The same text where it is UTF-8 of characters that HTML may hold; what is not becomes a question mark in a diamond.
std::string well_formed(std::string_view text);

/// A share with its interval, all from 0 to 1, as a small drawing beside the numbers.
struct RateBar {
  double lower, value, upper;
};

/// A table with a name for every row. All texts are escaped.
class HtmlTable {
 public:
  /// `columns` of numbers, after that of the names, which stands first.
  HtmlTable(std::string_view caption, const std::vector<std::string>& columns);

  void row(std::string_view name, const std::vector<std::string>& values, const std::optional<RateBar>& bar = {});
  /// Whether it has no row yet.
  bool empty() const { return rows_ == 0; }
  std::string html() const;

 private:
  std::string name_, html_;
  std::size_t rows_ = 0;
};

/// Builds the body of a page, one element after the other. Texts are escaped; what is named `html` is not.
class HtmlBody {
 public:
  void section(std::string_view id, std::string_view title);
  void heading(std::string_view title);
  void paragraph(std::string_view text);
  void note(std::string_view text);
  void add(const HtmlTable& table);
  void add_raw(std::string_view html) { html_ += html; }

  /// Figures stand beside each other between begin_figures() and end_figures(): two, or as many as there is room for.
  void begin_pairs() { html_ += "<div class=\"figures pairs\">"; }
  void begin_figures() { html_ += "<div class=\"figures\">"; }
  void end_figures() { html_ += "</div>\n"; }
  /// A drawing; `description` is for those who can't see it, `caption` may be empty.
  void figure(std::string_view svg, std::string_view description, std::string_view caption = "");
  /// One that is as wide as the page, and where that is narrow is moved within it.
  void wide_figure(std::string_view svg, std::string_view description, std::string_view caption = "");
  /// Tables alike.
  void begin_tables() { html_ += "<div class=\"tables\">\n"; }
  void end_tables() { html_ += "</div>\n"; }
  /// What is shown on demand.
  void details(std::string_view summary, std::string_view html);

  /// Everything, the last section closed.
  std::string html() const { return sections_ == 0 ? html_ : html_ + "</section>\n"; }

 private:
  std::string html_;
  std::size_t sections_ = 0;
};

}  // namespace marketmimic
