#pragma once

#include "sluice/experiment/callback.h"

namespace sluice {

/// Writes a line of scores after each epoch.
struct CSVLogger {
  std::string filename;
  std::string separator = ",";
  bool append = false;

  static constexpr std::string_view class_name = "CSVLogger";
  static constexpr std::string_view doc =
      "Writes a line of scores after each epoch; epochs are counted from 0, as Keras does.";
  static constexpr auto fields() {
    return std::tuple{required("filename", &CSVLogger::filename, "the file; relative to the current folder"),
                      field("separator", &CSVLogger::separator, "one character between the values"),
                      field("append", &CSVLogger::append, "whether lines are added to a file that is there")};
  }
};

NamedType<Callback> csv_logger_type();

}  // namespace sluice
