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

std::string mended_name(std::string_view name) {
  constexpr std::size_t room_for_a_number = 8;
  std::string plain = text::to_valid_utf8(name);
  std::replace_if(
      plain.begin(), plain.end(),
      [](char c) {
        return has_control({&c, 1});
      },
      ' ');
  return clean_name(text::shorten(plain, max_name - room_for_a_number), "name", Emptiness::allowed).value_or("");
}

std::string key_of(const Address& address) {
  std::string key = address.driver;
  for (const auto* part : {&address.hardware_id, &address.device_id}) {
    if (!part->empty()) key += "/" + *part;
  }
  const bool nameless = address.hardware_id.empty() && address.device_id.empty();
  return nameless ? fmt::format("{}/{}:{}", key, address.host, address.port) : key;
}

Error named_error(ErrorCode code, std::string message) { return Error{code, "home: " + std::move(message)}; }

Error no_such_device(std::string_view id) {
  return named_error(ErrorCode::not_found, fmt::format("no device '{}'", text::shorten(text::to_valid_utf8(id), 80)));
}

}  // namespace entente::home
