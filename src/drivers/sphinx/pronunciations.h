// SPDX-License-Identifier: GPL-3.0-or-later
// How words are said, as phones of the acoustic model: from a dictionary in CMU's format, our own additions for the
// weak forms of everyday English, and a Pronouncer for everything else. The dictionary is immutable after open();
// what the Pronouncer said is kept in a cache behind a lock, because spaces are prepared on any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "drivers/sphinx/acoustic_model.h"
#include "services/speech/speech.h"

namespace entente::sphinx {

using Pronunciation = std::vector<Phone>;

// The file's bytes and a hash table of its lines.
class Dictionary {
 public:
  static Result<Dictionary> open(const std::filesystem::path& path);
  static Result<Dictionary> parse(std::string bytes, std::string_view name);

  // The phones of `word` ("word(2)" is its second pronunciation) as they stand, "T UW"; empty when it is not there.
  std::string_view find(std::string_view word) const;
  std::size_t size() const { return size_; }

 private:
  Dictionary() = default;
  std::string_view word_at(std::uint32_t offset) const;
  std::size_t slot_of(std::string_view word) const;

  std::string bytes_;
  std::vector<std::uint32_t> slots_;  // offset of a line, plus one; a power of two of them
  std::size_t size_ = 0;
};

class Pronunciations {
 public:
  // `pronouncer` may be null and otherwise outlives this.
  Pronunciations(Dictionary dictionary, const AcousticModel& model, speech::Pronouncer* pronouncer);

  // All pronunciations, best first, without repetitions; empty when nobody knows. Any thread.
  std::vector<Pronunciation> find(std::string_view word) const;

 private:
  void add_from_dictionary(std::string_view word, std::vector<Pronunciation>& out) const;
  void add_additions(std::string_view word, std::vector<Pronunciation>& out) const;
  void add_by_parts(std::string_view word, std::vector<Pronunciation>& out) const;
  void add_possessive(std::string_view word, std::vector<Pronunciation>& out) const;
  void add_pronounced(const std::string& word, std::vector<Pronunciation>& out) const;
  bool append(std::string_view phones, std::vector<Pronunciation>& out) const;

  Dictionary dictionary_;
  const AcousticModel& model_;
  speech::Pronouncer* pronouncer_;
  mutable std::mutex mutex_;  // lint: allow mutex: spaces are prepared on several pool threads at once
  mutable std::unordered_map<std::string, std::vector<Pronunciation>> cache_;  // guarded by mutex_
};

}  // namespace entente::sphinx
