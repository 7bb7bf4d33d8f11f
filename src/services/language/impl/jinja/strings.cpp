// SPDX-License-Identifier: GPL-3.0-or-later
// Texts as Python reads and changes them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "services/language/impl/jinja/operations.h"
#include "services/language/impl/letters.h"

namespace entente::language::jinja {
namespace {

constexpr std::int64_t width_limit = 1'000;

// Python takes "1_000", white space around, and a sign.
bool plain_number(std::string_view text, std::string& into) {
  const auto trimmed = stripped(std::string(text), nullptr, true, true);
  std::string_view rest = trimmed;
  if (rest.starts_with('+')) rest.remove_prefix(1);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '_') {
      into += rest[i];
      continue;
    }
    const auto digit = [&](std::size_t at) { return at < rest.size() && rest[at] >= '0' && rest[at] <= '9'; };
    if (i == 0 || !digit(i - 1) || !digit(i + 1)) return false;
  }
  return !into.empty() && !into.starts_with("+") && !(rest.data() != trimmed.data() && into.starts_with('-'));
}

bool among(const std::vector<std::string>& letters, const std::string& letter) {
  return std::find(letters.begin(), letters.end(), letter) != letters.end();
}

}  // namespace

bool read_integer(std::string_view text, std::int64_t& into) { return read_based_integer(text, 10, into); }

bool read_based_integer(std::string_view text, std::int64_t base, std::int64_t& into) {
  std::string plain;
  if ((base != 0 && base < 2) || base > 36 || !plain_number(text, plain)) return false;
  const bool negative = plain.starts_with('-');
  auto digits = text::to_lower_ascii(std::string_view(plain).substr(negative ? 1 : 0));
  for (const auto& [prefix, of] : {std::pair<std::string_view, std::int64_t>{"0x", 16}, {"0o", 8}, {"0b", 2}}) {
    if (!digits.starts_with(prefix) || (base != of && base != 0)) continue;
    digits.erase(0, 2);
    base = of;
  }
  if (base == 0) base = 10;
  if (negative) digits.insert(0, 1, '-');
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), into, static_cast<int>(base));
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size() && !digits.starts_with("--");
}

bool read_real(std::string_view text, double& into) {
  std::string plain;
  if (!plain_number(text, plain)) return false;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), into);
  if (read.ec == std::errc::result_out_of_range) return false;
  return read.ec == std::errc() && read.ptr == plain.data() + plain.size();
}

std::string stripped(const std::string& text, const Value* which, bool left, bool right) {
  const auto letters = characters(text);
  const auto unwanted = which == nullptr || which->is_none() ? std::vector<std::string>() : characters(text_of(*which));
  const auto goes = [&](const std::string& letter) {
    return which == nullptr || which->is_none() ? is_white_space(letter) : among(unwanted, letter);
  };
  std::size_t begin = 0, end = letters.size();
  while (left && begin < end && goes(letters[begin])) ++begin;
  while (right && end > begin && goes(letters[end - 1])) --end;
  std::string made;
  for (; begin < end; ++begin) made += letters[begin];
  return made;
}

std::string padded(const std::string& text, const Value* width, const Value* fill, char align) {
  const auto wanted = integer_argument(width, 0);
  if (wanted > width_limit) fail_exhausted(fmt::format("a width of {}", wanted));
  const auto length = static_cast<std::int64_t>(characters(text).size());
  const auto letter = fill == nullptr ? std::string(" ") : text_of(*fill);
  const auto missing = std::max<std::int64_t>(wanted - length, 0);
  // Python's str.center puts the odd one to the left where the width is odd.
  const auto before = align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & wanted & 1);
  std::string made;
  for (std::int64_t i = 0; i < before; ++i) made += letter;
  made += text;
  for (auto i = before; i < missing; ++i) made += letter;
  return made;
}

// Every word that white space, "-" or an opening bracket begins.
std::string jinja_title(const std::string& text) {
  std::string made, word;
  const auto end_word = [&] {
    const auto letters = characters(word);
    if (!letters.empty()) made += upper(letters.front()) + lower(std::string_view(word).substr(letters.front().size()));
    word.clear();
  };
  for (const auto& letter : characters(text)) {
    if (is_white_space(letter) || letter == "-" || letter == "(" || letter == "{" || letter == "[" || letter == "<") {
      end_word();
      made += letter;
    } else {
      word += letter;
    }
  }
  end_word();
  return made;
}

// Every run of letters.
std::string python_title(const std::string& text) {
  std::string made, word;
  for (const auto& letter : characters(text)) {
    if (is_cased(letter)) {
      word += letter;
      continue;
    }
    made += capitalised(word) + letter;
    word.clear();
  }
  return made + capitalised(word);
}

std::string replaced(const std::string& text, const std::string& from, const std::string& to, std::int64_t count) {
  std::string made;
  const auto room = [&] {
    if (made.size() > text_limit) fail_exhausted("a text in the reply is too long");
  };
  if (from.empty()) {  // between all letters, as Python has it
    for (const auto& letter : characters(text)) {
      if (count != 0) made += to;
      if (count > 0) --count;
      made += letter;
      room();
    }
    return count != 0 ? made + to : made;
  }
  std::size_t at = 0;
  for (auto found = text.find(from); found != std::string::npos && count != 0; found = text.find(from, at)) {
    made += text.substr(at, found - at) + to;
    at = found + from.size();
    if (count > 0) --count;
    room();
  }
  return made + text.substr(at);
}

}  // namespace entente::language::jinja
