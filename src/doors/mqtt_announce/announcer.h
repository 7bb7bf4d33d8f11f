// SPDX-License-Identifier: GPL-3.0-or-later
// Announcer shows the home's devices to whoever reads Home Assistant's MQTT discovery: announces them, follows their
// state, and does what is asked of them. What itself came from a broker is left out, so that nothing goes in a circle.
// Loop thread; owned by the app, ends before the home, the bus and the client.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/task_group.h"
#include "base/wait.h"
#include "doors/mqtt_announce/protocol/entities.h"
#include "infra/bus/bus.h"
#include "infra/mqtt/client.h"
#include "services/home/home.h"

namespace entente::mqtt_announce {

// For ClientOptions: the broker says that all of it is offline when we are gone.
mqtt::Message will_of(const std::string& node);

class Announcer {
 public:
  struct Options {
    std::string prefix = "homeassistant";
    std::string node;  // this program's own name at the broker
  };

  Announcer(Loop& loop, home::Home& home, bus::Bus& bus, mqtt::Client& client, Options options);
  Announcer(const Announcer&) = delete;
  Announcer& operator=(const Announcer&) = delete;

 private:
  void on_broker();
  void on_bus(const bus::Message& message);
  void on_command(const mqtt::Message& message);
  void on_kept(const mqtt::Message& message);
  void forget_what_is_gone();
  void announce_all();
  void announce(const home::DeviceView& device);
  void take_back(const std::string& device);
  void follow_soon(const std::string& device);
  void follow();
  void tell_state(const home::DeviceView& device);
  void say(const std::string& topic, const std::string& payload);
  Task<void> obey(home::DeviceView device, std::string trait, std::string payload);

  Loop& loop_;
  home::Home& home_;
  mqtt::Client& client_;
  const Naming naming_;
  bool connected_ = false;
  std::map<std::string, std::set<std::string>> topics_;  // announced and told, by device
  std::map<std::string, std::string> said_;              // the last payload of each topic
  std::set<std::string> kept_;                           // announcements of ours that the broker still keeps
  std::set<std::string> changed_;                        // devices
  Timer follow_{loop_};
  Timer look_back_{loop_};
  std::vector<bus::Subscription> heard_;
  std::vector<mqtt::Subscription> subscriptions_;
  TaskGroup commands_{"mqtt"};  // last: ends first
};

}  // namespace entente::mqtt_announce
