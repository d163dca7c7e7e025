#include "host/decomposition/boundary_edit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/error.hpp"
#include "host/input/time.hpp"

namespace marketmimic {
namespace {

/// Edits the boundaries of one cycle, kept in the order of their steps.
class BoundaryEditor {
 public:
  BoundaryEditor(std::vector<Boundary> boundaries, const CyclePath& path, std::int64_t step_ms)
      : boundaries_(std::move(boundaries)), path_(path), step_ms_(step_ms) {}

  bool holds(std::int64_t time_ms) const { return time_ms >= path_.start_ms && time_ms < time_of(path_.steps()); }

  void apply(const BoundaryEdit& edit) {
    if (edit.action == BoundaryEdit::Action::add) return add(edit, edit.at_ms, {0, evidence_bit(Evidence::by_hand)});
    const auto found = find(edit);
    const Boundary moved{0, found->evidence | evidence_bit(Evidence::by_hand)};
    boundaries_.erase(found);
    if (edit.action == BoundaryEdit::Action::move) add(edit, edit.to_ms, moved);
  }

  std::vector<Boundary> result() && { return std::move(boundaries_); }

 private:
  std::int64_t time_of(std::size_t step) const { return path_.start_ms + static_cast<std::int64_t>(step) * step_ms_; }
  std::size_t step_at(std::int64_t time_ms) const {
    return static_cast<std::size_t>((time_ms - path_.start_ms) / step_ms_);
  }
  [[noreturn]] static void refuse(const BoundaryEdit& edit, const std::string& why) {
    throw Error(ExitCode::usage, fmt::format("{}: {}", edit.place, why));
  }

  void add(const BoundaryEdit& edit, std::int64_t time_ms, Boundary boundary) {
    if (!holds(time_ms) || step_at(time_ms) == 0)
      refuse(edit, fmt::format("a boundary of the position held from {} to {} must be later than its first step and "
                               "before its end (got {})",
                               format_time(path_.start_ms), format_time(time_of(path_.steps())), format_time(time_ms)));
    boundary.step = step_at(time_ms);
    const auto at = std::lower_bound(boundaries_.begin(), boundaries_.end(), boundary,
                                     [](const Boundary& a, const Boundary& b) { return a.step < b.step; });
    if (at != boundaries_.end() && at->step == boundary.step)
      at->evidence |= boundary.evidence;
    else
      boundaries_.insert(at, boundary);
  }

  /// The nearest boundary within a step of the edit's time.
  std::vector<Boundary>::iterator find(const BoundaryEdit& edit) {
    const std::size_t step = step_at(edit.at_ms);
    const auto away = [&](const Boundary& b) { return b.step > step ? b.step - step : step - b.step; };
    const auto nearest = std::min_element(boundaries_.begin(), boundaries_.end(),
                                          [&](const Boundary& a, const Boundary& b) { return away(a) < away(b); });
    if (away(*nearest) > 1)
      refuse(edit, fmt::format("there is no boundary within a step of {}; the nearest is at {}",
                               format_time(edit.at_ms), format_time(time_of(nearest->step))));
    if (nearest->step == 0) refuse(edit, "the boundary that begins a position stays where it is");
    return nearest;
  }

  std::vector<Boundary> boundaries_;
  const CyclePath& path_;
  std::int64_t step_ms_;
};

}  // namespace

std::vector<Boundary> edited(std::vector<Boundary> boundaries, const std::vector<BoundaryEdit>& edits,
                             const std::string& symbol, const CyclePath& path, std::int64_t step_ms,
                             std::vector<bool>& done) {
  BoundaryEditor editor(std::move(boundaries), path, step_ms);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    if (!editor.holds(edits[i].at_ms) || (!edits[i].symbol.empty() && edits[i].symbol != symbol)) continue;
    editor.apply(edits[i]);
    done[i] = true;
  }
  return std::move(editor).result();
}

}  // namespace marketmimic
