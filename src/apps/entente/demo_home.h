// SPDX-License-Identifier: GPL-3.0-or-later
// A home to try things in: simulated devices that speak real miIO over UDP on loopback. Loop thread; ends by
// destruction, after the home that it was added to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drivers/miio/simulated_device.h"
#include "infra/net/event_loop.h"
#include "services/home/home.h"
#include "services/home/spec_library.h"

namespace entente::apps {

struct DemoDevice {
  std::string name;
  std::vector<std::string> aliases;  // further names, in any language of the home
  std::string room;
  std::string model;
};

// The devices of `demo` and `serve --demo`.
std::vector<DemoDevice> demo_devices();

class DemoHome {
 public:
  static Result<std::unique_ptr<DemoHome>> open(net::EventLoop& loop, const home::SpecLibrary& specs,
                                                std::vector<DemoDevice> devices);
  // Adds every device under its name, unless there is one of that name.
  Result<void> add_to(home::Home& home) const;

  miio::SimulatedDevice* find(std::string_view name) const;
  // Every device's happenings, with the device's name.
  void observe(std::function<void(const std::string& name, const miio::SimulatedDevice::Happening&)> observer);

 private:
  struct Member {
    DemoDevice device;
    std::string token;
    std::unique_ptr<miio::SimulatedDevice> simulated;
  };
  DemoHome() = default;

  std::vector<Member> members_;
};

}  // namespace entente::apps
