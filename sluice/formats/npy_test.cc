#include "sluice/formats/npy.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sluice/formats/format_testing.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::ElementsAre;

constexpr const char* types[] = {"float32", "float64", "uint8",  "int8",  "uint16", "int16",
                                 "uint32",  "int32",   "uint64", "int64", "bool"};

std::string with_header(const std::string& text) {
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text;
}

TEST(Npy, ReadsWhatNumpyWrites) {
  for (const char* type : types) {
    SCOPED_TRACE(type);
    Tensor tensor = read_npy(golden(std::string(type) + ".npy"));
    EXPECT_EQ(to_string(tensor.dtype()), type);
    EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
    Tensor expected = Tensor::of<double>({2, 3}, std::vector<double>{0, 1, 2, 3, 4, 5}).cast(tensor.dtype());
    EXPECT_TRUE(std::ranges::equal(tensor.bytes(), expected.bytes()));
  }
}

TEST(Npy, ReadsLongDoubles) {
  const Tensor tensor = read_npy(golden("long_double.npy"));
  EXPECT_EQ(tensor.dtype(), DType::float64);
  EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
  EXPECT_THAT(tensor.values<double>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Npy, WritesWhatNumpyWrites) {
  for (std::string name : {"scalar", "vector", "no_rows"}) {
    EXPECT_EQ(write_npy(read_npy(golden(name + ".npy"))), read_file(golden(name + ".npy"))) << name;
  }
  for (std::string type : types) {
    EXPECT_EQ(write_npy(read_npy(golden(type + ".npy"))), read_file(golden(type + ".npy"))) << type;
  }
}

TEST(Npy, ReadsOtherByteOrdersOrdersAndVersions) {
  Tensor fortran = read_npy(golden("fortran.npy"));
  EXPECT_EQ(fortran.shape(), (Shape{2, 3, 4}));
  auto values = fortran.values<int32_t>();
  for (int i = 0; i < 24; ++i) EXPECT_EQ(values[static_cast<size_t>(i)], i);
  EXPECT_THAT(read_npy(golden("big_endian.npy")).values<double>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(read_npy(golden("big_endian_half.npy")).values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(read_npy(golden("version_2.npy")).values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(read_npy(golden("version_3.npy")).values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Npy, WidensHalvesExactly) {
  Tensor tensor = read_npy(golden("half_limits.npy"));
  auto values = tensor.values<float>();
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(values.first(7),
              ElementsAre(0.0F, -0.0F, std::ldexp(1.0F, -24), 65504.0F, infinity, -infinity, 0.0999755859375F));
  EXPECT_TRUE(std::signbit(values[1]));
  EXPECT_TRUE(std::isnan(values[7]));
}

TEST(Npy, RefusesEveryTruncation) {
  auto read = [](const std::string& bytes) { read_npy(bytes, "FILE"); };
  for (const char* name : {"float32.npy", "version_2.npy", "fortran.npy"}) {
    expect_no_prefix_reads(read_file(golden(name)), read);
    expect_damage_is_survived(read_file(golden(name)), read);
  }
}

TEST(Npy, RefusesWhatIsNoNumber) {
  auto refuse = [](const char* name, const std::string& message) {
    expect_error([&] { read_npy(golden(name)); }, message);
  };
  refuse("objects.npy", "holds Python objects (|O); integers, reals or booleans are expected");
  refuse("texts.npy", "holds texts (<U2)");
  refuse("complex.npy", "holds complex numbers (<c16)");
  refuse("records.npy", "holds records");
}

TEST(Npy, SaysWhatWasExpectedAndWhatCame) {
  auto refuse = [](const std::string& bytes, const std::string& message) {
    expect_error([&] { read_npy(bytes, "a.npy"); }, message);
  };
  std::string good = read_file(golden("float32.npy"));
  refuse("", "a.npy: empty file, expected a .npy file");
  refuse("hello, world", "a.npy: not a .npy file");
  refuse(good.substr(0, good.size() - 1), "a.npy: truncated .npy file: header says 2 x 3 x 4 = 24 bytes, found 23");
  refuse(good + "x", "a.npy: .npy file is too long: header says 2 x 3 x 4 = 24 bytes, found 25");
  refuse(std::string("\x93NUMPY\x09\x00zz", 10), "a.npy: .npy version 9.0, expected 1.0, 2.0 or 3.0");
  refuse(with_header("{'descr': '<f4', 'fortran_order': False}"), "a.npy: corrupt .npy header");
  refuse(with_header("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}"), "corrupt .npy header");
  refuse(with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"), "corrupt .npy header");
  refuse(with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}"),
         "truncated .npy file");
  refuse(with_header("{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}") + "\x02",
         "a boolean is 2, expected 0 or 1");
}

}  // namespace
}  // namespace sluice
