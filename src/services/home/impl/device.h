// SPDX-License-Identifier: GPL-3.0-or-later
// One device of the home while the program runs: its record, its link, what is known of its state. Shared between
// the household and the tasks that wait for the device, so that a device removed meanwhile still has its link until
// they end. Loop thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/wait.h"
#include "services/home/home.h"
#include "services/home/impl/device_rows.h"

namespace entente::home {

struct Device {
  Device(Loop& loop, DeviceRecord kept) : record(std::move(kept)), poll_timer(loop) {}

  struct Known {
    model::Value value;
    WallTime at;
  };

  DeviceRecord record;
  std::shared_ptr<const model::DeviceSpec> spec;  // null when there is none for the model
  // Null when there is no spec or driver, or a wrong address. A request holds it until the answer comes, with the spec
  // that it was made for: either may be replaced meanwhile.
  std::shared_ptr<Link> link;
  std::unique_ptr<LinkObserver> observer;  // of the present link
  std::string why_no_link;                 // for people, when there is none
  bool removed = false;

  std::map<model::PropertyId, Known> state;
  Reach reach = Reach::unknown;  // as last told on the bus
  std::string last_failure;      // of the last request, empty when it went well
  std::string same_id_at;        // another host where something says that it is this device; empty for none

  double commands_left = 0;  // of the burst, as of commands_counted
  std::optional<TimePoint> commands_counted;

  Timer poll_timer;
  Duration poll_delay{};
  bool polling_now = false;
  std::set<model::PropertyId> not_polled;  // the device said that it has none of these
};

DeviceView view_of(const Device& device);

// What is wrong with the device and what to do about it; empty when all is well.
std::string trouble_of(const Device& device);

// What a poll asks for: first what has a trait, then other standard properties, not too many.
std::vector<model::PropertyId> worth_polling(const Device& device);

}  // namespace entente::home
