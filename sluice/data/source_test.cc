#include "sluice/data/source.h"

#include <gmock/gmock.h>

#include "sluice/data/data_testing.h"
#include "sluice/formats/format_testing.h"
#include "sluice/formats/npy.h"
#include "sluice/formats/zip.h"
#include "sluice/params/fields.h"

namespace sluice {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor reals(int64_t rows) { return Tensor(DType::float32, {rows, 2}); }
Tensor classes(int64_t rows) { return Tensor(DType::int64, {rows}); }

std::vector<std::string> names(const NamedTensors& arrays) {
  std::vector<std::string> list;
  for (const auto& [name, tensor] : arrays) list.push_back(name);
  return list;
}

class Source : public ::testing::Test {
 protected:
  ScratchFolder scratch_;
  Environment no_data_{"SLUICE_DATA", std::nullopt};
  WorkingFolder working_{scratch_.path()};
  SourceContext context_;

  Source() {
    make_directories("files");
    write_file("files/images.idx", small_idx(true, 3));
    write_file("files/labels.idx", small_idx(false, 3));
    write_file("files/two.idx", small_idx(false, 2));
    write_file("files/x.npy", write_npy(reals(3)));
    write_file("files/one.npz", write_npz({{"pixels", reals(3)}, {"y", classes(3)}}));
    write_file("files/many.npz", write_npz({{"a", reals(3)}, {"b", reals(3)}, {"sum", classes(3)}}));
    write_file("files/uneven.npz", write_npz({{"a", reals(3)}, {"b", reals(2)}}));
    write_file("files/table.csv", "a,b\n1,2\n");
    write_file("files/empty", "");
    context_.folder = "files";
  }

  Dataset load(const std::string& json) { return load_source(Json::parse(json), context_, "/data/train"); }

  void refuse(const std::string& json, const std::string& message, ErrorCode code = ErrorCode::invalid_argument) {
    expect_error([&] { load(json); }, message, code);
  }

