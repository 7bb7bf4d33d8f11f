// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoint is an IPv4 or IPv6 address with a port: a plain value, comparable and usable as a key. Any thread.
// Host names are not Endpoints; see resolve.h.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entente::net {

class Endpoint {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  Endpoint() = default;  // 0.0.0.0:0, which as a bind address means any

  // "192.168.1.20:54321", "[::1]:8080", "[fe80::1%eth0]:80". The port is required.
  static Result<Endpoint> parse(std::string_view text);
  // An address alone ("192.168.1.20", "::1", "fe80::1%eth0") and its port.
  static Result<Endpoint> of(std::string_view address, std::uint16_t port);

  static Endpoint any(std::uint16_t port = 0);       // 0.0.0.0
  static Endpoint loopback(std::uint16_t port = 0);  // 127.0.0.1
  static Endpoint from_bytes(std::span<const std::uint8_t, 4> address, std::uint16_t port);
  // IPv4 in IPv6's clothes (::ffff:1.2.3.4) becomes the IPv4 endpoint.
  static Endpoint from_bytes(std::span<const std::uint8_t, 16> address, std::uint32_t scope, std::uint16_t port);

  Family family() const { return family_; }
  std::uint16_t port() const { return port_; }
  Endpoint with_port(std::uint16_t port) const;
  std::string address() const;    // "192.168.1.20", "fe80::1%2"
  std::string to_string() const;  // what parse() takes

  bool is_loopback() const;     // 127.0.0.0/8, ::1
  bool is_unspecified() const;  // 0.0.0.0, ::

  std::span<const std::uint8_t> address_bytes() const;  // 4 or 16, network order
  std::uint32_t scope() const { return scope_; }

  auto operator<=>(const Endpoint&) const = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> address_{};  // IPv4 uses the first four
  std::uint32_t scope_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace entente::net

template <>
struct std::hash<entente::net::Endpoint> {
  std::size_t operator()(const entente::net::Endpoint& endpoint) const noexcept;
};
