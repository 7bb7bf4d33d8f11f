// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoint to and from what the socket calls take.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "infra/net/endpoint.h"

namespace entente::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const Endpoint& endpoint);
// The unspecified endpoint for a family that is neither IPv4 nor IPv6.
Endpoint from_socket_address(const sockaddr* address);

// Asio's endpoint of either protocol.
template <class AsioEndpoint>
AsioEndpoint to_asio(const Endpoint& endpoint) {
  const SocketAddress address = to_socket_address(endpoint);
  AsioEndpoint result;
  result.resize(sizeof(sockaddr_in6));
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&address.storage), address.size,
              reinterpret_cast<std::uint8_t*>(result.data()));
  result.resize(address.size);
  return result;
}
template <class AsioEndpoint>
Endpoint from_asio(const AsioEndpoint& endpoint) {
  return from_socket_address(endpoint.data());
}

}  // namespace entente::net
