// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/impl/phrases.h"

#include "base/text.h"
#include "services/speech/spoken_text.h"

namespace entente::speech {
namespace {

constexpr std::size_t long_sentence = 60;  // bytes; what is shorter is made within a few milliseconds
constexpr std::size_t least_phrase = 12;   // bytes on each side of a cut

bool ends_clause(char32_t c) {
  return c == U',' || c == U';' || c == U':' || c == U'，' || c == U'、' || c == U'；' || c == U'：' || c == U'—';
}
bool is_wide(char32_t c) { return c >= 0x3000; }

}  // namespace

std::vector<std::string> phrases_of(std::string_view sentence) {
  if (sentence.size() <= long_sentence) return {std::string(sentence)};
  for (auto rest = sentence; !rest.empty();) {
    const auto c = take_character(rest);
    const auto cut = sentence.size() - rest.size();
    if (!ends_clause(c) || cut < least_phrase || rest.size() < least_phrase) continue;
    if (!is_wide(c) && rest.front() != ' ') continue;  // "1,5" and "7:05"
    return {std::string(sentence.substr(0, cut)), std::string(text::trim(rest))};
  }
  return {std::string(sentence)};
}

}  // namespace entente::speech
