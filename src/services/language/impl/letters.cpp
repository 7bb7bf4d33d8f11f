// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/letters.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

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

// Upper case for the first letter of the text, or of every word; lower for the rest.
std::string cased(std::string_view utf8, bool every_word) {
  const auto text = wide(utf8);
  icu::UnicodeString made;
  bool start = true;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const auto c = text.char32At(at);
    made.append(start ? u_totitle(c) : u_tolower(c));
    start = every_word && u_isalnum(c) == 0 && c != '\'';
  }
  return narrow(made);
}

}  // namespace

std::string lower(std::string_view utf8) { return narrow(wide(utf8).toLower(icu::Locale::getRoot())); }
std::string upper(std::string_view utf8) { return narrow(wide(utf8).toUpper(icu::Locale::getRoot())); }
std::string capitalised(std::string_view utf8) { return cased(utf8, false); }
std::string titled(std::string_view utf8) { return cased(utf8, true); }

std::vector<std::string> characters(std::string_view utf8) {
  std::vector<std::string> made;
  for (const char c : utf8) {
    if (made.empty() || (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) made.emplace_back();
    made.back() += c;
  }
  return made;
}

}  // namespace entente::language
