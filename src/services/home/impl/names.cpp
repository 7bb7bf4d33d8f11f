// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/impl/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace entente::home {
namespace {

constexpr std::size_t max_name = 80;

bool has_control(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

}  // namespace

Result<std::string> clean_name(std::string_view name, std::string_view what, Emptiness emptiness) {
  const auto refused = [&](std::string_view reason) {
    return Error{ErrorCode::invalid, fmt::format("{} {}", what, reason)};
  };
  if (!text::is_valid_utf8(name)) return refused("is not UTF-8");
  if (has_control(name)) return refused("has control characters");
  std::string clean;
  for (const char c : text::trim(name)) {
    const bool space = c == ' ' || c == '\t';
    if (!space) clean += c;
    if (space && clean.back() != ' ') clean += ' ';
  }
  if (clean.empty() && emptiness == Emptiness::refused) return refused("is empty");
  if (clean.size() > max_name) return refused(fmt::format("is longer than {} bytes", max_name));
  return clean;
}

std::string name_key(std::string_view name) { return text::to_lower_ascii(name); }

}  // namespace entente::home
