#pragma once

#include <array>
#include <string_view>

#include "marketmimic/detectors.hpp"
#include "marketmimic/perturbation.hpp"
#include "marketmimic/strategy.hpp"

/// One colour means one thing in all pictures.
namespace marketmimic::colours {

inline constexpr std::string_view ink = "#22303c", quiet = "#75828e", grid = "#e6eaee", frame = "#c5cdd5";
inline constexpr std::string_view up = "#2a9d8f", down = "#d1495b";
inline constexpr std::string_view held = "#264f73", target = "#f08a24";

/// By PrimitiveKind, then those of the user's kinds in turn. Builders are green and blue, reducers warm, flips violet,
/// waiting grey, oscillations light blue.
inline constexpr std::array<std::string_view, kPrimitiveKinds + 6> primitives = {
    "#aab4be", "#1f8a70", "#b5452f", "#8c1c2b", "#5fb98e", "#a5cf6b", "#f2a65a", "#2384b8", "#e8c34a", "#e4694c",
    "#8a63b8", "#d7dde3", "#6fa8dc", "#c2569b", "#3f3f7a", "#7a5c3e", "#5ec4cf", "#b7a6e0", "#4d6b2f"};
constexpr std::string_view primitive(std::size_t kind) {
  if (kind < kPrimitiveKinds) return primitives[kind];
  return primitives[kPrimitiveKinds + (kind - kPrimitiveKinds) % (primitives.size() - kPrimitiveKinds)];
}

/// Index = PerturbationKind.
inline constexpr std::array<std::string_view, kPerturbationKinds> perturbation = {
    "#8a63b8", "#d1495b", "#2f7fb5", "#d99a1e", "#5c6670", "#a4161a", "#c3d4de"};

/// Index = MarketEvent.
inline constexpr std::array<std::string_view, kMarketEvents> event = {
    "#2a9d8f", "#e4694c", "#a4161a", "#9aa6b2", "#8a63b8", "#d99a1e", "#2f7fb5", "#5fb98e", "#b5452f"};

}  // namespace marketmimic::colours
