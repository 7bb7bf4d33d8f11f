// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind the wire of a simulated device: the state of any MIoT spec, and what requests do to it. It checks
// access, range and format as devices do, and the well-known actions have their effect: toggle, brighter and darker,
// a vacuum cleaner's start, stop and way home. No socket, no clock of its own. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "model/device.h"

namespace entente::miio {

class VirtualDevice {
 public:
  struct Identity {
    std::uint64_t device_id = 0;
    std::string token;  // hexadecimal; miIO.info shows it, as devices do
  };
  struct Answer {
    Json result;
    std::int64_t error_code = 0;  // not 0: an error instead of a result
    std::string error_message;
  };
  using Changed = std::function<void(model::PropertyId, const model::Value&)>;

  VirtualDevice(std::shared_ptr<const model::DeviceSpec> spec, Identity identity);

  Answer handle(std::string_view method, const Json& params, TimePoint now);

  // Null for a property that the spec does not have.
  const model::Value* value(model::PropertyId id) const;
  // As if somebody had turned a knob. Not checked; ignored for a property that the spec does not have.
  void set(model::PropertyId id, model::Value value);
  // Called after each change of a value, whoever made it.
  void on_changed(Changed changed) { changed_ = std::move(changed); }

  const model::DeviceSpec& spec() const { return *spec_; }

 private:
  Answer info() const;
  Json get_one(const Json& asked) const;
  Json set_one(const Json& asked);
  Answer act(const Json& params, TimePoint now);
  bool arguments_fit(const model::Service& service, const model::Action& action, const Json& in) const;
  void perform(const model::Service& service, const model::Action& action, TimePoint now);
  void finish_way_home(TimePoint now);

  const model::Property* named(const model::Service* service, std::string_view name) const;
  const model::Service* service_named(std::string_view name) const;
  void set_named(std::string_view service, std::string_view property, model::Value value);
  void set_listed(std::string_view service, std::string_view property, std::initializer_list<std::string_view> words);

  std::shared_ptr<const model::DeviceSpec> spec_;
  Identity identity_;
  std::map<model::PropertyId, model::Value> values_;
  std::optional<TimePoint> home_at_;  // a vacuum cleaner on its way arrives then
  Changed changed_;
};

}  // namespace entente::miio
