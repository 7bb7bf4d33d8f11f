// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated devices as `entente simulate` has them: from a list of models or from a file that describes a whole home.
// docs/simulator.md has the file's form. Loop thread; ends by destruction.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "drivers/miio/classic/family.h"
#include "drivers/miio/simulated_device.h"
#include "services/home/spec_library.h"

namespace entente::apps {

struct SimulatedSettings {
  enum class Speaks : std::uint8_t { as_model, miot, classic };

  std::string name;
  std::string model;
  std::string room;
  std::vector<std::string> aliases;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string token;            // empty: always the same for the name
  std::uint64_t device_id = 0;  // 0: one after the other
  miio::Faults faults;
  std::vector<std::string> state;  // "light.brightness=40"
  Speaks speaks = Speaks::as_model;
  bool unprovisioned = false;
};

// Devices without a port of their own get one after the other, from the file's first one on.
Result<std::vector<SimulatedSettings>> parse_simulated_home(std::string_view toml, std::string_view source);

class SimulatedHome {
 public:
  static Result<std::unique_ptr<SimulatedHome>> open(net::EventLoop& loop, const home::SpecLibrary& specs,
                                                     const miio::ClassicFamilies& families,
                                                     std::vector<SimulatedSettings> devices);

  struct Member {
    SimulatedSettings settings;
    std::unique_ptr<miio::SimulatedDevice> device;
    bool classic = false;
  };
  const std::vector<Member>& members() const { return members_; }

  // "entente device add 'bedroom lamp' --model …", to be typed or run.
  std::string add_line(const Member& member) const;
  // All devices, as `entente device import` reads them.
  Json import_file() const;

  // What can be typed while it runs: "faults drop=10%", "faults lamp: none", "set lamp: light.on=true", "reboot lamp",
  // "list", "help". The answer, for people.
  std::string obey(std::string_view line);

 private:
  Result<void> add(net::EventLoop& loop, const home::SpecLibrary& specs, SimulatedSettings settings);
  Member* find(std::string_view name);
  std::string set_faults(std::string_view name, std::string_view text);
  std::string list() const;

  miio::ClassicFamilies families_;  // the devices borrow from it
  std::vector<Member> members_;
};

}  // namespace entente::apps
