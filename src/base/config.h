// SPDX-License-Identifier: GPL-3.0-or-later
// A TOML file as a set of dotted keys with defaults. Reading a key records it; check() then reports each wrong type,
// value out of range and key that nothing reads, with file and line, so that a typing error is never silent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entente {

class Config {
 public:
  static Result<Config> parse(std::string_view toml, std::string_view source);
  static Result<Config> load(const std::filesystem::path& path);
  Config();  // empty: every key has its default
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  // `key` is dotted ("speech.language"). The fallback where the file does not say, or says it wrongly (see check()).
  std::string text(std::string_view key, std::string_view fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high);
  double number(std::string_view key, double fallback, double low, double high);
  bool boolean(std::string_view key, bool fallback);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback);

  // The prefixes of the keys in each [[key]] table: {"speech.engines[0].", "speech.engines[1]."}.
  std::vector<std::string> tables(std::string_view key);

  // What only the reader can know to be wrong: "home.toml:3: speech.language is no language that we know".
  void refuse(std::string_view key, std::string_view reason);

  // All complaints in one error, one per line, or nothing. Call it after the last read.
  Result<void> check() const;

 private:
  struct Impl;
  explicit Config(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente
