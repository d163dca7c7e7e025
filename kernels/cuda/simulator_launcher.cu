#include "kernels/cuda/for_each.cuh"
#include "kernels/cuda/simulator_launcher.hpp"

namespace marketmimic {
namespace {

template <class Market>
struct Begin {
  SingleScenarios<Market> scenarios;
  MARKETMIMIC_HD void operator()(std::uint32_t i) const { scenarios.begin(i); }
};

template <class Market>
struct Proceed {
  SingleScenarios<Market> scenarios;
  std::uint32_t from, until;
  Record shown;
  MARKETMIMIC_HD void operator()(std::uint32_t i) const { scenarios.proceed(i, from, until, shown); }
};

}  // namespace

template <class Market>
void launch_begin(const SingleScenarios<Market>& scenarios, cudaStream_t stream) {
  for_each("starting markets", Begin<Market>{scenarios}, scenarios.stride, stream);
}
template <class Market>
void launch_proceed(const SingleScenarios<Market>& scenarios, std::uint32_t from, std::uint32_t until,
                    const Record& shown, cudaStream_t stream) {
  for_each("advancing markets", Proceed<Market>{scenarios, from, until, shown}, scenarios.stride, stream);
}

template void launch_begin(const SingleScenarios<Diffusion>&, cudaStream_t);
template void launch_begin(const SingleScenarios<OrderBook>&, cudaStream_t);
template void launch_proceed(const SingleScenarios<Diffusion>&, std::uint32_t, std::uint32_t, const Record&,
                             cudaStream_t);
template void launch_proceed(const SingleScenarios<OrderBook>&, std::uint32_t, std::uint32_t, const Record&,
                             cudaStream_t);

}  // namespace marketmimic
