// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers are said: every spelling that CLDR knows for a language ("one hundred five", "one hundred and five",
// "twenty-seven hundred"), hyphens as spaces too. Owned by whoever loads or compiles; one thread; slow the first time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace entente::language {

class NumberWords {
 public:
  explicit NumberWords(std::string_view language);
  NumberWords(const NumberWords&) = delete;
  NumberWords& operator=(const NumberWords&) = delete;
  ~NumberWords();

  // Empty where the language has no words for it.
  const std::vector<std::string>& spell(double number);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente::language
