#include "sluice/data/source.h"

#include <algorithm>
#include <optional>

#include "sluice/base/error.h"
#include "sluice/base/suggest.h"
#include "sluice/data/array_file.h"
#include "sluice/data/known_sets.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

struct ImageFiles {
  std::string images;
  std::string labels;
  static constexpr auto fields() {
    return std::tuple{field("images", &ImageFiles::images, "IDX or .npy file, gzipped or not"),
                      field("labels", &ImageFiles::labels, "IDX or .npy file, gzipped or not; may be left out")};
  }
};

struct NpzFile {
  std::string npz;
  static constexpr auto fields() {
    return std::tuple{field("npz", &NpzFile::npz, "arrays by input name; y or output names are labels")};
  }
};

/// A path of an experiment or of the command line.
Path resolved(const std::string& file, const SourceContext& context) {
  return (context.folder / file).lexically_normal();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_label(const std::string& name, const SourceContext& context) {
  if (contains(context.output_names, name)) return true;
  return name == "y" && !contains(context.input_names, name);
}

constexpr std::string_view weights_name = "sample_weight";

/// The output that an array of row weights is for, "" for all; nothing when the array holds none.
std::optional<std::string> weighted_output(const std::string& name, const SourceContext& context) {
  if (contains(context.input_names, name) || !name.ends_with(weights_name)) return std::nullopt;
  if (name == weights_name) return "";
  const std::string output = name.substr(0, name.size() - weights_name.size() - 1);
  if (name[output.size()] != '_' || !contains(context.output_names, output)) return std::nullopt;
  return output;
}

void check_rows(const Dataset& data, const std::string& input_file, const std::string& label_file) {
  std::vector<SourcedTensor> arrays;
  auto add = [&](const NamedTensors& tensors, const std::string& file) {
    for (const auto& [name, tensor] : tensors)
      arrays.push_back({name.empty() ? file : file + ": array " + name, tensor});
  };
  add(data.inputs, input_file);
  add(data.labels, label_file);
  add(data.weights, label_file);
  check_same_rows(arrays);
}

/// A single input needs no name, and neither does a single label called y.
void drop_single_names(Dataset& data, const SourceContext& context) {
  if (data.inputs.size() == 1 && !contains(context.input_names, data.inputs[0].first)) data.inputs[0].first.clear();
  if (data.labels.size() == 1 && data.labels[0].first == "y" && !contains(context.output_names, "y")) {
    data.labels[0].first.clear();
  }
}

/// Leaves those arrays that the model names; where it names none of them, `x` of several.
void drop_unused(NamedTensors& arrays, const SourceContext& context) {
  std::vector<std::string> wanted = context.input_names;
  auto is_wanted = [&](const auto& array) { return contains(wanted, array.first); };
  if (std::ranges::none_of(arrays, is_wanted)) wanted = {"x"};
  if (std::ranges::any_of(arrays, is_wanted))
    std::erase_if(arrays, [&](const auto& array) { return !is_wanted(array); });
}

std::string names_of(const ArrayFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.arrays) names.push_back(name);
  return names.empty() ? "none" : join(names);
}

/// Throws Error(invalid_argument) when there is no input, or several of which none is called like one of the model's.
void check_inputs(const Dataset& data, const ArrayFile& file, const Path& path, const SourceContext& context) {
  const bool is_named =
      std::ranges::any_of(data.inputs, [&](const auto& array) { return contains(context.input_names, array.first); });
  if (data.inputs.size() == 1 || (data.inputs.size() > 1 && (is_named || context.input_names.empty()))) return;
  const std::string expected = context.input_names.empty() ? "x" : join(context.input_names);
  throw invalid(path.string() + ": expected arrays called like the inputs: " + expected +
                ", and y for labels; it has " + names_of(file));
}

/// Throws Error(invalid_argument) saying where labels are looked for.
void check_labels(const Dataset& data, const ArrayFile& file, const Path& path, const SourceContext& context) {
  if (!context.labelled || !data.labels.empty()) return;
  if (!file.is_npz) throw invalid(path.string() + ": no labels; expected {images: FILE, labels: FILE}");
  std::vector<std::string> expected = context.output_names;
  if (expected.size() <= 1) expected.insert(expected.begin(), "y");
  throw invalid(path.string() + ": no labels: expected the array " +
                join(expected, expected.size() == 2 ? " or " : ", ") + "; it has " + names_of(file));
}

/// Throws Error(invalid_argument) when an array that the model uses holds no numbers.
void check_numbers(const ArrayFile& file, const SourceContext& context) {
  for (const auto& [name, message] : file.others) {
    const bool is_input = contains(context.input_names, name) || name == "x";
    if (is_input || is_label(name, context) || weighted_output(name, context) || file.arrays.empty())
      throw invalid(message);
  }
}

