// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers are said: every spelling that CLDR knows for a language ("one hundred five", "one hundred and five",
// "twenty-seven hundred"; every gender and case), and what people say besides: halves ("two and a half",
// "zweieinhalb"), "negative five", "零下五", "nonante". Hyphens stay; as they end words, they are spaces too. Owned by
// whoever loads or compiles; one thread; slow the first time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace entente::language {

class NumberWords {
 public:
  // A BCP 47 language; of one that CLDR does not know, the words of the nearest that it does ("en-US" is "en").
  explicit NumberWords(std::string_view language);
  NumberWords(const NumberWords&) = delete;
  NumberWords& operator=(const NumberWords&) = delete;
  ~NumberWords();

  // Empty where the language has no words for it.
  const std::vector<std::string>& spell(double number);
  // "third", "dritten": of a whole number. Empty where the language has none.
  const std::vector<std::string>& spell_ordinal(int number);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente::language
