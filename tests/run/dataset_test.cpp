#include "host/run/dataset.hpp"

#include <hdf5.h>

#include <numeric>

#include "host/run/generate.hpp"
#include "host/run/run_folder.hpp"
#include "tests/run/sample.hpp"
#include "tests/run/support.hpp"

namespace marketmimic {
namespace {

/// A whole 1-D dataset, read by libhdf5.
template <class T>
std::vector<T> read(const std::filesystem::path& file, const std::string& path, hid_t type) {
  const Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
  const Hdf5Handle dataset(H5Dopen2(opened.get(), path.c_str(), H5P_DEFAULT), H5Dclose, path);
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, path);
  std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  check_hdf5(H5Dread(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path);
  return values;
}

class Datasets : public testing::Test {
 protected:
  Datasets() : simulation_(sample_simulation()), run_(folder_.path() / "run") {
    GenerateOptions options;
    options.device = Device::cpu;
    generate(simulation_, run_, options);
    for (std::uint64_t i = 0; i < plan_of(simulation_).shards(); ++i)
      shards_.push_back(read_shard_info(shard_info_file(run_ / shard_name(simulation_.identity, i))));
  }

  Simulation simulation_;
  TestFolder folder_;
  std::filesystem::path run_;
  std::vector<ShardInfo> shards_;
};

TEST_F(Datasets, AreTheSameBytesWhenWrittenAgain) {
  const std::string before = read_text(run_ / "dataset.h5");
  write_dataset(simulation_, schema_of(simulation_), run_, plan_of(simulation_), 0, shards_);
  EXPECT_EQ(read_text(run_ / "dataset.h5"), before);
}

/// The shards of the sample stand for numbers 512 and on of a run too long for one dataset file.
TEST_F(Datasets, BeyondThe512thShardGoToAnotherFile) {
  ASSERT_EQ(shards_.size(), 2u);
  const std::uint64_t size = shards_[0].scenarios.count, before = kMostShardsADataset * size;
  const Plan plan{before + simulation_.job.scenarios, size};
  for (ShardInfo& shard : shards_) shard.scenarios.first += before;
  const std::filesystem::path file = write_dataset(simulation_, schema_of(simulation_), run_, plan, 1, shards_);
  EXPECT_EQ(file.filename(), "dataset-001.h5");
  std::vector<std::uint64_t> ids(simulation_.job.scenarios);
  std::iota(ids.begin(), ids.end(), 0u);
  EXPECT_EQ(read<std::uint64_t>(file, "/scenario/id", H5T_NATIVE_UINT64), ids);
  const auto offsets = read<std::int64_t>(file, "/orders/offsets", H5T_NATIVE_INT64);
  ASSERT_EQ(offsets.size(), ids.size() + 1);
  EXPECT_EQ(offsets.front(), 0);
  EXPECT_EQ(static_cast<std::uint64_t>(offsets.back()), shards_[0].order_rows + shards_[1].order_rows);
  EXPECT_EQ(offsets, read<std::int64_t>(run_ / "dataset.h5", "/orders/offsets", H5T_NATIVE_INT64));
}

TEST_F(Datasets, AreNotWrittenOverShardsThatAreGone) {
  std::filesystem::remove(run_ / shards_[1].file);
  const std::string before = read_text(run_ / "dataset.h5");
  expect_refused([&] { write_dataset(simulation_, schema_of(simulation_), run_, plan_of(simulation_), 0, shards_); },
                 ExitCode::io, "No such file");
  EXPECT_EQ(read_text(run_ / "dataset.h5"), before) << "the old one stays";
}

}  // namespace
}  // namespace marketmimic
