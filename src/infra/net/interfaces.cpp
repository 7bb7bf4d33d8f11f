// SPDX-License-Identifier: GPL-3.0-or-later
#include "infra/net/interfaces.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <bit>
#include <memory>

#include "infra/net/impl/socket_address.h"

namespace entente::net {
namespace {

std::uint32_t number_of(const Endpoint& endpoint) {
  std::uint32_t number = 0;
  for (const auto byte : endpoint.address_bytes().first(4)) number = number << 8U | byte;
  return number;
}

Endpoint address_of(const sockaddr* address) {
  return address == nullptr ? Endpoint() : from_socket_address(address).with_port(0);
}

}  // namespace

bool Interface::reaches(const Endpoint& endpoint) const {
  if (endpoint.family() != Endpoint::Family::v4 || prefix > 32) return false;
  const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32U - prefix);
  return (number_of(endpoint) & mask) == (number_of(address) & mask);
}

std::vector<Interface> interfaces() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  std::vector<Interface> found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & IFF_UP) == 0) continue;
    Interface interface;
    interface.name = entry->ifa_name;
    interface.index = if_nametoindex(entry->ifa_name);
    interface.address = address_of(entry->ifa_addr);
    interface.prefix = static_cast<std::uint8_t>(std::popcount(number_of(address_of(entry->ifa_netmask))));
    interface.multicast = (entry->ifa_flags & IFF_MULTICAST) != 0;
    interface.loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
    if ((entry->ifa_flags & IFF_BROADCAST) != 0) interface.broadcast = address_of(entry->ifa_broadaddr);
    found.push_back(std::move(interface));
  }
  return found;
}

}  // namespace entente::net
