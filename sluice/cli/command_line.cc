#include "sluice/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <set>

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/cli/argument_value.h"

namespace sluice::cli {
namespace {

using Texts = std::vector<std::string>;
using Apps = std::vector<const CLI::App*>;

/// The declaration of all commands, and what was parsed.
class Parser {
 public:
  Parser();
  CommandLine parse(const Texts& arguments);
  CommandHelp help(const CLI::App& command) const;
  std::vector<CommandHelp> help() const;
  std::vector<ArgumentHelp> common_flags() const;

 private:
  CLI::App app_{"", "sluice"};
  CommonOptions common_;
  bool help_ = false;
  bool version_ = false;
  TrainRequest train_;
  TuneRequest tune_;
  CheckRequest check_;
  InitRequest init_;
  EvaluateRequest evaluate_;
  PredictRequest predict_;
  InspectRequest inspect_;
  HelpRequest help_topic_;
  ExportRequest export_;
  ReportRequest report_;
  WatchRequest watch_;
  Texts runs_words_;
  Texts datasets_words_;
  std::vector<std::pair<CLI::App*, std::function<Request()>>> commands_;

  void add_common();
  void add_train();
  void add_tune();
  void add_check();
  void add_init();
  void add_evaluate();
  void add_predict();
  void add_inspect();
  void add_export();
  void add_report();
  void add_watch();
  void add_runs();
  void add_datasets();
  void add_schema();
  void add_help();
  CLI::App* add_command(const std::string& name, const std::string& doc, std::function<Request()> request);
  RunsRequest read_runs() const;
  DatasetsRequest read_datasets() const;
  CLI::App* find_command(const Texts& arguments);
  [[noreturn]] void refuse_flag(const CLI::App& command, const std::string& name) const;
  void check_flags(const CLI::App& command, const Texts& arguments) const;
  const CLI::Option* find_flag(const CLI::App& command, const std::string& name) const;
  Texts flag_names(const CLI::App& command) const;
};

void add_path(CLI::App* command, const std::string& name, Path& target, const std::string& doc) {
  command->add_option_function<std::string>(name, [&target](const std::string& text) { target = text; }, doc);
}

/// A flag whose text goes through `read`, which throws our own errors.
template <class Target, class Read>
void add_value(CLI::App* command, const std::string& name, const std::string& type, Target& target, Read read,
               const std::string& doc) {
  auto use = [&target, read, name](const std::string& text) { target = read(name, text); };
  command->add_option_function<std::string>(name, use, doc)->type_name(type);
}

void add_path_flag(CLI::App* command, const std::string& name, const std::string& type, Path& target,
                   const std::string& doc) {
  add_value(command, name, type, target, [](const std::string&, const std::string& text) { return Path(text); }, doc);
}

void add_count(CLI::App* command, const std::string& name, std::optional<int64_t>& target, const std::string& doc) {
  auto read = [](const std::string& flag, const std::string& text) { return read_integer_value(flag, text, 1); };
  add_value(command, name, "N", target, read, doc);
}

void add_set(CLI::App* command, Texts& target) {
  command->add_option("--set", target, "replaces a value of the file, such as fit.epochs=3; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void add_source(CLI::App* command, DataOptions& source) {
  command
      ->add_option("--data", source.data, "rows: a known set and split such as mnist/test, an IDX, .npy or .npz file")
      ->type_name("SOURCE");
  add_value(command, "--scale", "X", source.scale, read_real_value, "multiplies the inputs");
}

/// The word a missing argument is called by, or "" when nothing is missing.
std::string missing_argument(const Request& request) {
  struct {
    std::string operator()(const TrainRequest& o) { return o.experiment.empty() ? "EXPERIMENT" : ""; }
    std::string operator()(const TuneRequest& o) { return o.experiment.empty() ? "EXPERIMENT" : ""; }
    std::string operator()(const CheckRequest& o) { return o.experiment.empty() ? "EXPERIMENT" : ""; }
    std::string operator()(const InitRequest& o) { return o.data.empty() ? "DATA" : ""; }
    std::string operator()(const EvaluateRequest& o) {
      return o.model.empty() ? "MODEL" : o.source.data.empty() ? "--data" : "";
    }
    std::string operator()(const PredictRequest& o) {
      if (o.model.empty()) return "MODEL";
      return o.source.data.empty() ? "--data" : o.output.empty() ? "--output" : "";
    }
    std::string operator()(const InspectRequest& o) { return o.path.empty() ? "MODEL or STUDY" : ""; }
    std::string operator()(const ExportRequest& o) { return o.study.empty() ? "STUDY" : o.to.empty() ? "--to" : ""; }
    std::string operator()(const ReportRequest& o) { return o.study.empty() ? "STUDY" : ""; }
    std::string operator()(const WatchRequest& o) { return o.study.empty() ? "STUDY" : ""; }
    std::string operator()(const RunsRequest&) { return ""; }
    std::string operator()(const DatasetsRequest&) { return ""; }
    std::string operator()(const SchemaRequest&) { return ""; }
    std::string operator()(const HelpRequest&) { return ""; }
    std::string operator()(const VersionRequest&) { return ""; }
  } missing;
  return std::visit(missing, request);
}

bool is_flag(const std::string& text) {
  return text.size() > 1 && text[0] == '-' && (text[1] == '-' || std::isalpha(static_cast<unsigned char>(text[1])));
}

Parser::Parser() {
  app_.set_help_flag();
  app_.require_subcommand(0, 1);
  app_.fallthrough();
  add_train();
  add_tune();
  add_check();
  add_init();
  add_evaluate();
  add_predict();
  add_inspect();
  add_export();
  add_report();
  add_watch();
  add_runs();
  add_datasets();
  add_schema();
  add_help();
  add_common();
}

CLI::App* Parser::add_command(const std::string& name, const std::string& doc, std::function<Request()> request) {
  CLI::App* command = app_.add_subcommand(name, doc);
  command->set_help_flag();
  command->fallthrough();
  commands_.emplace_back(command, std::move(request));
  return command;
}

void Parser::add_common() {
  app_.add_flag("--json", common_.json, "prints one JSON object on standard output and nothing else there");
  app_.add_flag("--quiet,-q", common_.quiet, "shows no progress and no warnings");
  add_value(&app_, "--seed", "N", common_.seed, read_seed_value,
            "seed of random numbers, in place of the experiment's");
  add_path_flag(&app_, "--data-dir", "DIR", common_.data_dir, "where known data sets are looked up first");
  app_.add_flag("--help,-h", help_, "shows the help of the command");
  app_.add_flag("--version", version_, "shows the version");
}

void Parser::add_train() {
  auto* command =
      add_command("train", "Trains the network of an experiment once, with its defaults.", [this] { return train_; });
  add_path(command, "EXPERIMENT", train_.experiment, "the experiment file (YAML)");
  add_path_flag(command, "--output", "FILE", train_.output, "the model file; NAME.keras by default");
  add_count(command, "--threads", train_.threads,
            "threads that share each batch; as many of the cores as help by default");
  command->add_flag("--resume", train_.resume, "goes on where a training of this model was cut off; else starts");
  add_set(command, train_.set);
}

void Parser::add_tune() {
  auto* command =
      add_command("tune", "Searches the space of an experiment and keeps the best model.", [this] { return tune_; });
  add_path(command, "EXPERIMENT", tune_.experiment, "the experiment file (YAML)");
  add_path_flag(command, "--study", "DIR", tune_.study, "folder of the study; studies/NAME by default");
  add_count(command, "--trials", tune_.trials, "trials of the study, in place of search.trials");
  add_count(command, "--workers", tune_.workers,
            "trials that run side by side; the smaller of slots and cores by default");
  auto use_engine = [](const std::string& engine) {
    if (engine == "local") return;
    if (engine.starts_with("sc://")) throw invalid("--engine " + engine + " is not supported yet; supported: local");
    throw invalid("--engine expects local, got \"" + engine + "\"");
  };
  command->add_option_function<std::string>("--engine", use_engine, "where trials run: local")->type_name("ENGINE");
  add_value(command, "--timeout", "TIME", tune_.timeout, read_duration_value,
            "ends the search after a time such as 90s, 10m or 2h; the same command goes on");
  add_set(command, tune_.set);
}

void Parser::add_check() {
  auto* command =
      add_command("check", "Shows shapes, sizes and cost of an experiment; writes nothing.", [this] { return check_; });
  add_path(command, "EXPERIMENT", check_.experiment, "the experiment file (YAML)");
  add_set(command, check_.set);
}

void Parser::add_init() {
  auto* command = add_command("init", "Writes a first experiment file for some data.", [this] { return init_; });
  command->add_option("DATA", init_.data, "a known set such as mnist, or an IDX, .npy or .npz file");
  command->add_option("--labels", init_.labels, "labels of the rows, where the data has none")->type_name("FILE");
  add_path_flag(command, "--output", "FILE", init_.output, "the file; DATA.yaml in this folder by default");
}

void Parser::add_evaluate() {
  auto* command = add_command("evaluate", "Computes a model's loss and metrics on data.", [this] { return evaluate_; });
  add_path(command, "MODEL", evaluate_.model, "the model file (.keras)");
  add_source(command, evaluate_.source);
  command->add_option("--labels", evaluate_.source.labels, "labels of the rows, where the data has none")
      ->type_name("FILE");
  command->add_option("--loss", evaluate_.loss, "in place of the model's")->type_name("LOSS");
  command->add_option("--metrics", evaluate_.metrics, "in place of the model's, such as accuracy,mae")
      ->type_name("METRICS")
      ->delimiter(',');
}

void Parser::add_predict() {
  auto* command = add_command("predict", "Writes a model's outputs for data.", [this] { return predict_; });
  add_path(command, "MODEL", predict_.model, "the model file (.keras)");
  add_source(command, predict_.source);
  add_path_flag(command, "--output", "FILE", predict_.output,
                "a .npy file, or .npz with one array per output; replaced");
}

void Parser::add_inspect() {
  auto* command = add_command("inspect", "Shows what a model file or a study holds.", [this] { return inspect_; });
  add_path(command, "MODEL|STUDY", inspect_.path, "a model file (.keras), or the folder of a study");
  command->add_flag("--plan", inspect_.plan, "lists the kernel calls of a step with their time, measured here");
  command->add_flag("--training", inspect_.training, "with --plan: a training step, not inference");
  add_count(command, "--batch", inspect_.batch, "with --plan: rows of a batch; 32 by default");
}

void Parser::add_runs() {
  auto* command = add_command("runs", "Lists the trainings recorded in ./runs; `runs compare A B` shows two beside.",
                              [this] { return read_runs(); });
  command->add_option("compare A B", runs_words_, "two runs, each by its name or the beginning of it");
}

void Parser::add_datasets() {
  auto* command = add_command("datasets", "Lists the known data sets; `datasets get NAME` fetches one into ./data.",
                              [this] { return read_datasets(); });
  command->add_option("get NAME", datasets_words_, "the set to fetch into --data-dir, or ./data");
}

void Parser::add_export() {
  auto* command = add_command("export", "Writes a study for Optuna or TensorBoard.", [this] { return export_; });
  add_path(command, "STUDY", export_.study, "the folder of the study");
  add_path_flag(command, "--to", "PATH", export_.to, "FILE.log: a journal of Optuna; a folder: runs of TensorBoard");
}

void Parser::add_report() {
  auto* command =
      add_command("report", "Writes a study as a page with charts, in one HTML file.", [this] { return report_; });
  add_path(command, "STUDY", report_.study, "the folder of the study");
  add_path_flag(command, "--output", "FILE", report_.output, "the page; report.html in the study's folder by default");
}

void Parser::add_watch() {
  auto* command = add_command("watch", "Shows a study while another process runs it.", [this] { return watch_; });
  add_path(command, "STUDY", watch_.study, "the folder of the study");
}

void Parser::add_schema() {
  add_command("schema", "Shows the JSON Schema of experiment files, by which editors complete and check them.",
              [] { return SchemaRequest{}; });
}

void Parser::add_help() {
  auto* command = add_command("help", "Explains a command, layer, optimizer, loss, metric, sampler or pruner.",
                              [this] { return help_topic_; });
  command->add_option("TOPIC", help_topic_.topic, "such as tune, Conv2D, Adam or random");
}

RunsRequest Parser::read_runs() const {
  const Texts& words = runs_words_;
  if (words.empty()) return {};
  if (words[0] != "compare") throw invalid("runs: " + unknown_name("word", words[0], Texts{"compare"}));
  if (words.size() < 3) throw invalid("runs compare: expected two runs; `sluice runs` lists them");
  if (words.size() > 3) throw invalid("runs compare: unexpected argument \"" + words[3] + "\"");
  return {.compare = {words[1], words[2]}};
}

DatasetsRequest Parser::read_datasets() const {
  const Texts& words = datasets_words_;
  if (words.empty()) return {};
  if (words[0] != "get") throw invalid("datasets: " + unknown_name("word", words[0], Texts{"get"}));
  if (words.size() == 1) throw invalid("datasets get: expected the NAME of a data set; `sluice datasets` lists them");
  if (words.size() > 2) throw invalid("datasets get: unexpected argument \"" + words[2] + "\"");
  return {.get = words[1]};
}

const CLI::Option* Parser::find_flag(const CLI::App& command, const std::string& name) const {
  const CLI::Option* option = command.get_option_no_throw(name);
  return option ? option : app_.get_option_no_throw(name);
}

Texts Parser::flag_names(const CLI::App& command) const {
  Texts names;
  for (const CLI::App* app : &command == &app_ ? Apps{&app_} : Apps{&command, &app_}) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

void Parser::refuse_flag(const CLI::App& command, const std::string& name) const {
  std::string kind = &command == &app_ ? "flag" : "flag of " + command.get_name();
  throw invalid(unknown_name(kind, name, flag_names(command)));
}

/// CLI11 would take a misspelt flag's value for an argument, and a flag for another flag's value.
void Parser::check_flags(const CLI::App& command, const Texts& arguments) const {
  std::set<const CLI::Option*> given;
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (!is_flag(arguments[i])) continue;
    size_t equals = arguments[i].find('=');
    std::string name = arguments[i].substr(0, equals);
    const CLI::Option* option = find_flag(command, name);
    if (!option) refuse_flag(command, name);
    bool takes_value = option->get_expected_min() > 0;
    bool once = takes_value && option->get_expected_max() == 1;
    if (!given.insert(option).second && once) throw invalid(name + " is given twice");
    if (!takes_value && equals != std::string::npos) throw invalid(name + " takes no value: got " + arguments[i]);
    if (!takes_value) continue;
    bool apart = equals == std::string::npos;
    std::string value;
    if (!apart) value = arguments[i].substr(equals + 1);
    if (apart && i + 1 < arguments.size()) value = arguments[i + 1];
    bool none = value.empty() || (apart && value.starts_with("--"));
    if (none) throw invalid(name + " expects a value: " + name + " " + option->get_type_name());
    if (apart) ++i;
  }
}

/// The command, or the program where there is none. Before it stand flags of every command.
CLI::App* Parser::find_command(const Texts& arguments) {
  Texts names;
  for (auto& [command, request] : commands_) names.push_back(command->get_name());
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& text = arguments[i];
    if (text == "--seed" || text == "--data-dir") ++i;
    if (is_flag(text)) {
      const std::string name = text.substr(0, text.find('='));
      if (find_flag(app_, name) == nullptr) refuse_flag(app_, name);
      continue;
    }
    if (std::find(names.begin(), names.end(), text) == names.end()) throw invalid(unknown_name("command", text, names));
    return app_.get_subcommand(text);
  }
  return &app_;
}

CommandLine Parser::parse(const Texts& arguments) {
  CLI::App* chosen = find_command(arguments);
  check_flags(*chosen, arguments);
  try {
    app_.parse(Texts(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ExtrasError&) {
    const Texts extra = app_.remaining(true);
    throw invalid(chosen->get_name() + ": unexpected argument" + (extra.size() == 1 ? ": " : "s: ") + join(extra, " "));
  } catch (const CLI::ParseError& error) {
    throw invalid(error.what());
  }
  if (version_) return {common_, VersionRequest{}};
  if (help_ || chosen == &app_) return {common_, HelpRequest{chosen == &app_ ? "" : chosen->get_name()}};
  for (auto& [command, request] : commands_) {
    if (command != chosen) continue;
    Request read = request();
    std::string missing = missing_argument(read);
    if (!missing.empty())
      throw invalid(chosen->get_name() + ": expected " + missing + "; usage: " + help(*chosen).usage);
    return {common_, read};
  }
  throw Error(ErrorCode::internal, "no request for " + chosen->get_name());
}

std::string flag_text(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += "-" + name + ", ";
  text += "--" + option.get_lnames().front();
  return option.get_expected_min() > 0 ? text + " " + option.get_type_name() : text;
}

CommandHelp Parser::help(const CLI::App& command) const {
  CommandHelp help{command.get_name(), "sluice " + command.get_name(), command.get_description(), {}, {}};
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) {
      help.arguments.push_back({option->get_name(true), option->get_description()});
      const auto optional_words = {"help", "runs", "datasets"};
      bool optional = std::ranges::find(optional_words, command.get_name()) != optional_words.end();
      std::string word = option->get_name(true);
      help.usage += optional ? " [" + word + "]" : " " + word;
    } else {
      help.flags.push_back({flag_text(*option), option->get_description()});
    }
  }
  bool has_data = command.get_option_no_throw("--data") != nullptr;
  if (has_data) help.usage += " --data SOURCE";
  if (command.get_name() == "predict") help.usage += " --output FILE";
  if (!help.flags.empty()) help.usage += " [flags]";
  return help;
}

std::vector<CommandHelp> Parser::help() const {
  std::vector<CommandHelp> list;
  for (auto& [command, request] : commands_) list.push_back(help(*command));
  return list;
}

std::vector<ArgumentHelp> Parser::common_flags() const {
  std::vector<ArgumentHelp> flags;
  for (const CLI::Option* option : app_.get_options()) flags.push_back({flag_text(*option), option->get_description()});
  return flags;
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) { return Parser().parse(arguments); }
std::vector<CommandHelp> command_help() { return Parser().help(); }
std::vector<ArgumentHelp> common_flag_help() { return Parser().common_flags(); }

}  // namespace sluice::cli
