// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_understanding_words.h"

#include <algorithm>
#include <clocale>
#include <cwctype>

#include "base/text.h"

namespace entente::apps {
namespace {

// ---- letters

struct Letter {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// Of valid UTF-8; a cut one at the end is its bytes.
Letter letter_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || at + length > text.size()) return {lead, 1};
  char32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return {code, length};
}

void append(std::string& text, char32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const unsigned more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned leads[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(leads[more] | code >> (6 * more));
  for (unsigned i = more; i-- > 0;) text += static_cast<char>(0x80U | (code >> (6 * i) & 0x3FU));
}

std::u32string letters_of(std::string_view text) {
  std::u32string letters;
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = letter_at(text, at);
    letters += letter.code;
    at += letter.bytes;
  }
  return letters;
}

std::string text_of(std::u32string_view letters) {
  std::string text;
  for (const auto letter : letters) append(text, letter);
  return text;
}

bool of_spaceless_script(char32_t code) {
  return (code >= 0x0E00 && code <= 0x0EFF) || (code >= 0x1000 && code <= 0x109F) ||
         (code >= 0x1780 && code <= 0x17FF) || (code >= 0x3040 && code <= 0x30FF) ||
         (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) || code >= 0x20000;
}

bool combines(char32_t code) {
  return code == 0x0E31 || (code >= 0x0E34 && code <= 0x0E3A) || (code >= 0x0E47 && code <= 0x0E4E) ||
         (code >= 0x0300 && code <= 0x036F);
}

template <class Change>
std::string each_letter(std::string_view text, Change change) {
  static const locale_t unicode = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (unicode == nullptr) return std::string(text);
  auto letters = letters_of(text);
  for (auto& letter : letters) letter = static_cast<char32_t>(change(static_cast<wint_t>(letter), unicode));
  return text_of(letters);
}

// ---- chance

std::size_t any_of(std::size_t count, std::mt19937_64& random) { return static_cast<std::size_t>(random() % count); }

template <class Wanted>
std::optional<std::size_t> any_word(const std::vector<Word>& words, std::mt19937_64& random, Wanted wanted) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (wanted(words[i])) found.push_back(i);
  }
  if (found.empty()) return std::nullopt;
  return found[any_of(found.size(), random)];
}

bool long_enough(const Word& word) {
  const auto letters = letters_of(word.text);
  return letters.size() >= 5 && std::none_of(letters.begin(), letters.end(), [](char32_t letter) {
           return (letter < 0x80 && (letter < 'A' || letter > 'z')) || of_spaceless_script(letter);
         });
}

// One letter left out, doubled, swapped with the next, or another one; never the first.
std::string mistyped(const std::string& word, std::mt19937_64& random) {
  auto letters = letters_of(word);
  const auto at = 1 + any_of(letters.size() - 2, random);
  switch (any_of(4, random)) {
    case 0: letters.erase(at, 1); break;
    case 1: letters.insert(at, 1, letters[at]); break;
    case 2:
      if (letters[at] != letters[at + 1]) {
        std::swap(letters[at], letters[at + 1]);
        break;
      }
      [[fallthrough]];
    default: {
      const auto other = static_cast<char32_t>('a' + any_of(26, random));
      letters[at] = other == letters[at] ? U'x' : other;
    }
  }
  return text_of(letters);
}

}  // namespace

std::string lower_case(std::string_view text) {
  return each_letter(text, [](wint_t letter, locale_t unicode) { return ::towlower_l(letter, unicode); });
}

std::string upper_case(std::string_view text) {
  return each_letter(text, [](wint_t letter, locale_t unicode) { return ::towupper_l(letter, unicode); });
}

std::vector<Word> words_of(std::string_view sentence) {
  std::vector<Word> words;
  bool space = false, joined = false;
  for (std::size_t at = 0; at < sentence.size();) {
    const auto letter = letter_at(sentence, at);
    const auto bytes = sentence.substr(at, letter.bytes);
    at += letter.bytes;
    if (letter.code == ' ' || letter.code == '\t' || letter.code == 0x3000) {
      space = true;
      joined = false;
      continue;
    }
    const bool alone = of_spaceless_script(letter.code);
    if (combines(letter.code) && !words.empty() && !space) {
      words.back().text += bytes;
      continue;
    }
    if (joined && !alone) {
      words.back().text += bytes;
    } else {
      words.push_back({std::string(bytes), space});
    }
    joined = !alone;
    space = false;
  }
  return words;
}

