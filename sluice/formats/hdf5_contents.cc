#include <cstring>

#include "sluice/formats/array_bytes_internal.h"
#include "sluice/formats/hdf5_contents_internal.h"

namespace sluice {
namespace {

enum class Kind : uint64_t { end, group, dataset, dataset_fault, attribute, refused, fault };

void put(std::string& bytes, uint64_t number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); }

void put(std::string& bytes, const std::string& text) {
  put(bytes, text.size());
  bytes += text;
}

void put(std::string& bytes, const std::vector<std::string>& texts) {
  put(bytes, texts.size());
  for (const std::string& text : texts) put(bytes, text);
}

template <class... Parts>
std::string piece(Kind kind, const Parts&... parts) {
  std::string bytes;
  put(bytes, static_cast<uint64_t>(kind));
  (put(bytes, parts), ...);
  return bytes;
}

/// Takes values off the front of bytes that may say anything.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(uint64_t count) {
    if (count > bytes_.size()) throw invalid("its contents came back damaged");
    const std::string_view part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }
  uint64_t number() {
    uint64_t number = 0;
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }
  std::string text() { return std::string(take(number())); }
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    for (uint64_t left = number(); left > 0; --left) texts.push_back(text());
    return texts;
  }
  Tensor tensor() {
    const uint64_t type = number(), rank = number();
    if (type > static_cast<uint64_t>(DType::boolean)) throw invalid("its contents came back damaged");
    const auto dtype = static_cast<DType>(type);
    Shape shape;
    for (uint64_t left = rank; left > 0; --left) shape.push_back(static_cast<int64_t>(number()));
    const int64_t count = checked_bytes(shape, size_of(dtype));
    const std::string_view values = take(count < 0 ? ~uint64_t{0} : static_cast<uint64_t>(count));
    Tensor tensor(dtype, shape);
    std::memcpy(tensor.bytes().data(), values.data(), values.size());
    return tensor;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

void Hdf5ContentsWriter::group(const std::string& path, const std::vector<std::string>& members) {
  write_(piece(Kind::group, path, members));
}

void Hdf5ContentsWriter::dataset(const std::string& path, const Tensor& values) {
  std::string head = piece(Kind::dataset, path, static_cast<uint64_t>(values.dtype()), values.shape().size());
  for (int64_t size : values.shape()) put(head, static_cast<uint64_t>(size));
  write_(head);
  write_({reinterpret_cast<const char*>(values.bytes().data()), values.bytes().size()});
}

void Hdf5ContentsWriter::dataset_fault(const std::string& path, const std::string& fault) {
  write_(piece(Kind::dataset_fault, path, fault));
}

void Hdf5ContentsWriter::attribute(const std::string& path, const std::string& name,
                                   const Hdf5Contents::Attribute& attribute) {
  write_(piece(Kind::attribute, path, name, attribute.texts, attribute.fault));
}

void Hdf5ContentsWriter::refused(const std::string& path, const std::string& reason) {
  write_(piece(Kind::refused, path, reason));
}

void Hdf5ContentsWriter::fault(const std::string& reason) { write_(piece(Kind::fault, reason)); }

void Hdf5ContentsWriter::end() { write_(piece(Kind::end)); }

Hdf5Contents read_hdf5_contents(std::string_view bytes) {
  Hdf5Contents contents;
  Pieces pieces(bytes);
  while (true) {
    const auto kind = static_cast<Kind>(pieces.number());
    if (kind == Kind::end) return contents;
    std::string path = pieces.text();
    if (kind == Kind::group) {
      contents.groups[path] = pieces.texts();
    } else if (kind == Kind::dataset) {
      contents.datasets[path].values = pieces.tensor();
    } else if (kind == Kind::dataset_fault) {
      contents.datasets[path].fault = pieces.text();
    } else if (kind == Kind::attribute) {
      std::string name = pieces.text();
      std::vector<std::string> texts = pieces.texts();
      contents.attributes[path][name] = {std::move(texts), pieces.text()};
    } else if (kind == Kind::refused) {
      contents.refused[path] = pieces.text();
    } else if (kind == Kind::fault) {
      contents.fault = path;
    } else {
      throw invalid("its contents came back damaged");
    }
  }
}

}  // namespace sluice
