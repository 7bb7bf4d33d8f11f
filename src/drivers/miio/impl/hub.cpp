// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/impl/hub.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace entente::miio {

Hub::Hub(net::EventLoop& event_loop, net::UdpSocket socket) : loop(event_loop), v4_(std::move(socket)) {
  take_from(v4_);
}

void Hub::take_from(net::UdpSocket& socket) {
  socket.on_receive([this](const net::Endpoint& from, std::span<const std::uint8_t> datagram) {
    const auto here = listeners_.equal_range(from);
    for (auto entry = here.first; entry != here.second; ++entry) entry->second->receive(datagram);
  });
}

void Hub::listen(const net::Endpoint& at, Listener& listener) { listeners_.emplace(at, &listener); }

void Hub::stop_listening(Listener& listener) {
  for (auto entry = listeners_.begin(); entry != listeners_.end();) {
    entry = entry->second == &listener ? listeners_.erase(entry) : std::next(entry);
  }
}

bool Hub::is_near(const net::Endpoint& endpoint) {
  constexpr Duration lasts = seconds(30);
  if (!interfaces_at_ || loop.now() - *interfaces_at_ > lasts) {
    interfaces_ = net::interfaces();
    interfaces_at_ = loop.now();
  }
  return std::any_of(interfaces_.begin(), interfaces_.end(),
                     [&](const net::Interface& interface) { return interface.reaches(endpoint); });
}

void Hub::claim(std::uint64_t device_id, const net::Endpoint& endpoint) {
  const auto [owner, fresh] = owners_.try_emplace(device_id, endpoint);
  if (fresh || owner->second == endpoint) return;
  const bool moved = listeners_.count(owner->second) == 0;
  if (moved) owner->second = endpoint;
  if (moved || !doubles_.insert(device_id).second) return;
  log::warning("miio", "two devices call themselves {}: one at {}, one at {}", device_id, owner->second.to_string(),
               endpoint.to_string());
}

Result<net::UdpSocket*> Hub::socket_for(const net::Endpoint& to) {
  if (to.family() == net::Endpoint::Family::v4) return &v4_;
  if (!v6_) {
    ENTENTE_TRY(const net::Endpoint any, net::Endpoint::of("::", 0));
    ENTENTE_TRY(net::UdpSocket socket, net::UdpSocket::open(loop, any));
    v6_.emplace(std::move(socket));
    take_from(*v6_);
  }
  return &*v6_;
}

Result<void> Hub::send_to(const net::Endpoint& to, std::span<const std::uint8_t> datagram) {
  ENTENTE_TRY(net::UdpSocket* const socket, socket_for(to));
  return socket->send_to(to, datagram);
}

}  // namespace entente::miio
