// SPDX-License-Identifier: GPL-3.0-or-later
// What the links of one driver share: the sockets, who is at which address, and how much each model can take at once.
// Owned by the driver, loop thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "infra/net/udp.h"

namespace entente::miio {

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void receive(std::span<const std::uint8_t> datagram) = 0;
};

class Hub {
 public:
  static constexpr std::size_t usual_chunk = 15;

  Hub(net::EventLoop& event_loop, net::UdpSocket socket);

  // Several devices may stand behind one address: each hears everything from there.
  void listen(const net::Endpoint& at, Listener& listener);
  void stop_listening(Listener& listener);
  Result<void> send_to(const net::Endpoint& to, std::span<const std::uint8_t> datagram);

  // How many properties a device of this model answers in one request.
  std::size_t& chunk(const std::string& model) { return chunks_.try_emplace(model, usual_chunk).first->second; }

  net::EventLoop& loop;

 private:
  void take_from(net::UdpSocket& socket);
  Result<net::UdpSocket*> socket_for(const net::Endpoint& to);

  net::UdpSocket v4_;
  std::optional<net::UdpSocket> v6_;  // opened for the first device that needs it
  std::unordered_multimap<net::Endpoint, Listener*> listeners_;
  std::map<std::string, std::size_t> chunks_;
};

}  // namespace entente::miio
