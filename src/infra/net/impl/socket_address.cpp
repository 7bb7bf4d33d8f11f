// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/impl/socket_address.h"

#include <cstring>

namespace entente::net {

SocketAddress to_socket_address(const Endpoint& endpoint) {
  SocketAddress result;
  const auto bytes = endpoint.address_bytes();
  if (endpoint.family() == Endpoint::Family::v4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port());
    std::memcpy(&address.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port());
    address.sin6_scope_id = endpoint.scope();
    std::memcpy(&address.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
  }
  return result;
}

Endpoint from_socket_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return Endpoint::from_bytes(std::span<const std::uint8_t, 4>(bytes), ntohs(v4.sin_port));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return Endpoint::from_bytes(std::span<const std::uint8_t, 16>(bytes), v6.sin6_scope_id, ntohs(v6.sin6_port));
  }
  return Endpoint();
}

}  // namespace entente::net
