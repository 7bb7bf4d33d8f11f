// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences taken apart and damaged as speech and typing damage them: what `entente bench understanding --perturb`
// does to the sentences of tests. Pure functions; the same seed does the same.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace entente::apps {

// In lower or upper case, all letters that Unicode knows. UTF-8.
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

// A word ends with white space; in scripts without spaces (Chinese, Japanese, Thai …) it is one character.
struct Word {
  std::string text;
  bool space_before = false;
};
std::vector<Word> words_of(std::string_view sentence);
std::string sentence_of(const std::vector<Word>& words);

enum class Damage { filler_prefix, drop_article, double_article, drop_word, replace_word, typo, lower, upper };
struct NamedDamage {
  std::string_view name;
  Damage damage;
};
constexpr NamedDamage damages[] = {{"filler-prefix", Damage::filler_prefix},
                                   {"drop-article", Damage::drop_article},
                                   {"double-article", Damage::double_article},
                                   {"drop-word", Damage::drop_word},
                                   {"replace-word", Damage::replace_word},
                                   {"typo", Damage::typo},
                                   {"lower", Damage::lower},
                                   {"upper", Damage::upper}};

// What damage needs to know of a language.
struct Vocabulary {
  std::vector<std::string> fillers;   // may be of several words
  std::vector<std::string> articles;  // in lower case
  std::vector<std::string> words;     // of all tests
};
// Fillers and articles that people of this language use, whether or not a grammar knows them.
Vocabulary usual_vocabulary(std::string_view language);

// What became of a sentence, and of any part of it.
class Damaged {
 public:
  const std::string& sentence() const { return sentence_; }
  // What became of some words of the original sentence; nothing when they are not in it or stand as they were.
  std::optional<std::string> part(std::string_view words) const;

  // Nothing when the sentence has nothing to damage so: no article, no long word.
  static std::optional<Damaged> make(std::string_view sentence, Damage damage, const Vocabulary& vocabulary,
                                     std::mt19937_64& random);

 private:
  std::vector<Word> original_;
  std::size_t at_ = 0;             // the word that was changed
  std::vector<Word> replacement_;  // by these
  std::string sentence_;
};

}  // namespace entente::apps
