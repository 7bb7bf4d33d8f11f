// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/miio/classic/classic_device.h"

#include <algorithm>
#include <set>

namespace entente::miio {
namespace {

using Answer = VirtualDevice::Answer;

const Answer done = {Json::array({"ok"}), 0, {}};

bool is_hole(const Json& json) { return json.is_string() && json.get_ref<const std::string&>().starts_with('$'); }

// What the parameters have in the place of "$" (or "$1"), if they have the shape of the call. With `strictly` what is
// no hole has to be the same; clients choose their own transitions.
bool matches(const Json& form, const Json& params, bool strictly, std::optional<Json>& caught) {
  if (is_hole(form)) {
    if (form == "$" || form == "$1") caught = params;
    return true;
  }
  if (!form.is_array() || !params.is_array()) return !strictly || same_word(form, params);
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (i >= params.size()) {
      if (strictly || is_hole(form[i])) return false;
    } else if (!matches(form[i], params[i], strictly, caught)) {
      return false;
    }
  }
  return true;
}

std::string joined(const Json& params) {
  std::string text;
  for (const Json& part : params)
    text += (text.empty() ? "" : ",") + (part.is_string() ? part.get<std::string>() : to_text(part));
  return text;
}

int fineness(const model::Property& property) {
  if (property.format == model::Format::boolean) return 0;
  return property.list.empty() ? 2 : 1;
}

std::vector<model::Value> values_of(const model::Property& property) {
  if (property.format == model::Format::boolean) return {model::Value{false}, model::Value{true}};
  std::vector<model::Value> values;
  for (const auto& listed : property.list) values.push_back(model::Value{listed.value});
  return values;
}

Json as_text(const Json& said) { return said.is_number() || said.is_boolean() ? Json(to_text(said)) : said; }

}  // namespace

ClassicDevice::ClassicDevice(VirtualDevice& device, const ClassicFamily& family)
    : device_(device), dialect_(family, device.spec()) {}

Answer ClassicDevice::handle(std::string_view method, const Json& params, TimePoint now) {
  const std::string name(method);
  if (name == "miIO.info") return device_.handle(method, params, now);
  if (name == "get_prop") return get_prop(params);
  if (auto answer = answer_of(name)) return *answer;
  if (auto answer = act_by(name, params, now)) return *answer;
  if (auto answer = set_by(name, params, now)) return *answer;
  if (has_call(name)) return done;
  return {{}, -32601, "Method not found."};
}

Answer ClassicDevice::get_prop(const Json& names) const {
  if (!names.is_array()) return {{}, -5001, "invalid arg"};
  if (names.size() > dialect_.family().chunk) return {{}, -9999, "user ack timeout"};
  Json result = Json::array();
  for (const Json& name : names)
    result.push_back(name.is_string() ? said("get_prop", name.get<std::string>()) : Json());
  return {std::move(result), 0, {}};
}

// Where two properties of the spec are one thing of the device, the one with more to say speaks.
Json ClassicDevice::said(const std::string& method, const std::string& name) const {
  const auto& family = dialect_.family();
  const bool text = family.answers_text && method == "get_prop";
  std::optional<Json> best;
  int best_fineness = -1;
  for (const auto& [id, entry] : dialect_.properties()) {
    if (!entry->get || entry->get->method != method || entry->get->name != name) continue;
    const auto* property = device_.spec().property(id);
    const auto* value = device_.value(id);
    if (property == nullptr || value == nullptr || fineness(*property) <= best_fineness) continue;
    auto spoken = to_classic(*entry, *property, *value);
    if (!spoken.ok()) continue;
    best = *std::move(spoken);
    best_fineness = fineness(*property);
  }
  if (best) return text ? as_text(*best) : *best;
  const Json* also = find(family.also, method);
  const Json* rest = also == nullptr ? nullptr : find(*also, name);
  if (rest != nullptr) return *rest;
  return text ? Json("") : Json();
}

