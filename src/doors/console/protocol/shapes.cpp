// SPDX-License-Identifier: GPL-3.0-or-later
#include "doors/console/protocol/shapes.h"

#include "base/json.h"
#include "base/text.h"
#include "services/home/spec_names.h"

namespace entente::console {
namespace {

std::string number_name(std::int32_t service, std::int32_t item) { return fmt::format("{}.{}", service, item); }

// "light.brightness, light.color", for the error that a name is none of them.
template <class Item>
std::string all_names(const model::DeviceSpec& spec, std::vector<Item> model::Service::*items) {
  std::vector<std::string> names;
  for (const auto& service : spec.services) {
    for (const auto& item : service.*items) names.push_back(service.type.name + "." + item.type.name);
  }
  return names.empty() ? "none" : text::join(names, ", ");
}

Json writable_constraints(const model::Property& property) {
  Json json = Json::object();
  if (property.range) json["range"] = {property.range->low, property.range->high, property.range->step};
  for (const auto& value : property.list) json["values"][std::to_string(value.value)] = value.description;
  return json;
}

Result<std::string> required_text(const Json& body, std::string_view key, std::size_t limit) {
  const Json* member = find(body, key);
  if (member == nullptr) return Error{ErrorCode::invalid, fmt::format("\"{}\" is missing", key)};
  if (!member->is_string()) return Error{ErrorCode::invalid, fmt::format("\"{}\" is not a text", key)};
  auto value = member->get<std::string>();
  if (value.size() > limit) {
    return Error{ErrorCode::exhausted, fmt::format("\"{}\" is longer than {} bytes", key, limit)};
  }
  return value;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::exists: return 409;
    case ErrorCode::denied: return 403;
    case ErrorCode::unsupported: return 422;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::timeout: return 504;
    case ErrorCode::exhausted: return 413;
    case ErrorCode::corrupt:
    case ErrorCode::cancelled:
    case ErrorCode::failed: return 500;
  }
  return 500;
}

Json to_json(const Error& error) {
  return Json{{"error", {{"code", entente::to_string(error.code)}, {"message", error.message}}}};
}

Json to_json(const model::Reply& reply) {
  Json json{{"reply", reply.text},
            {"language", reply.language},
            {"outcome", model::to_string(reply.outcome)},
            {"heard", reply.heard}};
  if (reply.intent) {
    Json slots = Json::object();
    for (const auto& slot : reply.intent->slots) {
      slots[slot.name] = {{"value", model::to_json(slot.value)}, {"text", slot.text}};
    }
    json["intent"] = {{"name", reply.intent->name}, {"slots", slots}, {"score", reply.intent->score}};
  }
  json["asks"] = reply.asks;
  json["stops"] = reply.stops;
  json["devices"] = Json::array();
  for (const auto& device : reply.devices) json["devices"].push_back(device.text);
  json["stages"] = Json::array();
  for (const auto& stage : reply.trace) {
    json["stages"].push_back(
        {{"name", stage.name}, {"milliseconds", in_milliseconds(stage.took)}, {"detail", stage.detail}});
  }
  return json;
}

std::string property_name(const model::DeviceSpec& spec, model::PropertyId id) {
  const auto* service = spec.service(id.service);
  const auto* property = spec.property(id);
  if (property == nullptr) return number_name(id.service, id.property);
  return service->type.name + "." + property->type.name;
}

Json to_json(const home::DeviceView& device) {
  Json json{{"id", device.id.text},
            {"name", device.name},
            {"aliases", device.aliases},
            {"room", device.room},
            {"floor", device.floor},
            {"model", device.model},
            {"domain", device.domain},
            {"driver", device.address.driver},
            {"host", device.address.host},
            {"port", device.address.port},
            {"reach", to_string(device.reach)},
            {"trouble", device.trouble}};
  json["state"] = Json::object();
  for (const auto& known : device.state) {
    const auto name =
        device.spec ? property_name(*device.spec, known.id) : number_name(known.id.service, known.id.property);
    json["state"][name] = model::to_json(known.value);
  }
  return json;
}

Json to_json(const home::FoundDevice& found) {
  const auto& sighting = found.sighting;
  return {{"key", found.key},
          {"driver", sighting.address.driver},
          {"host", sighting.address.host},
          {"port", sighting.address.port},
          {"model", sighting.model},
          {"name", sighting.name},
          {"room", sighting.room},
          {"describes_itself", sighting.spec != nullptr},
          {"seen", to_iso8601(found.at)}};
}

Json to_json(const model::DeviceSpec& spec) {
  Json json{{"model", spec.model}, {"properties", Json::object()}, {"actions", Json::object()}};
  for (const auto& service : spec.services) {
    for (const auto& property : service.properties) {
      Json described = writable_constraints(property);
      described["id"] = number_name(service.id, property.id);
      described["access"] = fmt::format("{}{}{}", property.readable ? "r" : "", property.writable ? "w" : "",
                                        property.notifies ? "n" : "");
      if (!property.unit.empty()) described["unit"] = property.unit;
      json["properties"][service.type.name + "." + property.type.name] = std::move(described);
    }
    for (const auto& action : service.actions) {
      json["actions"][service.type.name + "." + action.type.name] = {{"id", number_name(service.id, action.id)},
                                                                     {"in", action.in}};
    }
  }
  return json;
}

Result<model::Utterance> utterance_from(const Json& body) {
  model::Utterance utterance;
  // understand() has its own, smaller limit and its own words for it.
  ENTENTE_TRY(utterance.text, required_text(body, "text", 2U << 20U));
  utterance.language = string_or(body, "language", "");
  utterance.area = string_or(body, "area", "");
  utterance.session = string_or(body, "session", "");
  return utterance;
}

Result<std::uint16_t> port_from(const Json& body, std::uint16_t usual) {
  const auto port = integer_or(body, "port", usual);
  if (port >= 0 && port <= 65535) return static_cast<std::uint16_t>(port);
  return Error{ErrorCode::invalid, fmt::format("\"port\" is {}, outside 0 to 65535", port)};
}

Result<home::NewDevice> new_device_from(const Json& body, home::NewDevice device) {
  const auto take = [&](const char* name, std::size_t longest, std::string& into) -> Result<void> {
    if (!into.empty() && !body.contains(name)) return {};
    ENTENTE_TRY(into, required_text(body, name, longest));
    return {};
  };
  ENTENTE_TRY_VOID(take("name", 200, device.name));
  ENTENTE_TRY_VOID(take("model", 200, device.model));
  ENTENTE_TRY_VOID(take("host", 255, device.address.host));
  if (device.spec == nullptr) {
    ENTENTE_TRY_VOID(take("token", 200, device.address.token));
  }
  device.room = string_or(body, "room", device.room);
  device.address.driver = string_or(body, "driver", device.address.driver);
  device.address.device_id = string_or(body, "device_id", device.address.device_id);
  ENTENTE_TRY(device.address.port, port_from(body, device.address.port));
  if (const auto* aliases = find(body, "aliases")) {
    if (!aliases->is_array()) return Error{ErrorCode::invalid, "\"aliases\" is not a list"};
    for (const auto& alias : *aliases) {
      if (!alias.is_string()) return Error{ErrorCode::invalid, "\"aliases\" holds something that is not a text"};
      device.aliases.push_back(alias.get<std::string>());
    }
  }
  return device;
}

Result<assistant::OwnSentence> own_sentence_from(const Json& body) {
  const auto texts = [&](const char* name, std::vector<std::string>& into) -> Result<void> {
    const auto* held = find(body, name);
    if (held == nullptr) return {};
    if (!held->is_array()) return Error{ErrorCode::invalid, fmt::format("'{}' is not a list of texts", name)};
    for (const auto& one : *held) {
      if (!one.is_string()) return Error{ErrorCode::invalid, fmt::format("'{}' holds something that is no text", name)};
      into.push_back(one.get<std::string>());
    }
    return {};
  };
  assistant::OwnSentence sentence;
  ENTENTE_TRY_VOID(texts("sentences", sentence.sentences));
  ENTENTE_TRY_VOID(texts("commands", sentence.commands));
  sentence.reply = string_or(body, "reply", "");
  if (sentence.sentences.empty()) return Error{ErrorCode::invalid, "'sentences' says what people say; it is empty"};
  if (sentence.commands.empty() && sentence.reply.empty()) {
    return Error{ErrorCode::invalid, "neither 'commands' nor 'reply': nothing would come of it"};
  }
  return sentence;
}

Result<model::PropertyId> find_property(const model::DeviceSpec& spec, std::string_view name) {
  if (const auto property = home::property_named(spec, name)) return *property;
  return Error{ErrorCode::not_found, fmt::format("{} has no property '{}'; it has {}", spec.model, name,
                                                 all_names(spec, &model::Service::properties))};
}

Result<model::ActionId> find_action(const model::DeviceSpec& spec, std::string_view name) {
  if (const auto action = home::action_named(spec, name)) return *action;
  return Error{ErrorCode::not_found, fmt::format("{} has no action '{}'; it has {}", spec.model, name,
                                                 all_names(spec, &model::Service::actions))};
}

}  // namespace entente::console
