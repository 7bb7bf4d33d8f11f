// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/ipa.h"

#include <array>

#include "base/text.h"

namespace entente::sphinx {
namespace {

struct Rule {
  std::string_view ipa;
  std::string_view phones;  // with one space between
};

// The first rule that fits wins, so longer ones stand before their beginnings.
constexpr std::array rules{
    Rule{"t͡ʃ", "CH"},   Rule{"tʃ", "CH"},   Rule{"d͡ʒ", "JH"},    Rule{"dʒ", "JH"},    Rule{"tɕ", "CH"},
    Rule{"dʑ", "JH"},   Rule{"aɪ", "AY"},   Rule{"aɪ̯", "AY"},    Rule{"ai", "AY"},    Rule{"aʊ", "AW"},
    Rule{"au", "AW"},   Rule{"eɪ", "EY"},   Rule{"ei", "EY"},    Rule{"ɛɪ", "EY"},    Rule{"ɔɪ", "OY"},
    Rule{"oɪ", "OY"},   Rule{"ɔy", "OY"},   Rule{"oʊ", "OW"},    Rule{"əʊ", "OW"},    Rule{"ou", "OW"},
    Rule{"oɹ", "AO R"}, Rule{"or", "AO R"}, Rule{"oːɹ", "AO R"}, Rule{"ɔːɹ", "AO R"}, Rule{"ɜɹ", "ER"},
    Rule{"ɜːɹ", "ER"},  Rule{"əɹ", "ER"},   Rule{"ɚɹ", "ER"},    Rule{"n̩", "AH N"},   Rule{"l̩", "AH L"},
    Rule{"m̩", "AH M"},  Rule{"əl", "AH L"}, Rule{"ɪ", "IH"},     Rule{"ᵻ", "IH"},     Rule{"ɨ", "IH"},
    Rule{"i", "IY"},    Rule{"ɛ", "EH"},    Rule{"e", "EH"},     Rule{"æ", "AE"},     Rule{"a", "AA"},
    Rule{"ɑ", "AA"},    Rule{"ɒ", "AA"},    Rule{"ɔ", "AO"},     Rule{"o", "OW"},     Rule{"ʊ", "UH"},
    Rule{"ɵ", "UH"},    Rule{"u", "UW"},    Rule{"ʉ", "UW"},     Rule{"ɯ", "UW"},     Rule{"y", "UW"},
    Rule{"ʏ", "UH"},    Rule{"ø", "ER"},    Rule{"œ", "ER"},     Rule{"ʌ", "AH"},     Rule{"ə", "AH"},
    Rule{"ɐ", "AH"},    Rule{"ɤ", "AH"},    Rule{"ɚ", "ER"},     Rule{"ɝ", "ER"},     Rule{"ɜ", "ER"},
    Rule{"p", "P"},     Rule{"b", "B"},     Rule{"β", "B"},      Rule{"t", "T"},      Rule{"ʈ", "T"},
    Rule{"ɾ", "T"},     Rule{"ʔ", "T"},     Rule{"d", "D"},      Rule{"ɖ", "D"},      Rule{"k", "K"},
    Rule{"q", "K"},     Rule{"x", "K"},     Rule{"g", "G"},      Rule{"ɡ", "G"},      Rule{"ɣ", "G"},
    Rule{"f", "F"},     Rule{"ɸ", "F"},     Rule{"v", "V"},      Rule{"ʋ", "V"},      Rule{"θ", "TH"},
    Rule{"ð", "DH"},    Rule{"s", "S"},     Rule{"z", "Z"},      Rule{"ʃ", "SH"},     Rule{"ɕ", "SH"},
    Rule{"ʂ", "SH"},    Rule{"ʒ", "ZH"},    Rule{"ʑ", "ZH"},     Rule{"ʐ", "ZH"},     Rule{"h", "HH"},
    Rule{"ɦ", "HH"},    Rule{"ç", "HH"},    Rule{"χ", "HH"},     Rule{"ħ", "HH"},     Rule{"m", "M"},
    Rule{"n", "N"},     Rule{"ɲ", "N Y"},   Rule{"ɳ", "N"},      Rule{"ŋ", "NG"},     Rule{"l", "L"},
    Rule{"ɫ", "L"},     Rule{"ɬ", "L"},     Rule{"ʎ", "L Y"},    Rule{"ɭ", "L"},      Rule{"ɹ", "R"},
    Rule{"r", "R"},     Rule{"ʁ", "R"},     Rule{"ʀ", "R"},      Rule{"ɻ", "R"},      Rule{"j", "Y"},
    Rule{"w", "W"},     Rule{"ɥ", "W"},     Rule{"ʍ", "W"},
};

}  // namespace

std::vector<std::string_view> arpabet_from_ipa(std::string_view ipa) {
  std::vector<std::string_view> phones;
  while (!ipa.empty()) {
    std::size_t length = 1;  // stress, length, tone and what else there is: no sound of its own
    for (const Rule& rule : rules) {
      if (!ipa.starts_with(rule.ipa)) continue;
      length = rule.ipa.size();
      for (auto phone : text::split(rule.phones, ' ')) phones.push_back(phone);
      break;
    }
    ipa.remove_prefix(length);
  }
  return phones;
}

}  // namespace entente::sphinx
