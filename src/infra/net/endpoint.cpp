// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace entente::net {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Error not_an_endpoint(std::string_view text, std::string_view expected) {
  return Error{ErrorCode::invalid,
               fmt::format("net: '{}' is not {}", text::to_valid_utf8(text::shorten(text, 60)), expected)};
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// A zone after '%': an interface's name or number.
std::optional<std::uint32_t> parse_scope(std::string_view zone) {
  if (const auto number = parse_number<std::uint32_t>(zone)) return number;
  if (zone.empty() || zone.size() >= IF_NAMESIZE || zone.find('\0') != zone.npos) return std::nullopt;
  const unsigned index = if_nametoindex(std::string(zone).c_str());
  return index == 0 ? std::nullopt : std::optional<std::uint32_t>(index);
}

}  // namespace

Result<Endpoint> Endpoint::of(std::string_view address, std::uint16_t port) {
  const std::string_view expected = "an IPv4 or IPv6 address";
  const auto percent = address.find('%');
  const std::string plain(address.substr(0, percent));
  if (plain.find('\0') != plain.npos) return not_an_endpoint(address, expected);

  std::array<std::uint8_t, 16> bytes{};
  if (percent == address.npos && inet_pton(AF_INET, plain.c_str(), bytes.data()) == 1) {
    return from_bytes(std::span<const std::uint8_t, 4>(bytes.data(), 4), port);
  }
  if (inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return not_an_endpoint(address, expected);
  std::uint32_t scope = 0;
  if (percent != address.npos) {
    const auto parsed = parse_scope(address.substr(percent + 1));
    if (!parsed) return not_an_endpoint(address, expected);
    scope = *parsed;
  }
  return from_bytes(std::span<const std::uint8_t, 16>(bytes), scope, port);
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::string_view expected = "an address with a port, such as 192.168.1.20:80 or [::1]:80";
  const auto colon = text.rfind(':');
  if (colon == text.npos) return not_an_endpoint(text, expected);
  auto address = text.substr(0, colon);
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  const bool bracketed = address.size() >= 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  const bool has_colon = address.find(':') != address.npos;
  if (!port || bracketed != has_colon) return not_an_endpoint(text, expected);
  const auto endpoint = of(address, *port);
  if (!endpoint) return not_an_endpoint(text, expected);
  return *endpoint;
}

Endpoint Endpoint::any(std::uint16_t port) { return Endpoint().with_port(port); }

Endpoint Endpoint::loopback(std::uint16_t port) {
  constexpr std::array<std::uint8_t, 4> address{127, 0, 0, 1};
  return from_bytes(std::span<const std::uint8_t, 4>(address), port);
}

Endpoint Endpoint::from_bytes(std::span<const std::uint8_t, 4> address, std::uint16_t port) {
  Endpoint result;
  std::copy(address.begin(), address.end(), result.address_.begin());
  result.port_ = port;
  return result;
}

Endpoint Endpoint::from_bytes(std::span<const std::uint8_t, 16> address, std::uint32_t scope, std::uint16_t port) {
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin())) {
    return from_bytes(address.subspan<12, 4>(), port);
  }
  Endpoint result;
  result.family_ = Family::v6;
  std::copy(address.begin(), address.end(), result.address_.begin());
  result.scope_ = scope;
  result.port_ = port;
  return result;
}

Endpoint Endpoint::with_port(std::uint16_t port) const {
  Endpoint result = *this;
  result.port_ = port;
  return result;
}

std::string Endpoint::address() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_ == Family::v4 ? AF_INET : AF_INET6, address_.data(), text.data(), text.size());
  return scope_ == 0 ? std::string(text.data()) : fmt::format("{}%{}", text.data(), scope_);
}

std::string Endpoint::to_string() const {
  if (family_ == Family::v4) return fmt::format("{}:{}", address(), port_);
  return fmt::format("[{}]:{}", address(), port_);
}

bool Endpoint::is_loopback() const {
  if (family_ == Family::v4) return address_[0] == 127;
  return address_.back() == 1 && std::all_of(address_.begin(), address_.end() - 1, [](auto byte) { return byte == 0; });
}

bool Endpoint::is_unspecified() const {
  return std::all_of(address_.begin(), address_.end(), [](auto byte) { return byte == 0; });
}

std::span<const std::uint8_t> Endpoint::address_bytes() const {
  return {address_.data(), family_ == Family::v4 ? std::size_t{4} : address_.size()};
}

}  // namespace entente::net

std::size_t std::hash<entente::net::Endpoint>::operator()(const entente::net::Endpoint& endpoint) const noexcept {
  const auto bytes = endpoint.address_bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>()(text) * 65599U + endpoint.port() + endpoint.scope();
}
