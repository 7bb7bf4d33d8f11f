// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "base/json.h"
#include "services/home/spec_library.h"

namespace entente::home {
namespace {

std::string urn_text(const model::Urn& urn) {
  std::string text = fmt::format("urn:{}:{}:{}:{}", urn.space, urn.type, urn.name, urn.value);
  for (const auto* part : {&urn.product, &urn.version}) {
    if (!part->empty()) text += ":" + *part;
  }
  return text;
}

const char* format_name(model::Format format) {
  switch (format) {
    case model::Format::boolean: return "bool";
    case model::Format::uint8: return "uint8";
    case model::Format::uint16: return "uint16";
    case model::Format::uint32: return "uint32";
    case model::Format::uint64: return "uint64";
    case model::Format::int8: return "int8";
    case model::Format::int16: return "int16";
    case model::Format::int32: return "int32";
    case model::Format::int64: return "int64";
    case model::Format::real: return "float";
    case model::Format::text: return "string";
  }
  return "string";
}

Json to_json(const model::Property& property);
Json to_json(const model::Action& action);
Json to_json(const model::Event& event);
Json to_json(const model::Service& service);

template <class T>
Json list_json(const std::vector<T>& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

template <class T>
Json item_json(const T& item) {
  return {{"iid", item.id}, {"type", urn_text(item.type)}, {"description", item.description}};
}

Json to_json(const model::Property& property) {
  Json json = item_json(property);
  json["format"] = format_name(property.format);
  json["access"] = Json::array();
  if (property.readable) json["access"].push_back("read");
  if (property.writable) json["access"].push_back("write");
  if (property.notifies) json["access"].push_back("notify");
  if (!property.unit.empty()) json["unit"] = property.unit;
  if (property.range) json["value-range"] = {property.range->low, property.range->high, property.range->step};
  if (property.list.empty()) return json;
  json["value-list"] = Json::array();
  for (const auto& listed : property.list) {
    json["value-list"].push_back({{"value", listed.value}, {"description", listed.description}});
  }
  return json;
}

Json to_json(const model::Action& action) {
  Json json = item_json(action);
  json["in"] = action.in;
  json["out"] = action.out;
  return json;
}

Json to_json(const model::Event& event) {
  Json json = item_json(event);
  json["arguments"] = event.arguments;
  return json;
}

Json to_json(const model::Service& service) {
  Json json = item_json(service);
  json["properties"] = list_json(service.properties);
  json["actions"] = list_json(service.actions);
  json["events"] = list_json(service.events);
  return json;
}

}  // namespace

std::string write_spec(const model::DeviceSpec& spec) {
  return to_text(
      Json{{"type", urn_text(spec.type)}, {"description", spec.description}, {"services", list_json(spec.services)}});
}

}  // namespace entente::home
