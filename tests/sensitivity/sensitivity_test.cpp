#include "host/sensitivity/sensitivity.hpp"

#include <atomic>
#include <nlohmann/json.hpp>

#include "host/run/generate.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

Job many() {
  Job job = sample_job();
  job.scenarios = 200;
  return job;
}

SensitivityOptions of(SensitivityAxis axis, std::vector<double> levels) {
  SensitivityOptions options;
  options.axis = axis;
  options.levels = std::move(levels);
  options.run.device = Device::cpu;
  return options;
}

Sensitivity measured(const Job& job, const SensitivityOptions& options) {
  return measure_sensitivity(job, {MarketFile{}}, sample_strategy(), "market", options);
}

/// A run of the same job counts the same.
TEST(Sensitivity, OfEachLevelIsThatOfARun) {
  const Sensitivity found = measured(many(), of(SensitivityAxis::severity, {0, 1, 2}));
  ASSERT_FALSE(found.kinds.empty());
  for (std::size_t level = 0; level < found.levels.size(); ++level) {
    Job job = many();
    job.severity = static_cast<float>(found.levels[level]);
    const TestFolder folder;
    GenerateOptions options;
    options.device = Device::cpu;
    const RunSummary run = generate(sample_simulation(job), folder.path() / "run", options).summary;
    EXPECT_EQ(found.plan.at[level], run.all);
    for (const KindSensitivity& kind : found.kinds) {
      EXPECT_EQ(kind.at[level].scenarios, run.primitive[*kind.kind].scenarios);
      EXPECT_EQ(kind.at[level].scenarios - kind.at[level].successes, run.failed_in[*kind.kind]);
    }
  }
  EXPECT_NE(found.plan.at[0], found.plan.at[2]) << "or there is nothing to compare";
}

TEST(Sensitivity, DoesNotDependOnThreads) {
  SensitivityOptions options = of(SensitivityAxis::severity, {0, 2});
  options.run.threads = 1;
  const Sensitivity one = measured(many(), options);
  options.run.threads = 3;
  std::atomic<int> calls{0};
  std::atomic<bool> within{true};
  options.progress = [&](double done) {
    ++calls;
    if (!(done > 0 && done <= 1)) within = false;
  };
  const Sensitivity three = measured(many(), options);
  const auto names = sample_strategy().kind_names;
  EXPECT_EQ(sensitivity_json(one, names), sensitivity_json(three, names));
  EXPECT_GT(calls, 2);
  EXPECT_TRUE(within);
}

TEST(Sensitivity, IntervalsHoldWhatTheyAreAbout) {
  SensitivityOptions options = of(SensitivityAxis::severity, {0, 1, 2, 4});
  options.margin = 0.02;
  const Sensitivity found = measured(many(), options);
  EXPECT_LE(found.plan.tolerated.interval.lower, found.plan.tolerated.level);
  EXPECT_GE(found.plan.tolerated.interval.upper, found.plan.tolerated.level);
  const std::string text = sensitivity_text(found, sample_strategy().kind_names);
  EXPECT_NE(text.find("whole plan"), std::string::npos);
  const auto json = sensitivity_json(found, sample_strategy().kind_names);
  EXPECT_EQ(json["kinds"].size(), found.kinds.size());
  EXPECT_EQ(json["plan"]["levels"].size(), 4u);
}

TEST(Sensitivity, LeadsToAJobAtWhatIsTolerated) {
  const std::vector<std::string> names = sample_strategy().kind_names;
  Sensitivity found;
  found.plan.tolerated.level = 1.5;
  EXPECT_EQ(tolerated_job(many(), found, names).severity, 1.5f);
  found.axis = SensitivityAxis::variation;
  found.kinds.resize(2);
  found.kinds[0].kind = 4;
  found.kinds[0].tolerated.level = 2;
  found.kinds[1].kind = 8;
  found.kinds[1].tolerated.level = 0.5;
  const Job job = tolerated_job(many(), found, names);
  EXPECT_EQ(job.adaptation.variation, 2.0f);
  ASSERT_EQ(job.variation_shares.size(), names.size());
  for (std::size_t kind = 0; kind < names.size(); ++kind) {
    EXPECT_EQ(job.variation_shares[kind].kind, names[kind]);
    EXPECT_EQ(job.variation_shares[kind].share, kind == 4 ? 1.0f : kind == 8 ? 0.25f : 0.0f);
  }
  check_job(job);
  EXPECT_NO_THROW(sample_simulation(job));
}

TEST(Sensitivity, RefusesWhatItCannotMeasure) {
  const auto refused = [](const Job& job, const SensitivityOptions& options, const char* why) {
    expect_refused([&] { measured(job, options); }, ExitCode::usage, why);
  };
  refused(many(), of(SensitivityAxis::severity, {1}), "two or more");
  refused(many(), of(SensitivityAxis::severity, {0, 0}), "above the one before");
  refused(many(), of(SensitivityAxis::severity, {0, 9}), "severity must be 0 to 4 (got 9)");
  refused(many(), of(SensitivityAxis::variation, {0, 11}), "strategy.variation must be 0 to 10 (got 11)");
  Job calm = many();
  calm.perturbations.clear();
  refused(calm, of(SensitivityAxis::severity, {0, 1}), "nothing perturbs");
  SensitivityOptions wide = of(SensitivityAxis::severity, {0, 1});
  wide.margin = 1;
  refused(many(), wide, "margin");
  SensitivityOptions stopped = of(SensitivityAxis::severity, {0, 1});
  const std::atomic<bool> stop{true};
  stopped.run.stop = &stop;
  expect_refused([&] { measured(many(), stopped); }, ExitCode::interrupted, "interrupted");
}

}  // namespace
}  // namespace marketmimic
