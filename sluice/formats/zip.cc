#include "sluice/formats/zip.h"

#include <zip.h>

#include <set>
#include <utility>

#include "sluice/base/error.h"

namespace sluice {
namespace {

constexpr uint64_t largest_ratio = 1032;  // deflate cannot do better
constexpr uint16_t date_1980_01_01 = 1 << 5 | 1;

/// A zip_error_t that cleans up after itself.
struct ZipError {
  zip_error_t value;
  ZipError() { zip_error_init(&value); }
  ~ZipError() { zip_error_fini(&value); }
  std::string text() { return zip_error_strerror(&value); }
};

struct CloseMember {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using MemberHandle = std::unique_ptr<zip_file_t, CloseMember>;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using ArchiveHandle = std::unique_ptr<zip_t, Discard>;

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using SourceHandle = std::unique_ptr<zip_source_t, FreeSource>;

/// Opens an archive over a source; on success the archive owns it.
ArchiveHandle open_archive(SourceHandle source, int flags, ZipError& error) {
  ArchiveHandle archive(zip_open_from_source(source.get(), flags, &error.value));
  if (archive) source.release();
  return archive;
}

SourceHandle make_source(const void* bytes, size_t size) {
  ZipError error;
  SourceHandle source(zip_source_buffer_create(bytes, size, 0, &error.value));
  if (!source) throw Error(ErrorCode::io, "cannot open a zip file in memory: " + error.text());
  return source;
}

[[noreturn]] void fail_writing(zip_t* archive) {
  throw Error(ErrorCode::internal, std::string("[ZipWriter] ") + zip_strerror(archive));
}

}  // namespace

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"); }

struct ZipReader::Archive {
  std::string bytes;
  std::string name;
  ArchiveHandle handle;
  std::vector<std::string> members;

  [[noreturn]] void refuse(const std::string& reason) const { throw invalid(name + ": " + reason); }

  [[noreturn]] void refuse(const std::string& member, const std::string& reason) const {
    refuse("zip member " + member + ": " + reason);
  }

  void open() {
    if (bytes.empty()) refuse("empty file, expected a zip file");
    ZipError error;
    handle = open_archive(make_source(bytes.data(), bytes.size()), ZIP_RDONLY, error);
    if (!handle) refuse("not a readable zip file, or truncated: " + error.text());
  }

  void list() {
    std::set<std::string> seen;
    auto count = static_cast<uint64_t>(zip_get_num_entries(handle.get(), 0));
    for (uint64_t index = 0; index < count; ++index) {
      const char* member = zip_get_name(handle.get(), index, ZIP_FL_ENC_RAW);
      if (member == nullptr) refuse("zip member " + std::to_string(index) + " has no name");
      if (!seen.insert(member).second) refuse(member, "is there twice");
      check_sizes(member, index);
      members.emplace_back(member);
    }
  }

  zip_stat_t status(const std::string& member, uint64_t index) const {
    zip_stat_t status;
    constexpr uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(handle.get(), index, 0, &status) != 0 || (status.valid & needed) != needed) {
      refuse(member, zip_strerror(handle.get()));
    }
    return status;
  }

  void check_sizes(const std::string& member, uint64_t index) const {
    zip_stat_t found = status(member, index);
    if (found.comp_size > bytes.size()) refuse(member, "claims more packed bytes than the file has");
    bool stored = found.comp_method == ZIP_CM_STORE && found.encryption_method == ZIP_EM_NONE;
    if (found.size > (stored ? found.comp_size : found.comp_size * largest_ratio)) {
      refuse(member, "claims " + std::to_string(found.size) + " bytes, which its " + std::to_string(found.comp_size) +
                         " packed bytes cannot hold");
    }
  }

  void check_method(const std::string& member, const zip_stat_t& found) const {
    if (found.encryption_method != ZIP_EM_NONE) refuse(member, "is encrypted");
    if (found.comp_method == ZIP_CM_STORE || found.comp_method == ZIP_CM_DEFLATE) return;
    refuse(member, "is packed by method " + std::to_string(found.comp_method) + "; stored and deflated are supported");
  }

