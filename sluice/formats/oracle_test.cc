#include <cstdlib>

#include "sluice/formats/format_testing.h"
#include "sluice/formats/hdf5.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/npz.h"
#include "sluice/formats/zip.h"

namespace sluice {
namespace {

using namespace testing;

Tensor values() { return Tensor::of<float>({2, 3}, std::vector<float>{0, 1, 2, 3, 4, 5}); }
Tensor labels() { return Tensor::of<int64_t>({2}, std::vector<int64_t>{1, 0}); }

std::string zip_file() {
  ZipWriter zip;
  zip.add("a.txt", "one");
  zip.add("folder/b.txt", "two");
  return zip.finish();
}

std::string hdf5_file() {
  Hdf5Writer file;
  file.write("/layers/dense/vars/0", values());
  file.write("/flags", labels().cast(DType::boolean));
  file.write("/scalar", Tensor::of<int64_t>({}, std::vector<int64_t>{7}));
  file.write("/no_rows", Tensor(DType::float32, {0, 3}));
  file.group("/empty");
  file.attribute("/", "text", "variable \u00e4");
  file.attribute("/", "long", std::string(200'000, 'x'));
  file.attribute("/", "names", std::vector<std::string>{"conv2d", "dense"});
  file.attribute("/layers/dense", "none", std::vector<std::string>{});
  return file.finish();
}

TEST(Oracle, NumpyAndH5pyReadWhatWeWrite) {
  Path python = repository() / ".cache/test-env/bin/python";
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "no " << python;
  ScratchFolder folder;
  write_file(folder / "values.npy", write_npy(values()));
  write_file(folder / "arrays.npz", write_npz({{"x", values()}, {"y", labels()}}));
  write_file(folder / "members.zip", zip_file());
  write_file(folder / "groups.h5", hdf5_file());
  std::string command = python.string() + " " + golden("check_written.py").string() + " " + folder.path().string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace sluice
