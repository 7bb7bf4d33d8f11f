// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/classic/dialect.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace entente::miio {
namespace {

using Shape = ClassicProperty::Shape;

bool fits_service(const std::string& wanted, const model::Service& service) {
  return wanted == "*" || wanted == service.type.name;
}

bool fits_shape(Shape shape, const model::Property& property) {
  if (shape == Shape::list) return !property.list.empty();
  return shape == Shape::any || property.list.empty();
}

// What every miIO device says of itself.
const std::vector<ClassicProperty>& own_properties() {
  static const std::vector<ClassicProperty> entries = [] {
    const std::pair<const char*, const char*> names[] = {
        {"model", "model"}, {"firmware-revision", "fw_ver"}, {"serial-number", "mac"}};
    std::vector<ClassicProperty> made;
    for (const auto& [property, name] : names) {
      ClassicProperty entry;
      entry.service = "device-information";
      entry.property = property;
      entry.get = ClassicSource{"miIO.info", name};
      made.push_back(std::move(entry));
    }
    return made;
  }();
  return entries;
}

const ClassicProperty* entry_for(const std::vector<ClassicProperty>& entries, const model::Service& service,
                                 const model::Property& property) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const ClassicProperty& entry) {
    return entry.property == property.type.name && fits_service(entry.service, service) &&
           fits_shape(entry.shape, property);
  });
  return found == entries.end() ? nullptr : &*found;
}

// Calls `visit` with each text that stands anywhere in the parameters.
template <class Visit>
void each_text(Json& json, const Visit& visit) {
  if (json.is_string()) return visit(json);
  if (!json.is_structured()) return;
  for (Json& inner : json) each_text(inner, visit);
}

bool is_hole(const Json& text) { return text.get_ref<const std::string&>().starts_with('$'); }

// "1,2,3" as [1, 2, 3]; what is no number stays text.
Json parts_of(const model::Value& value) {
  Json parts = Json::array();
  const std::string all = model::to_text(value);
  for (const auto part : text::split(all, ',')) {
    const std::string trimmed(text::trim(part));
    if (trimmed.empty()) continue;
    const auto number = model::to_number(model::Value{trimmed});
    parts.push_back(number ? Json(static_cast<std::int64_t>(*number)) : Json(trimmed));
  }
  return parts;
}

}  // namespace

ClassicDialect::ClassicDialect(const ClassicFamily& family, const model::DeviceSpec& spec) : family_(family) {
  for (const auto& service : spec.services) {
    for (const auto& property : service.properties) {
      const auto* entry = entry_for(family.properties, service, property);
      if (entry == nullptr) entry = entry_for(own_properties(), service, property);
      if (entry != nullptr) properties_[{service.id, property.id}] = entry;
    }
    for (const auto& action : service.actions) {
      const auto entry = std::find_if(family.actions.begin(), family.actions.end(), [&](const ClassicAction& held) {
        return held.action == action.type.name && fits_service(held.service, service);
      });
      if (entry != family.actions.end()) actions_[{service.id, action.id}] = &*entry;
    }
  }
}

const ClassicProperty* ClassicDialect::property(model::PropertyId id) const {
  const auto found = properties_.find(id);
  return found == properties_.end() ? nullptr : found->second;
}

const ClassicAction* ClassicDialect::action(model::ActionId id) const {
  const auto found = actions_.find(id);
  return found == actions_.end() ? nullptr : found->second;
}

Result<ClassicCall> setting(const ClassicProperty& entry, const model::Property& property, const model::Value& value) {
  for (const auto& choice : entry.set_each) {
    if (means(property, choice.value, value)) return choice.call;
  }
  if (!entry.set) {
    return Error{ErrorCode::unsupported,
                 fmt::format("{}: this model's own protocol cannot set it", property.type.name)};
  }
  ENTENTE_TRY(const Json said, to_classic(entry, property, value));
  ClassicCall call = *entry.set;
  each_text(call.params, [&said](Json& text) {
    if (text == "$") text = said;
  });
  return call;
}

ClassicCall with_arguments(const ClassicCall& call, const std::vector<model::ActionArgument>& arguments) {
  ClassicCall filled = call;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto hole = fmt::format("${}", i + 1);
    if (filled.params.size() == 1 && filled.params[0] == hole + "...") {
      filled.params = parts_of(arguments[i].value);
      continue;
    }
    each_text(filled.params, [&](Json& text) {
      if (text == hole) text = model::to_json(arguments[i].value);
    });
  }
  return filled;
}

std::vector<std::string> names_needed(const ClassicCall& call) {
  std::vector<std::string> names;
  Json params = call.params;
  each_text(params, [&names](const Json& text) {
    if (is_hole(text) && text.get_ref<const std::string&>().size() > 1)
      names.push_back(text.get<std::string>().substr(1));
  });
  return names;
}

void fill_in(ClassicCall& call, const std::string& name, const Json& said) {
  each_text(call.params, [&](Json& text) {
    if (text == "$" + name) text = said;
  });
}

const Json* said_of(const Json& result, const std::string& name) {
  if (result.is_object()) return find(result, name);
  if (!result.is_array() || result.empty()) return nullptr;
  if (result[0].is_object()) return find(result[0], name);
  const auto place = model::to_number(model::Value{name});
  if (!place || *place < 0 || *place >= static_cast<double>(result.size())) return nullptr;
  return &result[static_cast<std::size_t>(*place)];
}

bool is_refusal(const Json& result) {
  const Json& first = result.is_array() && !result.empty() ? result[0] : result;
  if (!first.is_string()) return false;
  const auto word = text::to_lower_ascii(first.get<std::string>());
  return word.find("error") != std::string::npos || word.find("fail") != std::string::npos;
}

}  // namespace entente::miio