  void refuse_at(const std::string& json, const std::string& path, const std::string& message) {
    try {
      load(json);
      ADD_FAILURE() << "expected an error at " << path;
    } catch (const PathError& error) {
      EXPECT_EQ(error.path(), path);
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  }
};

TEST_F(Source, LoadsImagesAndLabels) {
  Dataset data = load(R"({"images": "images.idx", "labels": "labels.idx"})");
  EXPECT_EQ(data.rows(), 3);
  EXPECT_THAT(names(data.inputs), ElementsAre(""));
  EXPECT_THAT(names(data.labels), ElementsAre(""));
  EXPECT_EQ(load(R"({"images": "x.npy", "labels": "labels.idx"})").inputs[0].second.dtype(), DType::float32);
  EXPECT_TRUE(load(R"({"images": "images.idx"})").labels.empty());
}

TEST_F(Source, LoadsNpzByName) {
  Dataset one = load(R"({"npz": "one.npz"})");
  EXPECT_THAT(names(one.inputs), ElementsAre(""));
  EXPECT_THAT(names(one.labels), ElementsAre(""));
  EXPECT_THAT(names(load(R"({"npz": "many.npz"})").inputs), ElementsAre("a", "b", "sum"));
  context_.output_names = {"sum"};
  Dataset many = load(R"({"npz": "many.npz"})");
  EXPECT_THAT(names(many.inputs), ElementsAre("a", "b"));
  EXPECT_THAT(names(many.labels), ElementsAre("sum"));
  context_.input_names = {"pixels", "y"};
  Dataset named = load(R"({"npz": "one.npz"})");
  EXPECT_THAT(names(named.inputs), ElementsAre("pixels", "y"));
  EXPECT_TRUE(named.labels.empty());
}

TEST_F(Source, LeavesOutWhatTheModelDoesNotUse) {
  write_file("files/more.npz", write_npz({{"x", reals(3)}, {"pix", reals(3)}, {"cls", classes(3)}, {"ids", reals(2)}}));
  context_.output_names = {"cls"};
  Dataset data = load(R"({"npz": "more.npz"})");
  EXPECT_THAT(names(data.inputs), ElementsAre(""));
  EXPECT_THAT(names(data.labels), ElementsAre("cls"));
  context_.input_names = {"pix", "x"};
  EXPECT_THAT(names(load(R"({"npz": "more.npz"})").inputs), ElementsAre("x", "pix"));
  context_.input_names = {"pix"};
  EXPECT_THAT(names(load(R"({"npz": "more.npz"})").inputs), ElementsAre("pix"));
}

TEST_F(Source, AnArrayIsInputAndLabelWhereTheModelHasBoth) {
  write_file("files/both.npz", write_npz({{"x", reals(3)}, {"code", reals(3)}}));
  context_.input_names = {"x", "code"};
  context_.output_names = {"code", "sum"};
  Dataset data = load(R"({"npz": "both.npz"})");
  EXPECT_THAT(names(data.inputs), ElementsAre("x", "code"));
  EXPECT_THAT(names(data.labels), ElementsAre("code"));
}

TEST_F(Source, LeavesOutArraysOfTexts) {
  ZipWriter zip;
  std::string texts = write_npy(reals(3));
  texts.replace(texts.find("<f4"), 3, "<U1");
  for (const auto& [name, bytes] : {std::pair("x.npy", write_npy(reals(3))), std::pair("y.npy", write_npy(classes(3))),
                                    std::pair("class_names.npy", texts), std::pair("cls.npy", texts)})
    zip.add(name, bytes);
  write_file("files/texts.npz", zip.finish());
  Dataset data = load(R"({"npz": "texts.npz"})");
  EXPECT_THAT(names(data.inputs), ElementsAre(""));
  EXPECT_THAT(names(data.labels), ElementsAre(""));
  context_.output_names = {"cls"};
  refuse(R"({"npz": "texts.npz"})", "files/texts.npz: array cls: holds texts");
}

TEST_F(Source, SaysWhereLabelsWereLookedFor) {
  context_.labelled = true;
  context_.output_names = {"digit"};
  refuse(R"({"npz": "many.npz"})", "files/many.npz: no labels: expected the array y or digit; it has a, b, sum");
  refuse_at(R"({"images": "images.idx"})", "/data/train", "data needs labels: expected labels: FILE");
  refuse(R"("x.npy")", "files/x.npy: no labels; expected {images: FILE, labels: FILE}");
  refuse_at(R"({"file": "one.npz"})", "/data/train/file", "an .npz file is given as {npz: FILE}");
}

TEST_F(Source, PrefersKnownSetsToPaths) {
  write_small_set("lookup", "mnist", "train", 2);
  make_directories("files/mnist");
  write_file("files/mnist/train", small_idx(true, 3));
  context_.data_dir = "lookup";
  EXPECT_EQ(load(R"("mnist/train")").rows(), 2);
  EXPECT_EQ(load(R"("./mnist/train")").rows(), 3);
}

TEST_F(Source, LoadsFilesByContent) {
  EXPECT_EQ(load(R"("images.idx")").rows(), 3);
  EXPECT_EQ(load(R"("x.npy")").rows(), 3);
  EXPECT_EQ(load(R"("one.npz")").labels.size(), 1U);
}

TEST_F(Source, SaysWhatIsWrongWhere) {
  refuse_at(R"({"image": "images.idx"})", "/data/train/image", "unknown parameter \"image\". Did you mean \"images\"?");
  refuse_at(R"({"images": "images.idx", "label": "labels.idx"})", "/data/train/label", "Did you mean \"labels\"?");
  refuse_at(R"({"images": 3})", "/data/train/images", "expected text");
  refuse_at(R"({"npz": "one.npz", "labels": "y"})", "/data/train/labels", "unknown parameter \"labels\"");
  refuse_at(R"({"labels": "labels.idx"})", "/data/train", "data needs a file of images");
  refuse_at(R"({"npz": ""})", "/data/train/npz", "expected a file");
  refuse_at(R"({"file": "table.csv", "label": "a"})", "/data/train/file", "supported: known data sets (mnist/train");
  refuse_at("3", "/data/train", "expected a text or a map, got integer");
}

TEST_F(Source, NamesFilesThatDoNotFit) {
  refuse(R"({"images": "images.idx", "labels": "two.idx"})", "files/images.idx has 3 rows, files/two.idx has 2 rows");
  refuse(R"({"npz": "uneven.npz"})", "files/uneven.npz: array a has 3 rows, files/uneven.npz: array b has 2 rows");
  context_.input_names = {"image"};
  refuse(R"({"npz": "many.npz"})",
         "files/many.npz: expected arrays called like the inputs: image, and y for labels; it has a, b, sum");
  context_.input_names = {};
  refuse(R"({"images": "one.npz"})", "files/one.npz: is an .npz file, expected one array: IDX or .npy");
  refuse(R"({"npz": "x.npy"})", "files/x.npy: is a single array, expected an .npz file");
  refuse(R"({"images": "absent.idx"})", "no file files/absent.idx", ErrorCode::not_found);
  refuse(R"("absent.idx")", "no file files/absent.idx", ErrorCode::not_found);
  refuse(R"("minst/train")", "unknown data set \"minst\". Did you mean \"mnist\"?");
  refuse(R"("mnist/tets")", "Did you mean \"test\"?");
  refuse(R"("")", "got an empty text");
}

TEST_F(Source, NamesWhatIsSupported) {
  for (const char* file : {"\"table.csv\"", "\"empty\"", "\".\""}) {
    refuse(file,
           "supported: known data sets (mnist/train, fashion-mnist/train), IDX and .npy files (gzipped or not), .npz "
           "files");
  }
}

TEST_F(Source, LoadsWhatTheCommandLineNames) {
  EXPECT_EQ(load_files({"images.idx"}, "labels.idx", context_).labels.size(), 1U);
  EXPECT_TRUE(load_files({"images.idx"}, "", context_).labels.empty());
  auto refuse_files = [&](std::vector<std::string> data, const std::string& labels, const std::string& message) {
    expect_error([&] { load_files(data, labels, context_); }, message);
  };
  refuse_files({"images.idx"}, "two.idx", "images.idx has 3 rows, files/two.idx has 2 rows");
  refuse_files({"one.npz"}, "labels.idx", "--labels: one.npz has labels already");
  refuse_files({"images.idx", "x.npy"}, "", "--data: got 2 files; several inputs go into one .npz file");
  refuse_files({}, "", "--data: expected NAME/SPLIT or a file");
}

}  // namespace
}  // namespace sluice
