// SPDX-License-Identifier: GPL-3.0-or-later
// What the program has to do with an MQTT broker: one client, the driver that finds devices there, and the door that
// shows ours to others; docs/mqtt.md. Nothing of it is made where no broker is configured. Loop thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/config.h"
#include "base/loop.h"
#include "base/task.h"
#include "drivers/mqtt_discovery/mqtt_driver.h"
#include "infra/bus/bus.h"
#include "infra/mqtt/client.h"
#include "services/home/home.h"

namespace entente::mqtt_announce {
class Announcer;
}

namespace entente::apps {

struct MqttSettings {
  std::string broker;  // "mqtt://user:password@host:1883"; empty: none
  std::string ca_file;
  std::string prefix;
  bool discover = true;
  bool announce = true;
};

// What is wrong is left to config.check().
MqttSettings read_mqtt_settings(Config& config);

class MqttSide {
 public:
  // Null without a broker. `state_folder` tells this program from others at the same broker.
  static Result<std::unique_ptr<MqttSide>> open(Loop& loop, const MqttSettings& settings,
                                                const std::filesystem::path& state_folder);
  MqttSide(const MqttSide&) = delete;
  MqttSide& operator=(const MqttSide&) = delete;
  ~MqttSide();

  home::Driver* driver();  // null where nothing is to be discovered
  // For programs that end soon: the broker, and what it keeps, may take a moment.
  Task<void> until_heard();
  // From now on, until close(), which is before the home ends.
  void announce(home::Home& home, bus::Bus& bus);
  void close();

 private:
  MqttSide(Loop& loop, MqttSettings settings, std::string node, std::unique_ptr<mqtt::Client> client);

  Loop& loop_;
  const MqttSettings settings_;
  const std::string node_;
  std::unique_ptr<mqtt::Client> client_;
  std::unique_ptr<mqtt_discovery::MqttDriver> driver_;
  std::unique_ptr<mqtt_announce::Announcer> announcer_;
};

}  // namespace entente::apps
