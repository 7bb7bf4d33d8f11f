// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/mqtt_discovery/mqtt_driver.h"

#include "drivers/mqtt_discovery/impl/link.h"
#include "drivers/mqtt_discovery/impl/station.h"

namespace entente::mqtt_discovery {

MqttDriver::MqttDriver(Loop& loop, mqtt::Client& client, Options options)
    : station_(std::make_unique<Station>(loop, client, std::move(options))) {}
MqttDriver::~MqttDriver() = default;

Result<std::unique_ptr<home::Link>> MqttDriver::connect(const home::Address& address, const model::DeviceSpec& spec) {
  if (address.device_id.empty()) {
    return Error{ErrorCode::invalid, "mqtt: the device's id is missing; devices are found by their announcements"};
  }
  return std::unique_ptr<home::Link>(std::make_unique<MqttLink>(*station_, address.device_id, spec));
}

void MqttDriver::search(home::SightingObserver* observer) { station_->search(observer); }

}  // namespace entente::mqtt_discovery
