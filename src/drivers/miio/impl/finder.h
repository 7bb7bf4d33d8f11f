// SPDX-License-Identifier: GPL-3.0-or-later
// Finder looks for miIO devices: with hellos to everybody on every network of this machine, and by listening to mDNS.
// A hello tells id and address, mDNS the model too. It begins when it is first asked and goes on, rarely in quiet
// times. Owned by the driver, loop thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/wait.h"
#include "drivers/miio/protocol/dns.h"
#include "drivers/miio/protocol/packet.h"
#include "infra/net/udp.h"
#include "services/home/driver.h"

namespace entente::miio {

class Finder {
 public:
  struct Options {
    bool broadcast = true;
    bool mdns = true;
    net::Endpoint mdns_at = net::Endpoint::any(5353);
    std::vector<net::Endpoint> look_at;  // said hello to besides, wherever they are
  };

  Finder(net::EventLoop& loop, Options options) : loop_(loop), options_(std::move(options)), next_(loop) {}

  // Looks at once and from then on; everything that answers is told (again). Null ends it.
  void search(home::SightingObserver* observer);

  // Where mDNS is heard; nothing when it is not.
  std::optional<net::Endpoint> mdns_endpoint() const;

 private:
  struct Seen {
    net::Endpoint at;
    TimePoint heard;
    std::string model;
    std::string token;
    bool told = false;
  };

  void open_sockets();
  void look();
  void greet();
  void ask_by_name();
  void hello_answered(const net::Endpoint& from, net::ByteSpan datagram);
  void name_answered(const net::Endpoint& from, net::ByteSpan datagram);
  void saw(const std::string& device_id, const net::Endpoint& at, const std::string& model, const std::string& token);
  void tell(const std::string& device_id, Seen& seen);

  net::EventLoop& loop_;
  const Options options_;
  home::SightingObserver* observer_ = nullptr;
  std::optional<net::UdpSocket> greeter_;
  std::optional<net::UdpSocket> names_;
  std::map<std::string, Seen> seen_;  // by device id
  Duration pause_{};
  Timer next_;
};

}  // namespace entente::miio
