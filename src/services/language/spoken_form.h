// SPDX-License-Identifier: GPL-3.0-or-later
// A text as it is said: "21 °C at 7:05" is "twenty-one degrees at seven oh five". Numbers, dates, times, units, money,
// abbreviations, addresses and signs become words of the text's language, by the tables in sentences/LANG/speech/*.yaml
// and ICU's words for numbers; emoji and marks that nobody says go. Every voice is so given the same words, and no
// digit is left for it to read in its own way. Immutable; any thread, share freely. Loading takes milliseconds.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/language/language.h"

namespace entente::language {

class SpokenForm {
 public:
  // Every *.yaml in the folders, sorted; what later folders say comes before what earlier ones do. What is wrong in a
  // file is a Problem, and the rest goes on. A missing folder is none.
  static SpokenForm load(std::span<const std::filesystem::path> folders, std::string_view language);
  static SpokenForm parse(std::span<const SentenceFile> files, std::string_view language);

  // Never fails: what no rule knows stays as it is, but for digits, which become words in any case. What is not UTF-8
  // is replaced. `as` names a kind of text that the files know ("date", "time", "ordinal", "characters", "telephone"
  // …), from SSML's say-as; an unknown one is ignored.
  std::string say(std::string_view text, std::string_view as = {}) const;

  const std::vector<Problem>& problems() const;

 private:
  struct Impl;
  explicit SpokenForm(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

// The sentences of a text by the language's rules, each with its white space taken off its ends. Pure; any thread.
std::vector<std::string> sentences_of(std::string_view text, std::string_view language);

}  // namespace entente::language
