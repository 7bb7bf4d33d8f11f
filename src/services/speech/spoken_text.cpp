// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/speech/spoken_text.h"

#include "base/text.h"

namespace entente::speech {
namespace {

// Far more than any text that passes can have, white space and controls included.
constexpr std::size_t max_bytes = 64U << 10U;

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Zero-width joiner and non-joiner stay: they change how Persian and Indic words are read.
bool is_silent(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c & 0xFFFEU) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

char32_t take_character(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const char32_t lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  ENTENTE_ASSERT(length <= text.size());
  char32_t character = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) character = (character << 6U) | (byte(i) & 0x3FU);
  text.remove_prefix(length);
  return character;
}

Result<std::string> spoken_text(std::string_view text) {
  const Error too_long{ErrorCode::exhausted,
                       fmt::format("speech: the text has more than {} characters", max_spoken_characters)};
  if (text.size() > max_bytes) return too_long;
  if (!text::is_valid_utf8(text)) return Error{ErrorCode::invalid, "speech: the text is not UTF-8"};

  std::string spoken;
  std::size_t characters = 0;
  bool space_due = false;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t character = take_character(text);
    if (is_space(character)) space_due = !spoken.empty();
    if (is_space(character) || is_silent(character)) continue;
    if (std::exchange(space_due, false)) {
      spoken += ' ';
      ++characters;
    }
    spoken += before.substr(0, before.size() - text.size());
    if (++characters > max_spoken_characters) return too_long;
  }
  if (spoken.empty()) return Error{ErrorCode::invalid, "speech: there is no text to say"};
  return spoken;
}

}  // namespace entente::speech
