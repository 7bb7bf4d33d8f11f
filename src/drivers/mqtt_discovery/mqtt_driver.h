// SPDX-License-Identifier: GPL-3.0-or-later
// MqttDriver finds devices that announce themselves on an MQTT broker in Home Assistant's discovery format
// (Zigbee2MQTT, Tasmota, ESPHome …), and reaches them. Each announced device describes itself by a spec; its state
// comes unasked. Loop thread. Owned by the app; outlives the links that it made, and ends before the client.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/result.h"
#include "infra/mqtt/client.h"
#include "services/home/driver.h"

namespace entente::mqtt_discovery {

class Station;

class MqttDriver : public home::Driver {
 public:
  struct Options {
    std::string prefix = "homeassistant";
    std::string own_node;  // what stands under it was announced by this program, and is none of its devices
    Duration settle = milliseconds(400);  // the announcements of one device come in a row
    Duration confirmation = seconds(5);   // how long a device has to tell its new state
  };

  MqttDriver(Loop& loop, mqtt::Client& client, Options options);
  ~MqttDriver() override;

  std::string_view name() const override { return "mqtt"; }
  // Of the address only the device_id counts: the broker is the one of the configuration. A device that has not been
  // announced yet gets its link, too, which is offline until it is.
  Result<std::unique_ptr<home::Link>> connect(const home::Address& address, const model::DeviceSpec& spec) override;
  void search(home::SightingObserver* observer) override;

 private:
  std::unique_ptr<Station> station_;
};

}  // namespace entente::mqtt_discovery
