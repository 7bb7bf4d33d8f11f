// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wyoming/address.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace entente::wyoming {
namespace {

Error malformed(std::string_view text) {
  return Error{ErrorCode::invalid, fmt::format("'{}' is no address of a Wyoming server; it is written tcp://HOST:PORT",
                                               text::shorten(text::to_valid_utf8(text), 100))};
}

bool may_be_host(std::string_view host) {
  constexpr std::string_view others = "-._:%";
  for (const char each : host) {
    const bool letter_or_digit =
        (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9');
    if (!letter_or_digit && others.find(each) == others.npos) return false;
  }
  return !host.empty() && host.size() <= 253;
}

}  // namespace

std::string Address::to_string() const {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Address> parse_address(std::string_view text) {
  auto rest = text;
  if (rest.starts_with("tcp://")) rest.remove_prefix(6);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto colon = rest.rfind(':');
  if (colon == rest.npos) return malformed(text);
  auto host = rest.substr(0, colon);
  const auto digits = rest.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  Address address{std::string(host), 0};
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  const bool whole = problem == std::errc() && end == digits.data() + digits.size() && address.port != 0;
  const bool is_ipv6 = host.find(':') != host.npos;
  if (!whole || !may_be_host(host) || is_ipv6 != bracketed) return malformed(text);
  return address;
}

}  // namespace entente::wyoming
