// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/flite/impl/english_letters.h"

#include "services/speech/spoken_text.h"

namespace entente::flite {
namespace {

struct Spelling {
  char32_t character;
  std::string_view ascii;
};
// Sorted.
constexpr Spelling spellings[] = {
    {U'\u00A0', " "},
    {U'£', " pounds "},
    {U'©', " copyright "},
    {U'°', " degrees "},
    {U'±', " plus or minus "},
    {U'²', " squared "},
    {U'³', " cubed "},
    {U'µ', "micro"},
    {U'¼', " one quarter "},
    {U'½', " one half "},
    {U'¾', " three quarters "},
    {U'Æ', "Ae"},
    {U'×', " times "},
    {U'Ø', "O"},
    {U'ß', "ss"},
    {U'æ', "ae"},
    {U'÷', " divided by "},
    {U'ø', "o"},
    {U'ł', "l"},
    {U'œ', "oe"},
    {U'–', ", "},
    {U'—', ", "},
    {U'‘', "'"},
    {U'’', "'"},
    {U'“', "\""},
    {U'”', "\""},
    {U'…', "... "},
    {U'€', " euros "},
    {U'℃', " degrees Celsius "},
    {U'℉', " degrees Fahrenheit "},
};

// Latin-1 and Latin Extended-A letters without their accents; '?' where there is none.
constexpr std::u32string_view latin_1 = U"AAAAAA?CEEEEIIIIDNOOOOO?OUUUUYT?aaaaaa?ceeeeiiiidnooooo?ouuuuyty";  // U+00C0
constexpr std::u32string_view latin_a =
    U"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo??RrRrRrSsSsSsSsTtTtTtUuUuUuUu"
    U"UuUuWwYyYZzZzZzs";  // U+0100

std::string spell(char32_t character) {
  const auto* found = std::lower_bound(std::begin(spellings), std::end(spellings), character,
                                       [](const Spelling& entry, char32_t wanted) { return entry.character < wanted; });
  if (found != std::end(spellings) && found->character == character) return std::string(found->ascii);
  char32_t letter = U'?';
  if (character >= 0xC0 && character < 0xC0 + latin_1.size()) letter = latin_1[character - 0xC0];
  if (character >= 0x100 && character < 0x100 + latin_a.size()) letter = latin_a[character - 0x100];
  return letter == U'?' ? std::string(" ") : std::string(1, static_cast<char>(letter));
}

bool is_readable(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string english_letters(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const char32_t character = speech::take_character(text);
    if (character >= 0x80) {
      ascii += spell(character);
    } else {
      ascii += character < 0x20 || character == 0x7F ? ' ' : static_cast<char>(character);
    }
  }
  if (std::none_of(ascii.begin(), ascii.end(), is_readable)) ascii.clear();
  return ascii;
}

}  // namespace entente::flite
