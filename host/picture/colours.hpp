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

/// Index = PrimitiveKind. Builders are green and blue, reducers warm, flips violet, waiting grey.
inline constexpr std::array<std::string_view, kPrimitiveKinds> primitive = {"#aab4be", "#1f8a70", "#b5452f", "#8c1c2b",
                                                                            "#5fb98e", "#a5cf6b", "#f2a65a", "#2384b8",
                                                                            "#e8c34a", "#e4694c", "#8a63b8", "#d7dde3"};

/// Index = PerturbationKind.
inline constexpr std::array<std::string_view, kPerturbationKinds> perturbation = {
    "#8a63b8", "#d1495b", "#2f7fb5", "#d99a1e", "#5c6670", "#a4161a", "#c3d4de"};

/// Index = MarketEvent.
inline constexpr std::array<std::string_view, kMarketEvents> event = {"#2a9d8f", "#e4694c", "#a4161a", "#9aa6b2",
                                                                      "#8a63b8", "#d99a1e", "#2f7fb5"};

}  // namespace marketmimic::colours
