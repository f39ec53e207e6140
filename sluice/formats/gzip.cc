#include "sluice/formats/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sluice/base/error.h"

namespace sluice {
namespace {

constexpr size_t largest = size_t{16} << 30;
constexpr size_t step = size_t{1} << 20;
constexpr int gzip_window = 15 + 16;

/// Reads input from one text, in pieces that zlib's 32-bit counters can hold.
class Inflater {
 public:
  Inflater(std::string_view input, const std::string& name) : input_(input), name_(name) {
    if (inflateInit2(&stream_, gzip_window) != Z_OK)
      throw Error(ErrorCode::io, "out of memory: cannot inflate " + name);
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string run() {
    do {
      inflate_member();
    } while (next_member());
    output_.resize(filled_);
    return std::move(output_);
  }

 private:
  std::string_view input_;
  const std::string& name_;
  z_stream stream_{};
  std::string output_;
  size_t filled_ = 0;

  [[noreturn]] void refuse(const std::string& reason) const { throw invalid(name_ + ": " + reason); }

  void feed() {
    size_t piece = std::min<size_t>(input_.size(), std::numeric_limits<uInt>::max());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
    stream_.avail_in = static_cast<uInt>(piece);
    input_.remove_prefix(piece);
  }

  void make_room() {
    if (filled_ == largest) refuse("gzip data inflate to more than 16 GiB");
    if (filled_ == output_.size()) output_.resize(std::min(largest, std::max(step, output_.size() * 2)));
    stream_.next_out = reinterpret_cast<Bytef*>(output_.data() + filled_);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(output_.size() - filled_, std::numeric_limits<uInt>::max()));
  }

  void inflate_member() {
    int status = Z_OK;
    while (status != Z_STREAM_END) {
      if (stream_.avail_in == 0) feed();
      make_room();
      uInt room = stream_.avail_out;
      status = inflate(&stream_, Z_NO_FLUSH);
      filled_ += room - stream_.avail_out;
      if (status == Z_OK) continue;
      if (status == Z_BUF_ERROR) refuse("truncated gzip file");
      if (status == Z_MEM_ERROR) throw Error(ErrorCode::io, "out of memory: cannot inflate " + name_);
      if (status != Z_STREAM_END) refuse(std::string("corrupt gzip file: ") + (stream_.msg ? stream_.msg : "bad data"));
    }
  }

  bool next_member() {
    if (stream_.avail_in == 0) feed();
    if (stream_.avail_in == 0) return false;
    if (stream_.next_in[0] != 0x1f) refuse("corrupt gzip file: other bytes after its end");
    inflateReset(&stream_);
    return true;
  }
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

std::string gunzip(std::string bytes, const std::string& name) {
  if (!is_gzip(bytes)) return bytes;
  return Inflater(bytes, name).run();
}

}  // namespace sluice
