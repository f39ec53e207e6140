#pragma once

#include <string>

#include "sluice/base/files.h"
#include "sluice/base/json.h"
#include "sluice/tune/summary.h"

namespace sluice {

/// What the report of a study shows. Of trials each fact is a list with a place for each, so that 10,000 of them are
/// short.
Json report_data(const StudySummary& study, const std::string& name);

/// The report as one HTML file that needs nothing else: the data, the page's own code, and ECharts.
std::string report_html(const Json& data);

/// Writes the report of the study in a directory. Throws as `summarize_study`, and Error(io).
void write_report(const Path& directory, const Path& output);

/// Where the report of a study lies, if nobody says otherwise.
Path report_path(const Path& directory);

}  // namespace sluice
