#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "sluice/base/error.h"
#include "sluice/base/files.h"
#include "sluice/base/scratch_folder_testing.h"

/// Helpers of the tests of the rooms formats and data.
namespace sluice::testing {

/// The repository; tests run from its root.
inline Path repository() { return std::filesystem::current_path(); }

/// A file of tests/golden/formats.
inline Path golden(const std::string& name) { return repository() / "tests/golden/formats" / name; }

/// The folder of real data: $SLUICE_TEST_DATA or ../shared/data beside the repository.
inline Path test_data() {
  const char* folder = std::getenv("SLUICE_TEST_DATA");
  return folder != nullptr ? Path(folder) : repository().parent_path() / "shared/data";
}

/// Expects an Error of one line that contains `part`.
inline void expect_error(const std::function<void()>& action, const std::string& part,
                         ErrorCode code = ErrorCode::invalid_argument) {
  try {
    action();
    ADD_FAILURE() << "expected an error that says: " << part;
  } catch (const Error& error) {
    std::string message = error.what();
    EXPECT_NE(message.find(part), std::string::npos) << message << "\nshould say: " << part;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(to_string(error.code()), to_string(code)) << message;
  }
}

/// Expects Error(invalid_argument) that names "FILE" from every proper prefix of the bytes. `step` skips sizes.
inline void expect_no_prefix_reads(const std::string& bytes, const std::function<void(const std::string&)>& read,
                                   size_t step = 1) {
  for (size_t size = 0; size < bytes.size(); size += step) {
    SCOPED_TRACE("prefix of " + std::to_string(size) + " bytes");
    expect_error([&] { read(bytes.substr(0, size)); }, "FILE");
  }
}

/// Reads the bytes with each single byte changed in turn: a result or an Error, never a crash. `step` skips positions.
inline void expect_damage_is_survived(const std::string& bytes, const std::function<void(const std::string&)>& read,
                                      size_t step = 1) {
  for (size_t index = 0; index < bytes.size(); index += step) {
    for (unsigned char change : {0x01, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[index] = static_cast<char>(static_cast<unsigned char>(damaged[index]) ^ change);
      try {
        read(damaged);
      } catch (const Error&) {
      }
    }
  }
}

}  // namespace sluice::testing
