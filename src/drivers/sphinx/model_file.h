// SPDX-License-Identifier: GPL-3.0-or-later
// A cursor over the bytes of one file of the acoustic model. Foreign bytes: every read is checked, the first read past
// the end makes the cursor failed for good and yields zeros, so a parser checks failed() where it matters, not at
// every field. Errors name the file and the place.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente::sphinx {

class ModelFile {
 public:
  static Result<ModelFile> read(const std::filesystem::path& path, std::size_t limit);
  ModelFile(std::string name, std::string bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

  bool failed() const { return failed_; }
  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t position() const { return at_; }

  // A little-endian number.
  template <class T>
  T take() {
    T value{};
    if (const char* from = claim(sizeof(T))) std::memcpy(&value, from, sizeof(T));
    return value;
  }
  template <class T>
  std::vector<T> take_many(std::size_t count) {
    if (failed_ || count > left() / sizeof(T)) {
      failed_ = true;
      return {};
    }
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), claim(count * sizeof(T)), count * sizeof(T));
    return values;
  }
  std::string_view take_text(std::size_t count);
  // Up to and without `end`, which is skipped; fails where there is none.
  std::string_view take_until(char end);
  void skip(std::size_t count) { claim(count); }

  // "acoustic model: /usr/share/…/mdef: <cause>"
  Error broken(std::string_view cause) const;
  Error truncated() const { return broken("truncated"); }

 private:
  const char* claim(std::size_t count);

  std::string name_;
  std::string bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

// Sphinx's own container ("s3" text header, byte-order mark, numbers, optional checksum): the cursor is left at the
// first number after the mark, and verify() is to be called when all numbers have been read.
class S3File {
 public:
  static Result<S3File> open(ModelFile file);
  std::uint32_t take_count();
  Result<std::vector<float>> take_floats(std::size_t expected);  // preceded by their own count
  Result<void> verify();
  ModelFile& file() { return file_; }

 private:
  explicit S3File(ModelFile file) : file_(std::move(file)) {}
  void add(std::uint32_t word) { sum_ = ((sum_ << 20U) | (sum_ >> 12U)) + word; }

  ModelFile file_;
  bool has_checksum_ = false;
  std::uint32_t sum_ = 0;
};

}  // namespace entente::sphinx
