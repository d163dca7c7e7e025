#include "host/export/robomimic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/config/names.hpp"
#include "host/error.hpp"
#include "host/export/export_file.hpp"
#include "marketmimic/record.hpp"

namespace marketmimic {
namespace {

constexpr std::uint64_t kValidEvery = 10;
constexpr int kGymEnvironment = 2;  // robomimic's number for environments of that kind

/// Steps [begin, end) in which one primitive runs.
struct Stretch {
  std::uint8_t kind;
  std::size_t begin, end;
};

/// The primitives that ran, in their order. One of the same kind begins where the phase goes back.
std::vector<Stretch> stretches_of(std::span<const std::uint8_t> primitive, std::span<const float> phase) {
  std::vector<Stretch> stretches;
  for (std::size_t t = 0; t < primitive.size(); ++t) {
    if (primitive[t] == kNoPrimitive) continue;
    const bool goes_on = !stretches.empty() && stretches.back().end == t && stretches.back().kind == primitive[t] &&
                         phase[t] >= phase[t - 1];
    if (!goes_on) stretches.push_back({primitive[t], t, t});
    stretches.back().end = t + 1;
  }
  return stretches;
}

bool is_valid(std::uint64_t number, std::uint64_t episodes) {
  return number % kValidEvery == kValidEvery - 1 || (episodes > 1 && episodes < kValidEvery && number == episodes - 1);
}

std::string environment(const Simulation& simulation) {
  const nlohmann::ordered_json json = {{"env_name", "marketmimic"},
                                       {"type", kGymEnvironment},
                                       {"env_kwargs",
                                        {{"identity", simulation.identity},
                                         {"seed", simulation.job.seed},
                                         {"asset", simulation.market.asset},
                                         {"currency", simulation.market.currency},
                                         {"tick", simulation.market.tick},
                                         {"lot", simulation.market.lot},
                                         {"steps", simulation.job.steps},
                                         {"step_seconds", simulation.job.step_seconds},
                                         {"stride", simulation.job.stride}}}};
  return json.dump();
}

class RobomimicWriter {
 public:
  RobomimicWriter(const EpisodeSource& source, const std::filesystem::path& file)
      : kinds_(kind_names(source.simulation())),
        steps_(source.simulation().job.rows()),
        stride_(source.simulation().job.stride),
        episodes_(source.episodes()),
        out_(file, expected_bytes(source)) {
    out_.group("/data");
    out_.attribute("/data", "total", static_cast<std::int64_t>(episodes_ * steps_));
    out_.attribute("/data", "env_args", environment(source.simulation()));
  }

  void add(const Episode& episode) {
    const std::string demo = fmt::format("/data/demo_{}", episode.number);
    out_.group(demo);
    out_.attribute(demo, "num_samples", static_cast<std::int64_t>(steps_));
    out_.attribute(demo, "success", std::int64_t{episode.outcome.success});
    out_.attribute(demo, "failure", std::string(kFailureNames[static_cast<std::size_t>(episode.outcome.failure)]));
    out_.dataset(demo + "/actions", H5T_IEEE_F32LE, {steps_, kActions}, episode.values<float>("/actions"));
    out_.dataset(demo + "/rewards", H5T_IEEE_F32LE, {steps_}, episode.values<float>("/rewards"));
    out_.dataset(demo + "/dones", H5T_STD_U8LE, {steps_}, episode.values<std::uint8_t>("/timeouts"));
    add_states(demo, episode.outcome.id);
    const auto observations = episode.values<float>("/observations");
    add_observations(demo + "/obs", observations.first(observations.size() - kObservations));
    add_observations(demo + "/next_obs", observations.subspan(kObservations));
    add_signals(demo + "/datagen_info", episode);
    const std::int64_t source = episode.outcome.cycle;
    out_.dataset(demo + "/src_demo_inds", H5T_STD_I64LE, {1}, std::span(&source, 1));
  }

  std::uint64_t publish() {
    out_.group("/mask");
    add_mask("/mask/train", false);
    add_mask("/mask/valid", true);
    return out_.publish();
  }

