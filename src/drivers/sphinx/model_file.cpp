// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/model_file.h"

#include <fmt/format.h>

#include <bit>

#include "base/file.h"
#include "base/text.h"

namespace entente::sphinx {

static_assert(std::endian::native == std::endian::little, "the model's files are little-endian");

Result<ModelFile> ModelFile::read(const std::filesystem::path& path, std::size_t limit) {
  auto bytes = read_file(path, limit);
  if (!bytes.ok()) return bytes.error().within("acoustic model");
  return ModelFile(path.string(), std::move(bytes).value());
}

const char* ModelFile::claim(std::size_t count) {
  if (failed_ || count > left()) {
    failed_ = true;
    return nullptr;
  }
  const char* from = bytes_.data() + at_;
  at_ += count;
  return from;
}

std::string_view ModelFile::take_text(std::size_t count) {
  const char* from = claim(count);
  return from ? std::string_view(from, count) : std::string_view();
}

std::string_view ModelFile::take_until(char end) {
  auto found = bytes_.find(end, at_);
  if (failed_ || found == std::string::npos) {
    failed_ = true;
    return {};
  }
  auto text = take_text(found - at_);
  skip(1);
  return text;
}

Error ModelFile::broken(std::string_view cause) const {
  return Error{ErrorCode::corrupt, fmt::format("acoustic model: {}: {} (at byte {})", name_, cause, at_)};
}

Result<S3File> S3File::open(ModelFile file) {
  S3File s3(std::move(file));
  ModelFile& from = s3.file_;
  if (from.take_until('\n') != "s3") return from.broken("not an s3 file");
  for (int lines = 0;; ++lines) {
    auto line = text::trim(from.take_until('\n'));
    if (from.failed() || lines > 100) return from.broken("its header has no end");
    if (line == "endhdr") break;
    if (line == "chksum0 yes") s3.has_checksum_ = true;
  }
  if (from.take<std::uint32_t>() != 0x11223344U) return from.broken("wrong byte order");
  return s3;
}

std::uint32_t S3File::take_count() {
  auto count = file_.take<std::uint32_t>();
  add(count);
  return count;
}

Result<std::vector<float>> S3File::take_floats(std::size_t expected) {
  auto count = take_count();
  if (count != expected) return file_.broken(fmt::format("{} numbers where {} belong", count, expected));
  auto values = file_.take_many<float>(expected);
  if (file_.failed()) return file_.truncated();
  for (float value : values) add(std::bit_cast<std::uint32_t>(value));
  return values;
}

Result<void> S3File::verify() {
  if (!has_checksum_) return {};
  auto stored = file_.take<std::uint32_t>();
  if (file_.failed()) return file_.truncated();
  if (stored != sum_) return file_.broken("its checksum does not match");
  return {};
}

}  // namespace entente::sphinx
