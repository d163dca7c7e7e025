#include "host/run/assets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "host/config/names.hpp"
#include "host/error.hpp"
#include "host/simulator/coupled_assets.hpp"
#include "host/simulator/factor_model.hpp"

namespace marketmimic {

void couple(AnyContext& context, const AssetSet& assets, std::span<const MarketFile> files,
            const std::optional<Tide>& tide, const TideSearch& search) {
  const Eigen::MatrixXd correlation = asset_correlation(assets.correlation, files.size(), assets.contagion.has_value());
  const ScenarioSettings& settings = settings_of(context);
  if (auto* const diffusion = std::get_if<ScenarioContext<Diffusion>>(&context)) {
    diffusion->market = coupled_diffusions(files, settings, correlation)[assets.number].market;
  } else {
    auto books = coupled_order_books(files, settings, correlation);
    OrderBookStep& book = books[assets.number].market;
    if (tide) {
      book.tide_decay = tide->decay;
      book.tide_noise = tide->noise;
    } else {
      set_tide(books, assets.number, search);
    }
    std::get<ScenarioContext<OrderBook>>(context).market = book;
  }
}

void set_shocks(AnyContext& context, const Job& job, std::span<const MarketFile> files) {
  ScenarioSettings& c = settings_of(context);
  const bool books = std::holds_alternative<ScenarioContext<OrderBook>>(context);
  const AssetSet& assets = job.assets;
  const Eigen::MatrixXd correlation = correlation_matrix(assets.correlation, files.size());
  const auto tie = [&](std::size_t a, std::size_t b) {
    return static_cast<float>(correlation(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)));
  };
  if (assets.contagion) c.contagion = *assets.contagion;

  std::array<std::uint8_t, kMaxAssets> used{};  // slots of each asset; check_job() saw to it that all shocks fit
  for (std::size_t table = 0; table < job.perturbations.size(); ++table) {
    const PerturbationEntry& entry = job.perturbations[table];
    const MarketFile& hit = files[entry.asset];
    const float horizon = c.dt * static_cast<float>(c.steps);
    const float volatility = books ? hit.order_book->volatility : hit.diffusion.volatility;
    const PerturbationRule rule = at_severity(resolved_rule(entry, horizon, volatility), job.severity);
    for (std::uint32_t i = 0; i < entry.count; ++i) {
      const std::uint8_t slot = used[entry.asset];
      for (std::uint32_t asset = 0; asset < files.size(); ++asset) {
        const bool own = asset == entry.asset;
        if (!own && (!assets.contagion || !spreads(rule) || tie(entry.asset, asset) == 0.0f)) continue;
        const std::uint8_t there = used[asset]++;
        if (asset != assets.number) continue;
        if (!own && rule.trigger != 0) {
          throw Error(
              ExitCode::usage,
              fmt::format("perturbation[{}].trigger must be \"time\" where it spreads to the asset of this run: "
                          "when a {} of asset {} begins can't be known without it; set assets.number = {}, or "
                          "leave out assets.contagion",
                          table, kPerturbationNames[rule.kind], entry.asset, entry.asset));
        }
        c.perturbations[there] = rule;
        c.injections = there + 1u;
        if (own) continue;
        c.sources.correlation[there] = tie(entry.asset, asset);
        c.sources.asset[there] = static_cast<std::uint8_t>(entry.asset);
        c.sources.slot[there] = slot;
      }
    }
  }
}

}  // namespace marketmimic