 private:
  static std::uint64_t expected_bytes(const EpisodeSource& source) {
    constexpr std::uint64_t primitives = 16;  // a guess: they are known when they are written
    constexpr std::uint64_t datasets = 2 * kObservations + 5 + primitives, groups = 5, row = 2 * kObservations + 5;
    const std::uint64_t payload = source.simulation().job.rows() * (row * sizeof(double) + primitives);
    return source.episodes() * (payload + datasets * kHeaderBytes + groups * kGroupBytes);
  }

  void add_states(const std::string& demo, std::uint64_t scenario) {
    std::vector<double> states;
    for (std::uint64_t t = 0; t < steps_; ++t) {
      states.push_back(static_cast<double>(scenario));  // exact: there are fewer than 2^53
      states.push_back(static_cast<double>(t * stride_));
    }
    out_.dataset(demo + "/states", H5T_IEEE_F64LE, {steps_, 2}, std::span<const double>(states));
  }

  /// [T, kObservations], each a dataset of its own, as learners choose among them.
  void add_observations(const std::string& group, std::span<const float> all) {
    out_.group(group);
    std::vector<float> one(steps_);
    for (std::size_t k = 0; k < kObservations; ++k) {
      for (std::size_t t = 0; t < steps_; ++t) one[t] = all[t * kObservations + k];
      out_.dataset(fmt::format("{}/{}", group, kObservationNames[k]), H5T_IEEE_F32LE, {steps_, 1},
                   std::span<const float>(one));
    }
  }

  void add_signals(const std::string& group, const Episode& episode) {
    const auto stretches =
        stretches_of(episode.values<std::uint8_t>("/strategy/primitive"), episode.values<float>("/strategy/phase"));
    out_.group(group);
    out_.group(group + "/subtask_term_signals");
    std::vector<std::uint8_t> ended(steps_);
    for (std::size_t k = 0; k < stretches.size(); ++k) {
      const std::size_t first_after = (stretches[k].end + stride_ - 1) / stride_;  // row that begins with it ended
      if (first_after >= steps_) break;
      if (stretches[k].kind >= kinds_.size())
        throw Error(ExitCode::io, fmt::format("scenario {} holds a primitive that no run writes; marketmimic verify "
                                              "--repair makes its shard again",
                                              episode.outcome.id));
      std::fill(ended.begin(), ended.end(), std::uint8_t{0});
      std::fill(ended.begin() + static_cast<std::ptrdiff_t>(first_after), ended.end(), std::uint8_t{1});
      out_.dataset(fmt::format("{}/subtask_term_signals/{:03}_{}", group, k, kinds_[stretches[k].kind]), H5T_STD_U8LE,
                   {steps_}, std::span<const std::uint8_t>(ended));
    }
  }

  void add_mask(const std::string& path, bool valid) {
    const std::size_t length = fmt::format("demo_{}", episodes_ - 1).size();
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < episodes_; ++i) count += is_valid(i, episodes_) == valid ? 1 : 0;
    const std::uint64_t place = out_.dataset(path, ExportFile::bytes_type(length).get(), {count});
    std::string names;  // written some at a time
    std::uint64_t written = 0;
    for (std::uint64_t i = 0; i < episodes_; ++i) {
      if (is_valid(i, episodes_) != valid) continue;
      std::string name = fmt::format("demo_{}", i);
      name.resize(length, '\0');
      names += name;
      if (names.size() < 1 << 20) continue;
      out_.write(place + written, std::as_bytes(std::span(names)));
      written += names.size();
      names.clear();
    }
    if (!names.empty()) out_.write(place + written, std::as_bytes(std::span(names)));
  }

  std::vector<std::string> kinds_;
  std::uint64_t steps_, stride_, episodes_;  ///< steps_: of a demonstration, each of `stride_` of the simulation
  ExportFile out_;
};

}  // namespace

std::vector<Column> robomimic_columns(const Simulation& simulation) {
  std::vector<Column> columns = learning_columns(simulation);
  std::erase_if(columns, is_info);
  for (const Column& column : full_schema(simulation, 1).columns) {  // a row may span several primitives
    if (column.quantity.path == "/strategy/primitive" || column.quantity.path == "/strategy/phase")
      columns.push_back(column);
  }
  return columns;
}

std::uint64_t export_robomimic(const EpisodeSource& source, const std::filesystem::path& file,
                               const ExportOptions& options) {
  RobomimicWriter writer(source, file);
  source.visit(options, [&](const Episode& episode) { writer.add(episode); });
  return writer.publish();
}

}  // namespace marketmimic
