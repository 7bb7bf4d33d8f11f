// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/espeak/impl/phonemes.h"

#include "base/text.h"
#include "services/speech/spoken_text.h"

namespace entente::espeak {
namespace {

bool is_mark(char32_t c) {
  switch (c) {
    case U'ˈ':
    case U'ˌ':
    case U'ː':
    case U'ˑ':
    case U'\u0361':  // tie above
    case U'\u035C':  // tie below
    case U'\u200D':  // zero-width joiner: the engine's own tie
    case U'\'':
    case U'-':
    case U'_': return true;
    default: return c <= U' ' || (c >= U'0' && c <= U'9') || (c >= U'˥' && c <= U'˩');
  }
}

}  // namespace

std::string plain_phonemes(std::string_view ipa) {
  const auto valid = text::to_valid_utf8(ipa);
  std::string plain;
  bool in_switch = false;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view before = rest;
    const char32_t character = speech::take_character(rest);
    if (character == U'(' || character == U')') {
      in_switch = character == U'(';
    } else if (!in_switch && !is_mark(character)) {
      plain += before.substr(0, before.size() - rest.size());
    }
  }
  return plain;
}

}  // namespace entente::espeak
