// Strategy files that are damaged or made to do harm: an error in bounded time, never a crash. The environment's
// MARKETMIMIC_FAULTS says how many mutations are tried (500).

#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>

#include "host/decomposition/strategy_file.hpp"
#include "host/hdf5/handle.hpp"
#include "strategies.hpp"
#include "tests/input/support.hpp"

namespace marketmimic {
namespace {

std::string small_file() {
  const TestFile file("-small.h5");
  write_strategy_file(small_strategy(), file.path());
  std::ifstream in(file.path(), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void overwrite(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST(HostileFile, MutationsNeitherCrashNorHang) {
  const char* const given = std::getenv("MARKETMIMIC_FAULTS");
  const unsigned long mutations = given == nullptr ? 500 : std::strtoul(given, nullptr, 10);
  const std::string original = small_file();
  const TestFile file(".h5");
  std::mt19937 draw(20250101);
  std::size_t refused = 0;
  std::chrono::duration<double> longest{};
  for (unsigned long i = 0; i < mutations; ++i) {
    std::string bytes = original;
    // A third each: the superblock and headers, the whole file, a cut.
    const std::size_t reach = i % 3 == 0 ? std::min<std::size_t>(bytes.size(), 4096) : bytes.size();
    for (std::uint32_t flips = 1 + draw() % 8; flips > 0; --flips)
      bytes[draw() % reach] = static_cast<char>(bytes[draw() % reach] ^ static_cast<char>(1u << (draw() % 8)));
    if (i % 3 == 2) bytes.resize(draw() % bytes.size());
    overwrite(file.path(), bytes);
    const auto begin = std::chrono::steady_clock::now();
    try {
      check_strategy(read_strategy_file(file.path()), "again");
    } catch (const Error& error) {
      ++refused;
      EXPECT_TRUE(error.code() == ExitCode::input_data) << error.what();
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
    }
    longest = std::max<std::chrono::duration<double>>(longest, std::chrono::steady_clock::now() - begin);
  }
  EXPECT_GT(refused, mutations / 2);
  EXPECT_LT(longest.count(), 8) << "the time-out is 5 s of the child's, and one more";
  RecordProperty("refused", static_cast<int>(refused));
}

/// A valid file with one dataset replaced.
void expect_dataset_refused(const char* path, const std::string& part, const std::function<void(hid_t)>& replace) {
  const TestFile file(".h5", small_file());
  {
    const Hdf5Handle open(H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "test");
    if (H5Lexists(open.get(), path, H5P_DEFAULT) > 0) check_hdf5(H5Ldelete(open.get(), path, H5P_DEFAULT), "test");
    replace(open.get());
  }
  expect_refused([&] { read_strategy_file(file.path()); }, ExitCode::input_data, {file.path().string(), part});
}

Hdf5Handle space_of(hsize_t rows) { return {H5Screate_simple(1, &rows, nullptr), H5Sclose, "test"}; }

void make(hid_t file, const char* path, hid_t type, hsize_t rows, hid_t properties = H5P_DEFAULT) {
  const Hdf5Handle space = space_of(rows);
  const Hdf5Handle set(H5Dcreate2(file, path, type, space.get(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                       "test");
}

Hdf5Handle dataset_properties() { return {H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "test"}; }

TEST(HostileFile, LinksOutOfTheFileAreRefused) {
  const TestFile other("-other.h5", small_file());
  expect_dataset_refused("exposure", "exposure is a link", [&](hid_t file) {
    H5Lcreate_external(other.path().c_str(), "/exposure", file, "exposure", H5P_DEFAULT, H5P_DEFAULT);
  });
  expect_dataset_refused("primitives", "primitives is a link", [&](hid_t file) {
    H5Lcreate_external(other.path().c_str(), "/primitives", file, "primitives", H5P_DEFAULT, H5P_DEFAULT);
  });
  expect_dataset_refused("exposure", "exposure is a link",
                         [](hid_t file) { H5Lcreate_soft("/forcing", file, "exposure", H5P_DEFAULT, H5P_DEFAULT); });
}

TEST(HostileFile, ExternalStorageIsRefused) {
  const TestFile secret("-secret", std::string(28, 'x'));
  expect_dataset_refused("exposure", "contiguously in this file", [&](hid_t file) {
    const Hdf5Handle list = dataset_properties();
    H5Pset_external(list.get(), secret.path().c_str(), 0, 28);
    make(file, "exposure", H5T_IEEE_F32LE, 7, list.get());
  });
}

TEST(HostileFile, VirtualDatasetsAreRefused) {
  const TestFile other("-other.h5", small_file());
  expect_dataset_refused("exposure", "contiguously in this file", [&](hid_t file) {
    const Hdf5Handle list = dataset_properties();
    const Hdf5Handle space = space_of(7);
    H5Pset_virtual(list.get(), space.get(), other.path().c_str(), "/exposure", space.get());
    make(file, "exposure", H5T_IEEE_F32LE, 7, list.get());
  });
}

TEST(HostileFile, FiltersAreRefused) {
  expect_dataset_refused("exposure", "contiguously in this file", [](hid_t file) {
    const Hdf5Handle list = dataset_properties();
    const hsize_t chunk = 1u << 20;
    H5Pset_chunk(list.get(), 1, &chunk);
    H5Pset_deflate(list.get(), 9);
    make(file, "exposure", H5T_IEEE_F32LE, chunk, list.get());
  });
}

TEST(HostileFile, AClaimOfEightTebibytesIsRefused) {
  expect_dataset_refused("exposure", "more rows than the file has bytes for",
                         [](hid_t file) { make(file, "exposure", H5T_IEEE_F32LE, hsize_t{1} << 41); });
}

TEST(HostileFile, WrongTypesAndShapesAreRefused) {
  expect_dataset_refused("exposure", "exposure has another type",
                         [](hid_t file) { make(file, "exposure", H5T_IEEE_F64LE, 7); });
  expect_dataset_refused("exposure", "exposure has another type", [](hid_t file) {
    const Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose, "test");
    H5Tset_size(text.get(), H5T_VARIABLE);
    make(file, "exposure", text.get(), 7);
  });
  expect_dataset_refused("exposure", "one dimension", [](hid_t file) {
    const hsize_t shape[2] = {7, 1};
    const Hdf5Handle space(H5Screate_simple(2, shape, nullptr), H5Sclose, "test");
    const Hdf5Handle set(
        H5Dcreate2(file, "exposure", H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
        "test");
  });
  expect_dataset_refused("primitives/goal", "another length",
                         [](hid_t file) { make(file, "primitives/goal", H5T_IEEE_F32LE, 3); });
  expect_dataset_refused("primitives/goal", "goal", [](hid_t) {});
  expect_dataset_refused("exposure", "exposure", [](hid_t file) {
    const Hdf5Handle group(H5Gcreate2(file, "exposure", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "test");
  });
}

void expect_attribute_refused(const char* name, const std::string& part, const std::function<void(hid_t)>& replace) {
  expect_dataset_refused("no such", part, [&](hid_t file) {
    check_hdf5(H5Adelete(file, name), "test");
    replace(file);
  });
}

void put_number(hid_t file, const char* name, hid_t type, std::uint32_t value) {
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, "test");
  const Hdf5Handle attribute(H5Acreate2(file, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "test");
  H5Awrite(attribute.get(), H5T_NATIVE_UINT32, &value);
}

TEST(HostileFile, AttributesAreChecked) {
  expect_attribute_refused("format", "format", [](hid_t) {});
  expect_attribute_refused("format", "fixed length", [](hid_t file) { put_number(file, "format", H5T_STD_U32LE, 1); });
  expect_attribute_refused("format_version", "format_version is 1",
                           [](hid_t file) { put_number(file, "format_version", H5T_STD_U32LE, 1); });
  expect_attribute_refused("step_seconds", "another type",
                           [](hid_t file) { put_number(file, "step_seconds", H5T_STD_U16LE, 60); });
  expect_attribute_refused("step_seconds", "single value", [](hid_t file) {
    const Hdf5Handle space = space_of(1000);
    const Hdf5Handle attribute(H5Acreate2(file, "step_seconds", H5T_STD_U32LE, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                               H5Aclose, "test");
  });
  expect_attribute_refused("symbol", "fixed length", [](hid_t file) {
    const Hdf5Handle text(H5Tcopy(H5T_C_S1), H5Tclose, "test");
    H5Tset_size(text.get(), H5T_VARIABLE);
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, "test");
    const Hdf5Handle attribute(H5Acreate2(file, "symbol", text.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                               "test");
    const char* const value = "X";
    H5Awrite(attribute.get(), text.get(), &value);
  });
}

}  // namespace
}  // namespace marketmimic
