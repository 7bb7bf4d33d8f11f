// SPDX-License-Identifier: GPL-3.0-or-later
// What the links of one driver share: the sockets, who is at which address, and how much each model can take at once.
// Owned by the driver, loop thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "infra/net/interfaces.h"
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
  // Which form devices of this model speak, for models that could speak either.
  enum class Speaks : std::uint8_t { unknown, miot, classic };
  Speaks& speaks(const std::string& model) { return speaks_[model]; }

  // Whether the address is in a subnet of ours.
  bool is_near(const net::Endpoint& endpoint);
  // The device at this endpoint has proved to be this one. Two with one id are named in the log.
  void claim(std::uint64_t device_id, const net::Endpoint& endpoint);

  net::EventLoop& loop;

 private:
  void take_from(net::UdpSocket& socket);
  Result<net::UdpSocket*> socket_for(const net::Endpoint& to);

  net::UdpSocket v4_;
  std::optional<net::UdpSocket> v6_;  // opened for the first device that needs it
  std::unordered_multimap<net::Endpoint, Listener*> listeners_;
  std::map<std::string, std::size_t> chunks_;
  std::map<std::string, Speaks> speaks_;
  std::unordered_map<std::uint64_t, net::Endpoint> owners_;  // who proved to be whom
  std::set<std::uint64_t> doubles_;                          // that two proved to be
  std::vector<net::Interface> interfaces_;
  std::optional<TimePoint> interfaces_at_;
};

}  // namespace entente::miio
