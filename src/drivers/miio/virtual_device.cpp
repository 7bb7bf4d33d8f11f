// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/virtual_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace entente::miio {
namespace {

using model::Format;
using model::Property;
using model::Value;

enum Code : std::int64_t {
  done = 0,
  not_readable = -4001,
  not_writable = -4002,
  unknown = -4003,
  bad_value = -4005,
  bad_arguments = -4006
};

constexpr Duration way_home = seconds(5);

model::PropertyId property_id(const Json& asked) {
  const auto part = [&](std::string_view key) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(integer_or(asked, key, 0), 0, 65535));
  };
  return {part("siid"), part("piid")};
}

// The answer to one of several: what was asked, echoed, and the code.
Json echoed(const Json& asked, std::string_view id_key, std::int64_t code) {
  Json answer = {{"code", code}};
  for (const auto key : {std::string_view("did"), std::string_view("siid"), id_key}) {
    if (const Json* found = find(asked, key)) answer[std::string(key)] = *found;
  }
  return answer;
}

bool is_integer_format(Format format) {
  return format != Format::boolean && format != Format::real && format != Format::text;
}

bool fits_format(const Property& property, const Value& value) {
  if (property.format == Format::boolean) return std::holds_alternative<bool>(value);
  if (property.format == Format::text) return std::holds_alternative<std::string>(value);
  if (std::holds_alternative<std::int64_t>(value)) return true;
  return property.format == Format::real && std::holds_alternative<double>(value);
}

bool takes(const Property& property, const Value& value) {
  if (!fits_format(property, value)) return false;
  const auto number = model::to_number(value);
  if (!property.list.empty()) {
    return std::any_of(property.list.begin(), property.list.end(),
                       [&](const auto& listed) { return static_cast<double>(listed.value) == number; });
  }
  if (!property.range || !number) return true;
  return *number >= property.range->low && *number <= property.range->high;
}

Value number_for(const Property& property, double number) {
  if (property.range) number = std::clamp(number, property.range->low, property.range->high);
  if (is_integer_format(property.format)) return static_cast<std::int64_t>(std::clamp(number, -9e15, 9e15));
  return number;
}

// What a device of this kind might show when it comes out of its box.
double usual_number(const Property& property) {
  static constexpr std::pair<std::string_view, double> usual[] = {
      {"brightness", 60},         {"color-temperature", 4000}, {"color", 0xffffff},     {"temperature", 21.5},
      {"target-temperature", 22}, {"relative-humidity", 45},   {"target-humidity", 50}, {"pm2.5-density", 12},
      {"pm10-density", 18},       {"co2-density", 620},        {"battery-level", 80},   {"filter-life-level", 75},
      {"filter-left-time", 120},  {"brush-life-level", 85},    {"volume", 50},          {"speed-level", 35},
      {"electric-power", 0},      {"current-position", 0},     {"target-position", 0}};
  for (const auto& [name, number] : usual) {
    if (property.type.name == name) return number;
  }
  return property.range ? property.range->low : 0;
}

bool says(const model::ListedValue& listed, std::string_view word) {
  return text::to_lower_ascii(listed.description).find(word) != std::string::npos;
}

std::optional<std::int64_t> listed_as(const Property& property, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    for (const auto& listed : property.list) {
      if (says(listed, word)) return listed.value;
    }
  }
  return std::nullopt;
}

Value initial_value(const Property& property) {
  if (property.format == Format::boolean) return false;
  if (property.format == Format::text) return std::string();
  if (property.list.empty()) return number_for(property, usual_number(property));
  if (property.type.name == "status") return listed_as(property, {"idle", "standby"}).value_or(property.list[0].value);
  if (property.type.name == "charging-state") return listed_as(property, {"not"}).value_or(property.list[0].value);
  return property.list[0].value;
}

std::string information_text(const Property& property, const model::DeviceSpec& spec, std::uint64_t device_id) {
  const auto& name = property.type.name;
  if (name == "manufacturer") return spec.model.substr(0, spec.model.find('.'));
  if (name == "model") return spec.model;
  if (name == "serial-number") return std::to_string(device_id);
  return "1.0.0";
}

}  // namespace