std::string sentence_of(const std::vector<Word>& words) {
  std::string sentence;
  for (const auto& word : words) {
    if (word.space_before && !sentence.empty()) sentence += ' ';
    sentence += word.text;
  }
  return sentence;
}

Vocabulary usual_vocabulary(std::string_view language) {
  const auto is = [&](std::string_view code) { return language.substr(0, code.size()) == code; };
  if (is("en")) return {{"uh", "um", "er", "so", "well", "okay", "please", "could you please"}, {"the", "a", "an"}, {}};
  if (is("es")) {
    return {{"eh", "este", "bueno", "pues", "por favor", "a ver"},
            {"el", "la", "los", "las", "un", "una", "unos", "unas"},
            {}};
  }
  if (is("de")) {
    return {{"äh", "ähm", "also", "bitte", "kannst du bitte"},
            {"der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer"},
            {}};
  }
  if (is("fr")) return {{"euh", "ben", "alors", "s'il te plaît"}, {"le", "la", "les", "un", "une", "des"}, {}};
  if (is("zh")) return {{"嗯", "呃", "那个", "请", "麻烦你"}, {}, {}};
  return {};
}

std::optional<std::string> Damaged::part(std::string_view words) const {
  const auto wanted = words_of(lower_case(words));
  if (wanted.empty() || wanted.size() > original_.size()) return std::nullopt;
  for (std::size_t first = 0; first + wanted.size() <= original_.size(); ++first) {
    if (at_ < first || at_ >= first + wanted.size()) continue;
    const bool here = std::equal(wanted.begin(), wanted.end(), original_.begin() + static_cast<std::ptrdiff_t>(first),
                                 [](const Word& a, const Word& b) { return a.text == lower_case(b.text); });
    if (!here) continue;
    std::vector<Word> changed;
    for (auto i = first; i < first + wanted.size(); ++i) {
      if (i == at_) {
        changed.insert(changed.end(), replacement_.begin(), replacement_.end());
      } else {
        changed.push_back(original_[i]);
      }
    }
    return sentence_of(changed);
  }
  return std::nullopt;
}

std::optional<Damaged> Damaged::make(std::string_view sentence, Damage damage, const Vocabulary& vocabulary,
                                     std::mt19937_64& random) {
  Damaged made;
  made.original_ = words_of(sentence);
  made.at_ = made.original_.size();
  const auto& words = made.original_;
  const auto article = [&](const Word& word) {
    return std::find(vocabulary.articles.begin(), vocabulary.articles.end(), lower_case(word.text)) !=
           vocabulary.articles.end();
  };
  std::optional<std::size_t> at;
  switch (damage) {
    case Damage::filler_prefix: {
      if (vocabulary.fillers.empty() || words.empty()) return std::nullopt;
      const auto& filler = vocabulary.fillers[any_of(vocabulary.fillers.size(), random)];
      const auto last = words_of(filler).back().text;
      made.sentence_ = filler + (of_spaceless_script(letter_at(last, 0).code) ? "" : " ") + std::string(sentence);
      return made;
    }
    case Damage::lower:
    case Damage::upper:
      made.sentence_ = damage == Damage::lower ? lower_case(sentence) : upper_case(sentence);
      if (made.sentence_ == sentence) return std::nullopt;
      return made;
    case Damage::drop_article:
    case Damage::double_article:
      if ((at = any_word(words, random, article)) && damage == Damage::double_article) {
        made.replacement_ = {words[*at], {words[*at].text, true}};
      }
      break;
    case Damage::drop_word:
      if (words.size() > 1) at = any_of(words.size(), random);
      break;
    case Damage::replace_word:
      if (words.size() < 2 || vocabulary.words.empty()) return std::nullopt;
      at = any_of(words.size(), random);
      made.replacement_ = {{vocabulary.words[any_of(vocabulary.words.size(), random)], words[*at].space_before}};
      if (lower_case(made.replacement_.front().text) == lower_case(words[*at].text)) return std::nullopt;
      break;
    case Damage::typo:
      if ((at = any_word(words, random, long_enough))) {
        made.replacement_ = {{mistyped(words[*at].text, random), words[*at].space_before}};
      }
      break;
  }
  if (!at) return std::nullopt;
  made.at_ = *at;
  std::vector<Word> changed(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(*at));
  changed.insert(changed.end(), made.replacement_.begin(), made.replacement_.end());
  changed.insert(changed.end(), words.begin() + static_cast<std::ptrdiff_t>(*at) + 1, words.end());
  made.sentence_ = sentence_of(changed);
  return made;
}

}  // namespace entente::apps
