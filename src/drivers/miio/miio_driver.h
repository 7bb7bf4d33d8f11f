// SPDX-License-Identifier: GPL-3.0-or-later
// MiioDriver reaches Xiaomi devices on the local network over miIO (UDP port 54321): those that speak MIoT, and older
// ones whose methods it finds in tables. One socket serves all devices; a datagram belongs to the device at whose
// address and port it comes from. Loop thread. Owned by the app; outlives the links that it made.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drivers/miio/classic/family.h"
#include "infra/net/endpoint.h"
#include "infra/net/event_loop.h"
#include "services/home/driver.h"

namespace entente::miio {

class Hub;
class Finder;

class MiioDriver : public home::Driver {
 public:
  struct Options {
    ClassicFamilies classic;             // how models that do not know MIoT are spoken to
    bool look_around = true;             // broadcasts and mDNS, once a search is wanted
    std::vector<net::Endpoint> look_at;  // where to look besides
  };

  // Binds any free port on all addresses.
  static Result<std::unique_ptr<MiioDriver>> open(net::EventLoop& loop, Options options);
  static Result<std::unique_ptr<MiioDriver>> open(net::EventLoop& loop) { return open(loop, Options{}); }
  ~MiioDriver() override;

  std::string_view name() const override { return "miio"; }
  // A host may be an address or a name; a name is looked up at the first request, and again when the device was lost.
  Result<std::unique_ptr<home::Link>> connect(const home::Address& address, const model::DeviceSpec& spec) override;
  // Hellos to everybody on this machine's networks, and mDNS. Devices say their id ("did") as hardware_id; a device
  // that has not joined a network yet says its token, too.
  void search(home::SightingObserver* observer) override;

 private:
  MiioDriver(std::unique_ptr<Hub> hub, Options options);

  const Options options_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Finder> finder_;
};

}  // namespace entente::miio