/// Sorts the arrays of a file into inputs and labels; what the model does not use is left out.
Dataset sort_arrays(const ArrayFile& file, const Path& path, const SourceContext& context) {
  check_numbers(file, context);
  Dataset data;
  for (const auto& [name, tensor] : file.arrays) {
    if (const auto output = weighted_output(name, context)) {
      data.weights.emplace_back(*output, tensor);
      continue;
    }
    const bool label = is_label(name, context), input = !label || contains(context.input_names, name);
    if (label) data.labels.emplace_back(name, tensor);
    if (input) data.inputs.emplace_back(name, tensor);  // An input may be an output too.
  }
  drop_unused(data.inputs, context);
  check_inputs(data, file, path, context);
  check_labels(data, file, path, context);
  check_rows(data, path.string(), path.string());
  drop_single_names(data, context);
  return data;
}

Dataset load_path(const Path& path, const SourceContext& context) {
  return sort_arrays(read_array_file(path), path, context);
}

Dataset load_images(const ImageFiles& files, const SourceContext& context, const std::string& path) {
  if (files.images.empty()) throw PathError(path, "data needs a file of images; supported: " + supported_data());
  if (context.labelled && files.labels.empty()) throw PathError(path, "data needs labels: expected labels: FILE");
  const Path images = resolved(files.images, context);
  const Path labels = resolved(files.labels, context);
  Dataset data{.inputs = {{"", read_single_array(images)}}, .labels = {}};
  if (!files.labels.empty()) data.labels = {{"", read_single_array(labels)}};
  check_rows(data, images.string(), labels.string());
  return data;
}

Dataset load_npz(const NpzFile& file, const SourceContext& context, const std::string& path) {
  if (file.npz.empty()) throw PathError(path + "/npz", "npz: expected a file");
  const Path npz = resolved(file.npz, context);
  const ArrayFile arrays = read_array_file(npz);
  if (!arrays.is_npz) throw invalid(npz.string() + ": is a single array, expected an .npz file");
  return sort_arrays(arrays, npz, context);
}

Dataset load_map(const Json& source, const SourceContext& context, const std::string& path) {
  if (source.contains("file")) {
    const Json& file = source.at("file");
    const bool is_npz = file.is_string() && file.as_string().ends_with(".npz");
    throw PathError(path + "/file",
                    is_npz ? "an .npz file is given as {npz: FILE}"
                           : "data from tables and folders are not supported yet; supported: " + supported_data());
  }
  if (source.contains("npz")) return load_npz(read_fields<NpzFile>(source, path), context, path);
  return load_images(read_fields<ImageFiles>(source, path), context, path);
}

/// NAME and SPLIT of a text; the split is empty when there is no slash.
std::pair<std::string, std::string> split_name(const std::string& text) {
  size_t slash = text.find('/');
  return {text.substr(0, slash), slash == std::string::npos ? "" : text.substr(slash + 1)};
}

bool may_be_known_set(const std::string& text) {
  return text.find('.') == std::string::npos && std::count(text.begin(), text.end(), '/') <= 1 &&
         !text.starts_with("/");
}

/// An unknown name is an error at its place.
Dataset load_named(const std::string& name, const std::string& split, const SourceContext& context,
                   const std::string& place) {
  try {
    return load_known_set(name, split, context.data_dir);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_argument) throw;
    throw PathError(place, error.what());
  }
}

Dataset load_text(const std::string& text, const SourceContext& context, const std::string& place) {
  if (text.empty()) throw PathError(place, "data: expected NAME/SPLIT or a file, got an empty text");
  auto [name, split] = split_name(text);
  const Path path = resolved(text, context);
  bool is_absent = !std::filesystem::exists(path);
  if (find_known_set(name) != nullptr || (is_absent && may_be_known_set(text))) {
    return load_named(name, split, context, place);
  }
  return load_path(path, context);
}

}  // namespace

Json source_schema() {
  return schema::either(
      {schema::text(), fields_schema(describe_fields<ImageFiles>()), fields_schema(describe_fields<NpzFile>())});
}

Dataset load_source(const Json& source, const SourceContext& context, const std::string& path) {
  if (source.is_string()) return load_text(source.as_string(), context, path);
  if (source.is_object()) return load_map(source, context, path);
  throw PathError(path, "data: expected a text or a map, got " + std::string(source.type_name()) +
                            "; supported: " + supported_data());
}

Dataset load_files(const std::vector<std::string>& data, const std::string& labels, const SourceContext& context) {
  if (data.empty()) throw invalid("--data: expected NAME/SPLIT or a file");
  if (data.size() > 1)
    throw invalid("--data: got " + std::to_string(data.size()) + " files; several inputs go into one .npz file");
  Dataset result = load_text(data[0], context, "");
  if (labels.empty()) return result;
  if (!result.labels.empty()) throw invalid("--labels: " + data[0] + " has labels already");
  const Path path = resolved(labels, context);
  result.labels = {{"", read_single_array(path)}};
  check_rows(result, data[0], path.string());
  return result;
}

}  // namespace sluice
