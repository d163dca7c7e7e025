#include "host/simulator/gpu_markets.hpp"

#include "host/error.hpp"
#ifdef MARKETMIMIC_HAVE_CUDA
#include "kernels/cuda/runtime.hpp"
#include "kernels/cuda/simulator_launcher.hpp"
#endif

namespace marketmimic {

#ifdef MARKETMIMIC_HAVE_CUDA
namespace {

template <class Market>
class GpuMarketsOf final : public Markets {
 public:
  GpuMarketsOf(const std::vector<ScenarioContext<Market>>& contexts, std::uint64_t scenarios, int device)
      : device_(choose_device(device)), scenarios_(static_cast<std::uint32_t>(scenarios)) {
    for (const auto& context : contexts) assets_.push_back(std::make_unique<Asset>(context, scenarios_));
    for (const auto& asset : assets_) {
      upload(*asset);
      launch_begin(asset->there(scenarios_), stream_.get());
    }
    run(0, 0);
  }

  void run(std::uint32_t from, std::uint32_t until) override {
    choose_device(device_);
    for (const auto& asset : assets_) {
      upload(*asset);
      launch_proceed(asset->there(scenarios_), from, until, asset->record, stream_.get());
      asset->seen = false;
      for (std::uint32_t k = 0; k < asset->context.injections; ++k)
        asset->stale[k] = asset->context.perturbations[k].trigger != 0u;
    }
    stream_.wait("advancing markets");
  }

  Injection shock(const ShockPlace& p) override {
    Asset& asset = *assets_[p.asset];
    refresh(asset, p.slot);
    return asset.schedule[index(p)];
  }
  void set(const ShockPlace& p, const Injection& injection) override {
    Asset& asset = *assets_[p.asset];
    refresh(asset, p.slot);
    asset.schedule[index(p)] = injection;
    asset.changed[p.slot] = true;
  }
  ScenarioSettings& settings(std::uint32_t asset) override { return assets_[asset]->context; }

  const Shown& shown(std::uint32_t number) override {
    Asset& asset = *assets_[number];
    if (!asset.seen) {
      choose_device(device_);
      asset.shown.pair_with(asset.record, [&](auto& column, auto* there) {
        copy(column.data(), there, column.size() * sizeof(column[0]), cudaMemcpyDeviceToHost);
      });
      stream_.wait("copying what markets show");
      asset.seen = true;
    }
    return asset.shown;
  }
  Record on_device(std::uint32_t asset) const override { return assets_[asset]->record; }

 private:
  using Single = SingleScenarios<Market>;

  struct Asset {
    Asset(const ScenarioContext<Market>& c, std::uint32_t scenarios)
        : context(c),
          shown(scenarios, c.levels),
          schedule(std::size_t{kMaxInjections} * scenarios, nothing()),
          changed(kMaxInjections, true),
          stale(kMaxInjections, false),
          context_there(device_memory(sizeof(c))),
          blocks_there(device_memory(sizeof(typename Single::Rules::Block) * scenarios)),
          schedule_there(device_memory(sizeof(Injection) * schedule.size())) {
      record.stride = scenarios;
      shown.pair_with(record, [&](auto& column, auto*& there) {
        columns_there.push_back(device_memory(column.size() * sizeof(column[0])));
        there = static_cast<std::remove_reference_t<decltype(there)>>(columns_there.back().data());
      });
    }
    Single there(std::uint32_t scenarios) const {
      return {static_cast<const ScenarioContext<Market>*>(context_there.data()),
              static_cast<typename Single::Rules::Block*>(blocks_there.data()),
              static_cast<Injection*>(schedule_there.data()), scenarios};
    }

    ScenarioContext<Market> context;
    Shown shown;                      ///< a copy, if `seen`
    std::vector<Injection> schedule;  ///< [kMaxInjections][scenarios], but for the slots that are `stale`
    std::vector<bool> changed;        ///< slots to be uploaded
    std::vector<bool> stale;          ///< slots whose shocks waited for something: it may have happened
    bool seen = false;
    DeviceMemory context_there, blocks_there, schedule_there;
    std::vector<DeviceMemory> columns_there;
    Record record;  ///< in the device's memory
  };

  std::size_t index(const ShockPlace& p) const { return std::size_t{p.slot} * scenarios_ + p.scenario; }
  void copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) const {
    check(cudaMemcpyAsync(to, from, bytes, kind, stream_.get()), "copying markets");
  }
  Injection* row_there(const Asset& asset, std::uint32_t slot) const {
    return static_cast<Injection*>(asset.schedule_there.data()) + std::size_t{slot} * scenarios_;
  }
  /// The context and the shocks that changed.
  void upload(Asset& asset) {
    copy(asset.context_there.data(), &asset.context, sizeof(asset.context), cudaMemcpyHostToDevice);
    for (std::uint32_t k = 0; k < asset.context.injections; ++k) {
      if (!asset.changed[k]) continue;
      copy(row_there(asset, k), &asset.schedule[std::size_t{k} * scenarios_], scenarios_ * sizeof(Injection),
           cudaMemcpyHostToDevice);
      asset.changed[k] = false;
    }
  }
  void refresh(Asset& asset, std::uint32_t slot) {
    if (!asset.stale[slot]) return;
    choose_device(device_);
    copy(&asset.schedule[std::size_t{slot} * scenarios_], row_there(asset, slot), scenarios_ * sizeof(Injection),
         cudaMemcpyDeviceToHost);
    stream_.wait("copying shocks");
    asset.stale[slot] = false;
  }

  int device_;
  std::uint32_t scenarios_;
  CudaStream stream_;
  std::vector<std::unique_ptr<Asset>> assets_;
};

}  // namespace
#endif

template <class Market>
std::unique_ptr<Markets> gpu_markets([[maybe_unused]] std::vector<ScenarioContext<Market>> contexts,
                                     [[maybe_unused]] std::uint64_t scenarios, [[maybe_unused]] int device) {
#ifdef MARKETMIMIC_HAVE_CUDA
  return std::make_unique<GpuMarketsOf<Market>>(contexts, scenarios, device);
#else
  throw Error(ExitCode::gpu, "this build has no CUDA: leave `device` out, the CPU gives the same results");
#endif
}

template std::unique_ptr<Markets> gpu_markets(std::vector<ScenarioContext<Diffusion>>, std::uint64_t, int);
template std::unique_ptr<Markets> gpu_markets(std::vector<ScenarioContext<OrderBook>>, std::uint64_t, int);

}  // namespace marketmimic
