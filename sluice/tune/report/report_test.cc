#include "sluice/tune/report/report.h"

#include <gmock/gmock.h>

namespace sluice {
namespace {

StudySummary study() {
  StudySummary study;
  study.objective = Objective::parse("max val_accuracy");
  study.identity = Json::parse(R"({"space": {"a": {"float": [0, 1]}, "kind": {"choice": ["</script>", "q"]}}})");
  study.asked_trials = 3;
  study.trials = {
      {.number = 0, .params = Json::parse(R"({"a": 0.5})"), .state = TrialState::completed, .value = 0.75},
      {.number = 1, .params = Json::parse(R"({"a": 1, "kind": "</script>"})"), .state = TrialState::paused}};
  study.trials[0].records = {{.epoch = 1, .objective = 0.5}, {.epoch = 2, .objective = 0.75}};
  study.result.trials = 2;
  return study;
}

TEST(Report, TrialsAreColumns) {
  const Json data = report_data(study(), "mine");
  EXPECT_EQ(data.at("name"), Json("mine"));
  EXPECT_EQ(data.at("standing"), Json("stopped"));
  EXPECT_EQ(data.at("counts").at("paused"), Json(1));
  EXPECT_EQ(data.at("trials").at("state").dump(), R"(["completed","paused"])");
  EXPECT_EQ(data.at("trials").at("value").dump(), "[0.75,null]");
  EXPECT_EQ(data.at("trials").at("curve").dump(), "[[0.5,0.75],[]]");
  EXPECT_EQ(data.at("trials").at("params").at("kind").dump(), R"([null,"</script>"])");
  EXPECT_TRUE(data.at("importance").is_null());
}

TEST(Report, IsOneFileInWhichTextsStayTexts) {
  const std::string html = report_html(report_data(study(), "a <b> & c"));
  EXPECT_THAT(html, ::testing::HasSubstr("<title>a &lt;b> &amp; c – Sluice</title>"));
  size_t ends = 0;
  for (size_t at = html.find("</script"); at != std::string::npos; at = html.find("</script", at + 1)) ++ends;
  EXPECT_EQ(ends, 3);  // Of the data, of ECharts, of the page.
  for (const char* source : {"src=", "<link", "@import"})
    EXPECT_EQ(html.find(source, html.rfind("<script>")), std::string::npos);
}

}  // namespace
}  // namespace sluice
