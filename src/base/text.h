// SPDX-License-Identifier: GPL-3.0-or-later
// Small operations on UTF-8 text and bytes that the standard library lacks. Pure functions, any thread. What needs
// Unicode knowledge (case folding, normalisation, number words) is services/language's, which has ICU.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace entente::text {

std::string_view trim(std::string_view text);                                // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);  // empty parts are kept
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower_ascii(std::string_view text);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// Whether the byte goes on with a character of UTF-8 that began before it.
constexpr bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }
bool is_valid_utf8(std::string_view bytes);
// Well-formed UTF-8, each ill-formed sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view bytes);
// At most `limit` bytes of `text`, cut between characters, with "…" where something was cut: for messages.
std::string shorten(std::string_view text, std::size_t limit);

std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view hex);  // either case, no separators

}  // namespace entente::text