VirtualDevice::VirtualDevice(std::shared_ptr<const model::DeviceSpec> spec, Identity identity)
    : spec_(std::move(spec)), identity_(std::move(identity)) {
  for (const auto& service : spec_->services) {
    const bool information = service.type.name == "device-information";
    for (const auto& property : service.properties) {
      const bool words = information && property.format == Format::text;
      values_[{service.id, property.id}] =
          words ? Value{information_text(property, *spec_, identity_.device_id)} : initial_value(property);
    }
  }
}

const Value* VirtualDevice::value(model::PropertyId id) const {
  const auto found = values_.find(id);
  return found == values_.end() ? nullptr : &found->second;
}

void VirtualDevice::set(model::PropertyId id, Value value) {
  const auto found = values_.find(id);
  if (found == values_.end() || found->second == value) return;
  found->second = std::move(value);
  if (changed_) changed_(id, found->second);
}

VirtualDevice::Answer VirtualDevice::handle(std::string_view method, const Json& params, TimePoint now) {
  finish_way_home(now);
  if (method == "miIO.info") return info();
  if (method == "action" && params.is_object()) return act(params, now);
  const bool gets = method == "get_properties";
  const bool known = gets || method == "set_properties" || method == "action";
  if (!known) return {{}, -32601, "Method not found"};
  if (method == "action" || !params.is_array()) return {{}, -32602, "Invalid params"};
  Json results = Json::array();
  for (const Json& asked : params) results.push_back(gets ? get_one(asked) : set_one(asked));
  return {std::move(results), 0, {}};
}

VirtualDevice::Answer VirtualDevice::info() const {
  const auto id = identity_.device_id;
  Json result = {{"model", spec_->model},
                 {"token", identity_.token},
                 {"fw_ver", "1.0.0"},
                 {"hw_ver", "simulated"},
                 {"mac", fmt::format("02:00:{:02X}:{:02X}:{:02X}:{:02X}", id >> 24U & 0xffU, id >> 16U & 0xffU,
                                     id >> 8U & 0xffU, id & 0xffU)},
                 {"life", 3600},
                 {"ap", {{"ssid", "simulated"}, {"bssid", "02:00:00:00:00:01"}, {"rssi", -50}}},
                 {"netif", {{"localIp", "127.0.0.1"}, {"mask", "255.0.0.0"}, {"gw", "127.0.0.1"}}}};
  return {std::move(result), 0, {}};
}

Json VirtualDevice::get_one(const Json& asked) const {
  const auto id = property_id(asked);
  const Property* property = spec_->property(id);
  if (property == nullptr) return echoed(asked, "piid", unknown);
  if (!property->readable) return echoed(asked, "piid", not_readable);
  Json answer = echoed(asked, "piid", done);
  answer["value"] = model::to_json(*value(id));
  return answer;
}

Json VirtualDevice::set_one(const Json& asked) {
  const auto id = property_id(asked);
  const Property* property = spec_->property(id);
  const Json* wanted = find(asked, "value");
  if (property == nullptr) return echoed(asked, "piid", unknown);
  if (!property->writable) return echoed(asked, "piid", not_writable);
  if (wanted == nullptr || !takes(*property, model::value_from_json(*wanted))) return echoed(asked, "piid", bad_value);
  set(id, model::value_from_json(*wanted));
  return echoed(asked, "piid", done);
}

VirtualDevice::Answer VirtualDevice::act(const Json& params, TimePoint now) {
  static const Json nothing = Json::array();
  const auto id = static_cast<std::int32_t>(std::clamp<std::int64_t>(integer_or(params, "aiid", 0), 0, 65535));
  const model::Service* service = spec_->service(property_id(params).service);
  const model::Action* action = spec_->action({property_id(params).service, id});
  if (action == nullptr) return {echoed(params, "aiid", unknown), 0, {}};
  const Json* in = find(params, "in");
  if (!arguments_fit(*service, *action, in == nullptr ? nothing : *in)) {
    return {echoed(params, "aiid", bad_arguments), 0, {}};
  }
  perform(*service, *action, now);
  Json answer = echoed(params, "aiid", done);
  answer["out"] = Json::array();
  for (const auto out : action->out) {
    const Value* held = value({service->id, out});
    answer["out"].push_back({{"piid", out}, {"value", held == nullptr ? Json() : model::to_json(*held)}});
  }
  return {std::move(answer), 0, {}};
}

