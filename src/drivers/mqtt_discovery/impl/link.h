// SPDX-License-Identifier: GPL-3.0-or-later
// MqttLink is home's link to one announced device, there or not. It reads from what was last heard, publishes to set
// something, and waits for the device's word where the device gives one. Loop thread, owned by Home.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/wait.h"
#include "drivers/mqtt_discovery/protocol/announced_device.h"
#include "services/home/driver.h"

namespace entente::mqtt_discovery {

class Station;

class MqttLink : public home::Link {
 public:
  MqttLink(Station& station, std::string_view key, const model::DeviceSpec& spec);
  MqttLink(const MqttLink&) = delete;
  MqttLink& operator=(const MqttLink&) = delete;
  ~MqttLink() override;

  Task<Result<std::vector<home::Reading>>> read(std::vector<model::PropertyId> properties) override;
  Task<Result<std::vector<home::Written>>> write(std::vector<model::PropertyWrite> properties) override;
  Task<Result<std::vector<model::Value>>> act(model::ActionCall call) override;
  home::Reach reach() const override;
  TimePoint last_sent() const override { return last_sent_; }
  bool tells() const override { return true; }

  // For the station.
  const std::string& key() const { return key_; }  // of the device, whichever of its faces this is
  void hear(const News& news);
  void look_at_reach();

 private:
  struct Expectation;

  Result<void> ready() const;
  home::Reading reading(model::PropertyId property) const;
  void tell_everything();
  Task<Result<void>> write_one(model::PropertyWrite wanted);
  Task<Result<void>> publish(const std::vector<Publication>& publications);

  Station& station_;
  const std::string key_;
  const model::DeviceSpec& spec_;
  home::Reach told_reach_ = home::Reach::unknown;
  TimePoint last_sent_{};
  std::list<Expectation*> expectations_;  // of writes under way
  Timer first_words_;
};

}  // namespace entente::mqtt_discovery
