// SPDX-License-Identifier: GPL-3.0-or-later
// UdpSocket sends and receives datagrams without ever blocking. Owned by whoever opened it, on the loop thread;
// destroying it closes the socket, and its callback does not run after that (it may be destroyed inside the callback).
// A socket costs no buffer of its own: received bytes lie in the loop's 64 KiB buffer during the callback only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"
#include "infra/net/interfaces.h"

namespace entente::net {

class UdpSocket {
 public:
  // `bytes` is valid until the callback returns.
  using Receive = std::function<void(const Endpoint& from, std::span<const std::uint8_t> bytes)>;

  struct Options {
    bool broadcast = false;      // may send to broadcast addresses
    bool share_address = false;  // several sockets may be bound to the same address (SO_REUSEADDR)
  };

  // Binds to `address`; port 0 takes any free one. Fails with "net: bind udp 127.0.0.1:54321: address already in use".
  static Result<UdpSocket> open(EventLoop& loop, const Endpoint& address, Options options);
  static Result<UdpSocket> open(EventLoop& loop, const Endpoint& address) { return open(loop, address, Options{}); }

  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  // With the port that the system chose.
  Endpoint local_endpoint() const;

  // Hears what is sent to the multicast group in that interface's network, besides what is sent to this socket.
  Result<void> join(const Endpoint& group, const Interface& interface);
  // Multicasts go out through this interface from now on.
  Result<void> multicast_through(const Interface& interface);

  // Hands one datagram to the system at once. A full send buffer is ErrorCode::exhausted: the datagram is dropped.
  Result<void> send_to(const Endpoint& to, std::span<const std::uint8_t> bytes);

  // Replaces the callback; before the first call datagrams wait in the system's buffer. Nothing runs inside this call.
  void on_receive(Receive callback);

 private:
  struct State;
  explicit UdpSocket(std::shared_ptr<State> state);
  void close();

  std::shared_ptr<State> state_;
};

}  // namespace entente::net