  std::string read(const std::string& member, uint64_t index, uint64_t largest) const {
    zip_stat_t found = status(member, index);
    check_method(member, found);
    if (found.size > largest) {
      refuse(member,
             "has " + std::to_string(found.size) + " bytes when unpacked, expected at most " + std::to_string(largest));
    }
    MemberHandle file(zip_fopen_index(handle.get(), index, 0));
    if (!file) refuse(member, zip_strerror(handle.get()));
    std::string content(found.size, '\0');
    zip_int64_t got = zip_fread(file.get(), content.data(), content.size());
    char beyond = 0;
    // Reading past the end is what makes libzip compare the checksum.
    zip_int64_t more = got < 0 ? -1 : zip_fread(file.get(), &beyond, 1);
    if (more < 0) refuse(member, "corrupt: " + std::string(zip_file_strerror(file.get())));
    if (more > 0 || static_cast<uint64_t>(got) != found.size) refuse(member, "corrupt: its size is not what it claims");
    return content;
  }
};

ZipReader::ZipReader(std::string bytes, const std::string& name)
    : archive_(new Archive{std::move(bytes), name, nullptr, {}}) {
  archive_->open();
  archive_->list();
}

ZipReader::ZipReader(const Path& path) : ZipReader(read_file(path), path.string()) {}
ZipReader::~ZipReader() = default;
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;

const std::vector<std::string>& ZipReader::members() const { return archive_->members; }

bool ZipReader::contains(std::string_view member) const {
  for (const std::string& known : archive_->members) {
    if (known == member) return true;
  }
  return false;
}

std::string ZipReader::read(const std::string& member, uint64_t largest) const {
  for (size_t index = 0; index < archive_->members.size(); ++index) {
    if (archive_->members[index] == member) return archive_->read(member, index, largest);
  }
  archive_->refuse("has no zip member " + member);
}

struct ZipWriter::Members {
  std::vector<std::pair<std::string, std::string>> list;

  static void add_to(zip_t* archive, const std::string& member, const std::string& bytes) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    if (source == nullptr) fail_writing(archive);
    zip_int64_t index = zip_file_add(archive, member.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      fail_writing(archive);
    }
    auto added = static_cast<uint64_t>(index);
    if (zip_set_file_compression(archive, added, ZIP_CM_STORE, 0) != 0) fail_writing(archive);
    if (zip_file_set_dostime(archive, added, 0, date_1980_01_01, 0) != 0) fail_writing(archive);
  }

  static std::string content(zip_source_t* source) {
    zip_stat_t status;
    if (zip_source_stat(source, &status) != 0 || zip_source_open(source) != 0) {
      throw Error(ErrorCode::internal, "[ZipWriter] the file in memory cannot be read");
    }
    std::string bytes(status.size, '\0');
    zip_int64_t got = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    if (got < 0 || static_cast<uint64_t>(got) != status.size) {
      throw Error(ErrorCode::internal, "[ZipWriter] the file in memory cannot be read");
    }
    return bytes;
  }
};

ZipWriter::ZipWriter() : members_(new Members) {}
ZipWriter::~ZipWriter() = default;

void ZipWriter::add(const std::string& member, std::string bytes) {
  for (const auto& known : members_->list) {
    if (known.first == member) throw Error(ErrorCode::internal, "[ZipWriter] two members are called " + member);
  }
  members_->list.emplace_back(member, std::move(bytes));
}

std::string ZipWriter::finish() {
  SourceHandle output = make_source(nullptr, 0);
  zip_source_keep(output.get());
  SourceHandle kept(output.get());
  ZipError error;
  ArchiveHandle archive = open_archive(std::move(output), ZIP_TRUNCATE, error);
  if (!archive) throw Error(ErrorCode::internal, "[ZipWriter] " + error.text());
  for (const auto& [member, bytes] : members_->list) Members::add_to(archive.get(), member, bytes);
  bool empty = members_->list.empty();
  if (zip_close(archive.get()) != 0) fail_writing(archive.get());
  archive.release();
  members_->list.clear();
  return empty ? std::string("PK\x05\x06") + std::string(18, '\0') : Members::content(kept.get());
}

}  // namespace sluice
