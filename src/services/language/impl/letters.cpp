// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/letters.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include <array>

#include "base/text.h"

namespace entente::language {
namespace {

icu::UnicodeString wide(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
}
std::string narrow(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}
UChar32 first_of(std::string_view utf8) { return utf8.empty() ? 0 : wide(utf8).char32At(0); }

// The letter itself where it has no mark.
char32_t without_mark(char32_t letter) {
  // Latin, Greek and Cyrillic letters with marks, looked up once.
  static constexpr char32_t first = 0xC0, last = 0x52F;
  static const auto table = [] {
    std::array<char32_t, last - first + 1> made{};
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* decomposed = unorm2_getNFDInstance(&status);
    for (char32_t c = first; c <= last; ++c) {
      UChar units[8];
      const auto length =
          U_FAILURE(status) ? -1 : unorm2_getDecomposition(decomposed, static_cast<UChar32>(c), units, 8, &status);
      made[c - first] = length > 0 ? char32_t{units[0]} : c;
    }
    return made;
  }();
  return letter >= first && letter <= last ? table[letter - first] : letter;
}

}  // namespace

std::string lower(std::string_view utf8) { return narrow(wide(utf8).toLower(icu::Locale::getRoot())); }
std::string upper(std::string_view utf8) { return narrow(wide(utf8).toUpper(icu::Locale::getRoot())); }

std::string title_case(std::string_view character) {
  const auto c = first_of(character);
  if (u_totitle(c) != c) return narrow(icu::UnicodeString(u_totitle(c)));
  auto text = wide(character);  // "ß" and ligatures become several letters, of which the first is upper
  const auto all = icu::UnicodeString(text).toUpper(icu::Locale::getRoot());
  if (all.length() <= text.length()) return std::string(character);
  const auto first = all.moveIndex32(0, 1);
  return narrow(icu::UnicodeString(all, 0, first) + icu::UnicodeString(all, first).toLower(icu::Locale::getRoot()));
}

std::string capitalised(std::string_view utf8) {
  const auto letters = characters(utf8);
  if (letters.empty()) return {};
  // Lower case of the whole, as a sigma at the end depends on what stands before it.
  return title_case(letters.front()) + lower(utf8).substr(lower(letters.front()).size());
}

std::size_t letters_without_marks(std::string_view utf8, std::span<char32_t> letters) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto size = static_cast<std::int32_t>(utf8.size());
  std::size_t count = 0;
  for (std::int32_t at = 0; at < size;) {
    if (count == letters.size()) return 0;
    UChar32 letter = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, letter);
    letters[count++] = letter < 0x80 ? static_cast<char32_t>(letter) : without_mark(static_cast<char32_t>(letter));
  }
  return count;
}

std::vector<std::string> characters(std::string_view utf8) {
  std::vector<std::string> made;
  for (const char c : utf8) {
    if (made.empty() || !text::is_continuation(c)) made.emplace_back();
    made.back() += c;
  }
  return made;
}

bool is_letter(std::string_view character) { return u_isalpha(first_of(character)) != 0; }
bool is_digit(std::string_view character) { return u_isdigit(first_of(character)) != 0; }
bool is_letter_or_digit(std::string_view character) { return u_isalnum(first_of(character)) != 0; }
bool is_cased(std::string_view character) {
  const auto c = first_of(character);
  return u_hasBinaryProperty(c, UCHAR_LOWERCASE) != 0 || u_hasBinaryProperty(c, UCHAR_UPPERCASE) != 0 ||
         u_istitle(c) != 0;
}
bool is_white_space(std::string_view character) { return u_isUWhiteSpace(first_of(character)) != 0; }

}  // namespace entente::language