// The answer of a method that tells several values at once.
std::optional<Answer> ClassicDevice::answer_of(const std::string& method) const {
  std::set<std::string> names;
  for (const auto& entry : dialect_.family().properties) {
    if (entry.get && entry.get->method == method) names.insert(entry.get->name);
  }
  if (const Json* also = find(dialect_.family().also, method)) {
    for (const auto& held : also->items()) names.insert(held.key());
  }
  if (names.empty()) return std::nullopt;
  if (*names.begin() == "0") return Answer{Json::array({said(method, "0")}), 0, {}};
  Json object = Json::object();
  for (const auto& name : names) {
    if (Json value = said(method, name); !value.is_null()) object[name] = std::move(value);
  }
  return Answer{Json::array({std::move(object)}), 0, {}};
}

// The value that the call would give the property; nothing when it is no call of this property.
std::optional<Result<model::Value>> ClassicDevice::value_in(const ClassicProperty& entry,
                                                            const model::Property& property, const std::string& method,
                                                            const Json& params) const {
  for (const auto& choice : entry.set_each) {
    std::optional<Json> unused;
    if (choice.call.method != method || !matches(choice.call.params, params, true, unused)) continue;
    for (const auto& value : values_of(property)) {
      if (means(property, choice.value, value)) return Result<model::Value>(value);
    }
  }
  std::optional<Json> caught;
  if (!entry.set || entry.set->method != method || !matches(entry.set->params, params, false, caught) || !caught) {
    return std::nullopt;
  }
  return from_classic(entry, property, *caught);
}

std::optional<Answer> ClassicDevice::set_by(const std::string& method, const Json& params, TimePoint now) {
  bool understood = false;
  bool taken = false;
  for (const auto& [id, entry] : dialect_.properties()) {
    const auto value = value_in(*entry, *device_.spec().property(id), method, params);
    if (!value) continue;
    understood = true;
    taken = (value->ok() && set_to(id, **value, now)) || taken;
  }
  if (!understood) return std::nullopt;
  return taken ? done : Answer{{}, -5001, "invalid arg"};
}

bool ClassicDevice::set_to(model::PropertyId id, const model::Value& value, TimePoint now) {
  const Json wanted = {{"siid", id.service}, {"piid", id.property}, {"value", model::to_json(value)}};
  const Answer set = device_.handle("set_properties", Json::array({wanted}), now);
  return set.error_code == 0 && integer_or(set.result[0], "code", -1) == 0;
}

std::optional<Answer> ClassicDevice::act_by(const std::string& method, const Json& params, TimePoint now) {
  for (const auto& [id, entry] : dialect_.actions()) {
    const auto& call = entry->calls.back();
    if (call.method != method) continue;
    const auto* action = device_.spec().action(id);
    const bool parts = call.params.size() == 1 && call.params[0] == "$1...";
    std::optional<Json> caught;
    if (parts) caught = joined(params);
    if (!parts && !matches(call.params, params, true, caught)) continue;
    Json in = Json::array();
    if (caught && !action->in.empty()) in.push_back(*caught);
    const Json asked = {{"siid", id.service}, {"aiid", id.action}, {"in", in}};
    const Answer acted = device_.handle("action", asked, now);
    if (acted.error_code == 0 && integer_or(acted.result, "code", -1) == 0) return done;
    return Answer{{}, -5001, "invalid arg"};
  }
  return std::nullopt;
}

// A method of the family that this device's spec has no place for: taken, without effect.
bool ClassicDevice::has_call(const std::string& method) const {
  const auto& family = dialect_.family();
  const auto in_action = [&](const ClassicAction& action) {
    return std::any_of(action.calls.begin(), action.calls.end(),
                       [&](const auto& call) { return call.method == method; });
  };
  return std::any_of(family.actions.begin(), family.actions.end(), in_action);
}

}  // namespace entente::miio
