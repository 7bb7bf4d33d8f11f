// SPDX-License-Identifier: GPL-3.0-or-later
// Station joins the Catalogue to the broker: it listens to announcements and to the topics that they name, tells the
// observer which devices there are, and passes on to each link what its device says. Loop thread, owned by the driver.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/wait.h"
#include "drivers/mqtt_discovery/mqtt_driver.h"
#include "drivers/mqtt_discovery/protocol/catalogue.h"

namespace entente::mqtt_discovery {

class MqttLink;

class Station {
 public:
  Station(Loop& loop, mqtt::Client& client, MqttDriver::Options options);
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  void search(home::SightingObserver* observer);

  // For links, which outlive no station.
  void add(MqttLink& link);
  void remove(MqttLink& link);
  AnnouncedDevice* device(const std::string& key) { return catalogue_.device(key); }
  // Why the device cannot be reached; empty when it can.
  std::string trouble_of(const std::string& key);
  bool still_waiting() const;  // for the broker's first word, or for what it keeps
  Loop& loop() { return loop_; }
  mqtt::Client& client() { return client_; }
  Duration confirmation() const { return options_.confirmation; }

 private:
  struct Listening {
    mqtt::Subscription subscription;
    std::set<std::string> devices;  // by key
  };

  void on_announcement(const mqtt::Message& message);
  void on_message(const std::string& filter, const mqtt::Message& message);
  void pass_on(const std::string& key, const News& news);
  void relapse_later(const std::string& key, const News& news);
  void on_broker();
  void listen_for(const std::string& key, std::set<std::string>& anew);
  void stop_listening(const std::string& key, const std::string& filter);
  void settle();
  void report(const std::string& key);
  home::Address address_of(const std::string& key) const;
  std::vector<MqttLink*> links_of(const std::string& key) const;
  bool has(const std::string& key, const MqttLink* link) const;
  void reach_changed(const std::string& key);

  Loop& loop_;
  mqtt::Client& client_;
  const MqttDriver::Options options_;
  Catalogue catalogue_;
  home::SightingObserver* observer_ = nullptr;
  std::multimap<std::string, MqttLink*> links_;           // by the device's key
  std::map<std::string, Listening> listening_;            // by filter
  std::map<std::string, std::set<std::string>> filters_;  // of each device
  std::set<std::string> unsettled_;                       // devices whose announcements are coming
  TimePoint first_unsettled_{};
  std::map<std::string, std::set<std::string>> reported_;  // faces of each device
  bool connected_ = false;
  TimePoint connected_at_{};
  std::map<std::pair<std::string, model::PropertyId>, Timer> relapses_;
  Timer settle_{loop_};
  Timer patience_{loop_};
  std::vector<mqtt::Subscription> subscriptions_;
};

}  // namespace entente::mqtt_discovery