// Arguments stand as {"piid", "value"} objects, as devices on the local network have them, or bare in the spec's order,
// as the cloud and some clients send them.
bool VirtualDevice::arguments_fit(const model::Service& service, const model::Action& action, const Json& in) const {
  if (!in.is_array() || in.size() != action.in.size()) return false;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool bare = !in[i].is_object();
    if (!bare && integer_or(in[i], "piid", 0) != action.in[i]) return false;
    const Json* held = bare ? &in[i] : find(in[i], "value");
    const Property* property = spec_->property({service.id, action.in[i]});
    if (held == nullptr || (property != nullptr && !takes(*property, model::value_from_json(*held)))) return false;
  }
  return true;
}

const model::Service* VirtualDevice::service_named(std::string_view name) const {
  const auto found = std::find_if(spec_->services.begin(), spec_->services.end(),
                                  [&](const auto& service) { return service.type.name == name; });
  return found == spec_->services.end() ? nullptr : &*found;
}

const Property* VirtualDevice::named(const model::Service* service, std::string_view name) const {
  if (service == nullptr) return nullptr;
  const auto found = std::find_if(service->properties.begin(), service->properties.end(),
                                  [&](const auto& property) { return property.type.name == name; });
  return found == service->properties.end() ? nullptr : &*found;
}

void VirtualDevice::set_named(std::string_view service, std::string_view property, Value value) {
  const auto* holder = service_named(service);
  const auto* found = named(holder, property);
  if (found != nullptr) set({holder->id, found->id}, std::move(value));
}

void VirtualDevice::set_listed(std::string_view service, std::string_view property,
                               std::initializer_list<std::string_view> words) {
  const auto* found = named(service_named(service), property);
  if (found == nullptr) return;
  if (const auto listed = listed_as(*found, words)) set_named(service, property, Value{*listed});
}

void VirtualDevice::perform(const model::Service& service, const model::Action& action, TimePoint now) {
  const auto& name = action.type.name;
  const auto shift = [&](double by) {
    const auto* property = named(&service, "brightness");
    if (property == nullptr) return;
    const double level = model::to_number(*value({service.id, property->id})).value_or(0) + by;
    set({service.id, property->id}, number_for(*property, level));
  };
  if (name == "toggle") {
    const auto* property = named(&service, "on");
    if (property == nullptr) return;
    const auto* held = value({service.id, property->id});
    set({service.id, property->id}, Value{!model::to_bool(*held).value_or(false)});
  } else if (name == "brightness-up" || name == "brightness-down") {
    shift(name == "brightness-up" ? 10 : -10);
  } else if (name == "start-sweep" || name == "start-sweep-mop" || name == "start-only-sweep") {
    home_at_.reset();
    set_listed("vacuum", "status", {"sweeping", "clean"});
    set_listed("battery", "charging-state", {"not"});
  } else if (name == "stop-sweeping" || name == "pause-sweeping" || name == "pause") {
    home_at_.reset();
    set_listed("vacuum", "status", {name == "stop-sweeping" ? "idle" : "paused", "idle", "paused"});
  } else if (name == "start-charge") {
    home_at_ = now + way_home;
    set_listed("vacuum", "status", {"go charg", "back", "return", "charging"});
  } else if (name == "reset-filter-life" || name == "reset-brush-life") {
    set_named(service.type.name, name == "reset-filter-life" ? "filter-life-level" : "brush-life-level",
              Value{std::int64_t{100}});
  }
}

void VirtualDevice::finish_way_home(TimePoint now) {
  if (!home_at_ || now < *home_at_) return;
  home_at_.reset();
  const auto* status = named(service_named("vacuum"), "status");
  if (status == nullptr) return;
  // "Go Charging" holds the word, too.
  for (const auto& listed : status->list) {
    if (!says(listed, "charging") || says(listed, "go ") || says(listed, "not")) continue;
    set_named("vacuum", "status", Value{listed.value});
    break;
  }
  set_listed("battery", "charging-state", {"charging"});
}

}  // namespace entente::miio
