#include "host/picture/embedded_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "host/picture/colours.hpp"

namespace marketmimic {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

/// Greys and what is dark: the rest is seen well on any background.
constexpr std::array<std::string_view, 16> kThemed = {"22303c", "75828e", "e6eaee", "c5cdd5", "ffffff", "f3f5f7",
                                                      "264f73", "8c1c2b", "a4161a", "3f3f7a", "5c6670", "7a5c3e",
                                                      "4d6b2f", "1f8a70", "b5452f", "d7dde3"};

std::string themed(std::string_view hex) {
  const bool replaceable = std::find(kThemed.begin(), kThemed.end(), hex) != kThemed.end();
  return replaceable ? fmt::format("var(--c{0},#{0})", hex) : fmt::format("#{}", hex);
}

/// The group of a filled polygon, which is told by the polygon itself.
constexpr std::string_view kFilled = "<g stroke='none' shape-rendering='crispEdges'>";

/// `rgb( 38,  79, 115)` and the names of colours.
void theme_colours(std::string& tag) {
  constexpr std::string_view begin = "rgb(";
  for (std::size_t at = 0; (at = tag.find(begin, at)) != std::string::npos; ++at) {
    const std::size_t end = tag.find(')', at);
    if (end == std::string::npos) return;
    const char* rest = tag.c_str() + at + begin.size();
    unsigned colour = 0;
    for (int channel = 0; channel < 3; ++channel) {
      char* next = nullptr;
      colour = colour << 8 | (static_cast<unsigned>(std::strtoul(rest, &next, 10)) & 0xffu);
      rest = *next == ',' ? next + 1 : next;
    }
    tag.replace(at, end + 1 - at, themed(fmt::format("{:06x}", colour)));
  }
  for (const char quote : {'\'', '"'}) {
    replace_all(tag, fmt::format("{0}black{0}", quote), fmt::format("\"{}\"", themed(colours::ink.substr(1))));
    replace_all(tag, fmt::format("{0}white{0}", quote), fmt::format("\"{}\"", themed("ffffff")));
  }
}

/// Passes tags and the text between them on, one after the other.
class Embedding {
 public:
  explicit Embedding(std::string_view viewed) : out_(fmt::format("<svg viewBox=\"{}\" fill=\"none\">", viewed)) {}

  void text(std::string_view between) {
    if (between.find_first_not_of(" \t\n\r") != std::string_view::npos && !hidden_) out_ += between;
  }

  void tag(std::string_view which) {
    if (which.starts_with("<title")) hidden_ = true;
    if (which.starts_with("</title")) {
      hidden_ = false;
    } else if (!hidden_) {
      if (which.starts_with("</g"))
        close();
      else if (!which.starts_with("</svg"))
        add(std::string(which));
    }
  }

  std::string finish() { return out_ + "</svg>"; }

 private:
  struct Group {
    std::size_t begin, end;  ///< of its opening tag in out_; equal: it has none
  };

  void add(std::string tag) {
    for (const std::string_view needless :
         {" stroke-linecap=\"butt\"", " stroke-linejoin=\"miter\"", " font-family=\"DejaVu Sans\"", " fill=\"none\""})
      replace_all(tag, needless, "");
    replace_all(tag, " font-family=\"DejaVu Sans:Bold\"", " font-weight=\"bold\"");
    replace_all(tag, "xlink:href=", "href=");
    replace_all(tag, " = ", "=");
    replace_all(tag, "  ", " ");
    replace_all(tag, "<polygon", "<polygon stroke='none'");
    if (tag.starts_with("<use")) {
      replace_all(tag, "<use href='#gpPt6'", "<circle r='1' stroke='none'");
      replace_all(tag, " color=", " fill=");
    }
    theme_colours(tag);
    const std::size_t begin = out_.size();
    const bool group = tag.starts_with("<g"), bare = tag.starts_with("<g id=") || tag == "<g>" || tag == kFilled;
    if (!bare) out_ += tag;
    if (group) open_.push_back({begin, out_.size()});
  }

  void close() {
    if (open_.empty()) return;  // of the canvas, which begins before
    const Group group = open_.back();
    open_.pop_back();
    if (group.begin == group.end) return;
    if (out_.size() == group.end)
      out_.resize(group.begin);
    else
      out_ += "</g>";
  }

  std::string out_;
  std::vector<Group> open_;
  bool hidden_ = false;
};

}  // namespace

std::string embedded_svg(std::string_view drawn) {
  constexpr std::string_view view_box = "viewBox=\"", definitions = "</defs>";
  const std::size_t box = drawn.find(view_box) + view_box.size();
  Embedding embedding(drawn.substr(box, drawn.find('"', box) - box));
  std::string_view rest = drawn.substr(drawn.find(definitions) + definitions.size());
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('<'), rest.size());
    embedding.text(rest.substr(0, open));
    rest.remove_prefix(open);
    const std::size_t length = std::min(rest.find('>'), rest.size() - 1) + 1;
    if (!rest.empty()) embedding.tag(rest.substr(0, length));
    rest.remove_prefix(std::min(length, rest.size()));
  }
  return embedding.finish();
}

}  // namespace marketmimic
