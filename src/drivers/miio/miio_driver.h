// SPDX-License-Identifier: GPL-3.0-or-later
// MiioDriver reaches Xiaomi devices on the local network that speak MIoT over miIO (UDP port 54321). One socket serves
// all devices; a datagram belongs to the device at whose address and port it comes from. Loop thread. Owned by the app;
// outlives the links that it made.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "infra/net/event_loop.h"
#include "services/home/driver.h"

namespace entente::miio {

class Hub;

class MiioDriver : public home::Driver {
 public:
  // Binds any free port on all addresses.
  static Result<std::unique_ptr<MiioDriver>> open(net::EventLoop& loop);
  ~MiioDriver() override;

  std::string_view name() const override { return "miio"; }
  // A host may be an address or a name; a name is looked up at the first request, and again when the device was lost.
  Result<std::unique_ptr<home::Link>> connect(const home::Address& address, const model::DeviceSpec& spec) override;

 private:
  explicit MiioDriver(std::unique_ptr<Hub> hub);

  std::unique_ptr<Hub> hub_;
};

}  // namespace entente::miio
