// SPDX-License-Identifier: GPL-3.0-or-later
// Catalogue is all that was announced under one prefix: discovery messages in, devices out. Bounded whatever comes;
// what is refused is said in the log once, with its topic and the reason. Loop thread, owned by the driver.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/mqtt_discovery/protocol/announced_device.h"

namespace entente::mqtt_discovery {

struct CatalogueChange {
  std::set<std::string> changed;  // keys of devices that are new or others than before
  std::set<std::string> gone;     // and of those that were taken back
};

class Catalogue {
 public:
  struct Limits {
    std::size_t devices = 5000;
    std::size_t components = 50'000;
    std::size_t components_of_a_device = 500;
  };

  // What is announced under `own_node` (<prefix>/<component>/<own_node>/…) is our own and left alone.
  Catalogue(std::string prefix, std::string own_node, Limits limits);
  Catalogue(std::string prefix, std::string own_node) : Catalogue(std::move(prefix), std::move(own_node), Limits()) {}

  CatalogueChange hear(std::string_view topic, std::string_view payload);

  AnnouncedDevice* device(const std::string& key);  // null when there is none
  const std::map<std::string, std::unique_ptr<AnnouncedDevice>>& devices() const { return devices_; }

  // The last complaints, for tests and for whoever looks for a device in vain.
  const std::map<std::string, std::string>& complaints() const { return complaints_; }

 private:
  struct Place {
    std::string device;
    std::string component;  // kind and key
  };
  struct Topic {
    std::size_t fingerprint = 0;
    std::vector<Place> places;
  };

  void complain(const std::string& topic, std::string reason);
  void take_out(const std::string& topic, CatalogueChange& change);
  void put(const std::string& topic, AnnouncedComponent announced, CatalogueChange& change, std::string& reasons);
  AnnouncedDevice* device_of(const AnnouncedComponent& announced);

  const std::string prefix_;
  const std::string own_node_;
  const Limits limits_;
  std::map<std::string, std::unique_ptr<AnnouncedDevice>> devices_;  // by key
  std::map<std::string, std::string> by_identifier_;                 // to the device's key
  std::map<std::string, Topic> topics_;
  std::map<std::string, std::string> owners_;  // kind and key of a component, to the topic that announced it
  std::map<std::string, std::string> complaints_;
};

}  // namespace entente::mqtt_discovery
