#include "sluice/cli/command_line.h"

#include <gmock/gmock.h>

#include "sluice/base/error.h"

namespace sluice::cli {
namespace {

std::string error_of(const std::vector<std::string>& arguments) {
  try {
    parse_command_line(arguments);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return error.what();
  }
  return "";
}

TEST(CommandLine, FlagsWithoutValues) {
  for (const char* flag : {"--json=true", "--json=false", "--quiet=1", "--help=", "-q=0"}) {
    EXPECT_THAT(error_of({"check", "a.yaml", flag}), ::testing::HasSubstr("takes no value")) << flag;
  }
}

TEST(CommandLine, Tune) {
  CommandLine line = parse_command_line({"--json", "tune", "a.yaml", "--trials=6", "--set", "fit.epochs=2", "--seed",
                                         "3", "--set", "x=[1, 2]", "--timeout", "10m", "-q"});
  EXPECT_TRUE(line.common.json);
  EXPECT_TRUE(line.common.quiet);
  EXPECT_EQ(line.common.seed, 3u);
  const auto& request = std::get<TuneRequest>(line.request);
  EXPECT_EQ(request.experiment, "a.yaml");
  EXPECT_EQ(request.trials, 6);
  EXPECT_EQ(request.workers, std::nullopt);
  EXPECT_EQ(request.timeout, 600);
  EXPECT_THAT(request.set, testing::ElementsAre("fit.epochs=2", "x=[1, 2]"));
}

TEST(CommandLine, FlagsBeforeArguments) {
  CommandLine line =
      parse_command_line({"predict", "--output", "p.npy", "--scale", "-1", "m.keras", "--data", "mnist/test"});
  const auto& request = std::get<PredictRequest>(line.request);
  EXPECT_EQ(request.model, "m.keras");
  EXPECT_EQ(request.source.scale, -1);
  EXPECT_THAT(request.source.data, testing::ElementsAre("mnist/test"));
}

TEST(CommandLine, Metrics) {
  CommandLine line = parse_command_line({"evaluate", "m.keras", "--data", "d.npy", "--metrics", "accuracy,mae"});
  EXPECT_THAT(std::get<EvaluateRequest>(line.request).metrics, testing::ElementsAre("accuracy", "mae"));
}

TEST(CommandLine, Help) {
  EXPECT_EQ(std::get<HelpRequest>(parse_command_line({}).request).topic, "");
  EXPECT_EQ(std::get<HelpRequest>(parse_command_line({"help", "Adam"}).request).topic, "Adam");
  EXPECT_EQ(std::get<HelpRequest>(parse_command_line({"tune", "-h"}).request).topic, "tune");
  EXPECT_TRUE(std::holds_alternative<VersionRequest>(parse_command_line({"tune", "--version"}).request));
}

TEST(CommandLine, Errors) {
  EXPECT_EQ(error_of({"tun"}), "unknown command \"tun\". Did you mean \"tune\"?");
  EXPECT_EQ(error_of({"tune", "--trails", "3", "a.yaml"}),
            "unknown flag of tune \"--trails\". Did you mean \"--trials\"?");
  EXPECT_EQ(error_of({"tune", "a.yaml", "--study", "--json"}), "--study expects a value: --study DIR");
  EXPECT_EQ(error_of({"tune"}), "tune: expected EXPERIMENT; usage: sluice tune EXPERIMENT [flags]");
  EXPECT_THAT(error_of({"predict", "m.keras", "--data", "d.npy", "--labels", "l.npy", "--output", "p.npy"}),
              testing::StartsWith("unknown flag of predict \"--labels\""));
  EXPECT_EQ(error_of({"inspect", "a", "b"}), "inspect: unexpected argument: b");
  EXPECT_EQ(error_of({"inspect", "a", "b", "c"}), "inspect: unexpected arguments: b c");
}

}  // namespace
}  // namespace sluice::cli
