// SPDX-License-Identifier: GPL-3.0-or-later
#include "apps/entente/commands/bench_understanding_judge.h"

#include <algorithm>

#include "apps/entente/commands/bench_understanding_words.h"
#include "base/text.h"

namespace entente::apps {
namespace {

std::string folded(std::string_view name) { return lower_case(text::trim(name)); }

// ---- what the home answers

Json state_of(const TestEntity& entity) {
  const auto& shown_state = entity.shown_state.empty() ? entity.state : entity.shown_state;
  const auto unit = string_or(entity.attributes, "unit_of_measurement", "");
  return {{"entity_id", entity.id},          {"name", entity.name},
          {"domain", entity.domain},         {"state", shown_state},
          {"hass_state", entity.state},      {"state_with_unit", unit.empty() ? shown_state : shown_state + " " + unit},
          {"attributes", entity.attributes}, {"area_id", entity.area.empty() ? Json() : Json(entity.area)},
          {"is_exposed", entity.exposed}};
}

std::string id_of(const std::vector<TestPlace>& places, const std::string& name) {
  for (const auto& place : places) {
    if (folded(place.name) == folded(name)) return place.id;
  }
  return {};
}

std::string floor_of(const TestHome& home, const std::string& area) {
  for (const auto& place : home.areas) {
    if (place.id == area) return place.floor;
  }
  return {};
}

// A comma-joined list in a slot asks for any of them; else it is the text itself.
std::vector<std::string> members(const model::Slot& slot) {
  const auto text = model::to_text(slot.value);
  std::vector<std::string> parts;
  if (text == slot.text) return {text};
  for (const auto part : text::split(text, ',')) parts.emplace_back(part);
  return parts;
}

// Which entities a question or a command is about, and which of them are in the state asked for.
struct Query {
  std::vector<const TestEntity*> matched, unmatched;
};

class Search {
 public:
  Search(const model::Intent& intent, const TestHome& home, bool by_name_alone)
      : intent_(intent), home_(home), by_name_alone_(by_name_alone) {
    if (intent.name.starts_with("HassClimate")) only_domain_ = "climate";
    if (intent.name == "HassGetWeather") only_domain_ = "weather";
  }

  Query run() const {
    Query query;
    const auto state = intent_.slot_text("state");
    for (const auto& entity : home_.entities) {
      if (!fits(entity)) continue;
      (state.empty() || entity.state == state ? query.matched : query.unmatched).push_back(&entity);
    }
    return query;
  }

 private:
  bool fits(const TestEntity& entity) const {
    if (const auto* name = intent_.slot("name"); name != nullptr) {
      if (folded(entity.name) != folded(model::to_text(name->value))) return false;
      if (by_name_alone_) return true;
    }
    if (!entity.exposed || (!only_domain_.empty() && entity.domain != only_domain_)) return false;
    const auto place = [&](const char* slot, const std::vector<TestPlace>& places, const std::string& own) {
      const auto* const wanted = intent_.slot(slot);
      return wanted == nullptr || id_of(places, model::to_text(wanted->value)) == own;
    };
    const auto value = [&](const char* slot, const std::string& own) {
      const auto* const wanted = intent_.slot(slot);
      return wanted == nullptr || model::to_text(wanted->value) == own;
    };
    return place("floor", home_.floors, floor_of(home_, entity.area)) && place("area", home_.areas, entity.area) &&
           value("domain", entity.domain) && value("device_class", string_or(entity.attributes, "device_class", ""));
  }

  const model::Intent& intent_;
  const TestHome& home_;
  const bool by_name_alone_;
  std::string only_domain_;
};

// Numbers are said as they were in the sentence, everything else by its value; in the older layout all as said.
Json slot_variable(const model::Slot& slot, bool always_as_said) {
  if (always_as_said && !slot.text.empty()) return slot.text;
  const bool number = std::holds_alternative<std::int64_t>(slot.value) || std::holds_alternative<double>(slot.value);
  if (number && !slot.text.empty()) return slot.text;
  if (!std::holds_alternative<std::string>(slot.value)) return model::to_json(slot.value);
  auto parts = members(slot);
  return parts.size() == 1 ? Json(parts.front()) : Json(std::move(parts));
}

Json filled(const Json& timers) {
  auto all = Json::array();
  for (Json timer : timers) {
    if (!timer.is_object()) continue;
    for (const char* key : {"name", "area"}) timer.emplace(key, "");
    for (const char* key : {"total_seconds_left", "start_hours", "start_minutes", "start_seconds", "rounded_hours_left",
                            "rounded_minutes_left", "rounded_seconds_left"}) {
      timer.emplace(key, 0);
    }
    timer.emplace("is_active", false);
    all.push_back(std::move(timer));
  }
  return all;
}

Json slot_variables(const model::Intent& intent, const TestFile& file, const TestCase& test) {
  Json slots = Json::object();
  slots["timers"] = filled(test.timers);
  slots["canceled"] = slots["timers"].size();
  slots["media"] = test.media.is_array() && !test.media.empty() ? test.media.front() : Json();
  slots["completed_items"] = test.completed_items.is_array() ? test.completed_items : Json::array();
  for (const auto& slot : intent.slots) slots[slot.name] = slot_variable(slot, !file.combination);
  // The moment of all tests.
  if (intent.name == "HassGetCurrentDate") slots["date"] = {{"__date__", "2013-09-17"}};
  if (intent.name == "HassGetCurrentTime") slots["time"] = {{"__time__", "01:02:00"}};
  return slots;
}

// ---- what the test expects

using Actual = std::map<std::string, const model::Slot*>;

// By name; of two of one name the later one counts. The speaker's own area is taken out where it must be there.
std::optional<Actual> slots_of(const model::Intent& intent, const TestFile& file, const TestCase& test) {
  Actual slots;
  for (const auto& slot : intent.slots) slots[slot.name] = &slot;
  if (!file.combination || !file.combination->context_area) return slots;
  const auto area = slots.find("area");
  const auto wanted = test.context.find("area");
  if (area == slots.end() || wanted == test.context.end() || area->second->value != wanted->second) return std::nullopt;
  slots.erase(area);
  return slots;
}

bool equal(const model::Value& value, const Json& expected, bool exact) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (!expected.is_string()) return false;
    const auto& wanted = expected.get_ref<const std::string&>();
    return exact ? *text == wanted : lower_case(*text) == lower_case(wanted);
  }
  if (expected.is_string() || expected.is_null()) return false;
  const auto wanted = model::to_number(model::value_from_json(expected));
  return wanted && model::to_number(value) == wanted;
}

bool one_equal(const model::Value& value, const Json& expected, bool exact) {
  if (!expected.is_array()) return equal(value, expected, exact);
  return std::any_of(expected.begin(), expected.end(), [&](const Json& one) { return equal(value, one, exact); });
}

// A value that is a list itself is right when what is expected is in it, or when it is in what is expected.
bool right_value(const model::Slot& slot, const Json& expected, bool exact) {
  if (one_equal(slot.value, expected, exact)) return true;
  if (!std::holds_alternative<std::string>(slot.value)) return false;
  const auto parts = members(slot);
  if (parts.size() < 2) return false;
  const auto is = [&](const std::string& part) { return one_equal(part, expected, exact); };
  return expected.is_array() ? std::all_of(parts.begin(), parts.end(), is)
                             : std::any_of(parts.begin(), parts.end(), is);
}

bool right_domain(const Actual& slots, const TestFile& file) {
  if (!file.combination) return true;
  const auto& [combination, name_domains, inferred, context_area] = *file.combination;
  if (!name_domains.empty()) {
    const auto name = slots.find("name");
    if (name == slots.end()) return false;
    bool known = false;
    for (const auto& entity : file.home.entities) {
      if (entity.name != model::to_text(name->second->value)) continue;
      known = true;
      if (name_domains.count(entity.domain) == 0) return false;
    }
    return known;
  }
  if (inferred.empty()) return true;
  const auto domain = slots.find("domain");
  return domain != slots.end() && inferred.count(model::to_text(domain->second->value)) == 1;
}

bool right_slots(const model::Intent& intent, const TestFile& file, const TestCase& test, bool exact,
                 const std::map<std::string, std::string>* or_text) {
  const auto slots = slots_of(intent, file, test);
  if (!slots || !right_domain(*slots, file)) return false;
  auto expected = test.slots;
  if (file.combination && !file.combination->inferred_domains.empty()) {
    expected["domain"] = file.combination->inferred_domains;
  }
  if (expected.size() != slots->size()) return false;
  for (const auto& [name, slot] : *slots) {
    const auto* const wanted = find(expected, name);
    if (wanted == nullptr) return false;
    if (right_value(*slot, *wanted, exact)) continue;
    const auto changed = or_text == nullptr ? nullptr : &*or_text;
    const auto other = changed == nullptr ? std::map<std::string, std::string>::const_iterator() : changed->find(name);
    if (changed == nullptr || other == changed->end() || !equal(slot->value, other->second, exact)) return false;
  }
  return true;
}

bool right_response(const std::string& reply, const TestCase& test) {
  if (!test.responses) return true;
  return std::find(test.responses->begin(), test.responses->end(), reply) != test.responses->end();
}

}  // namespace

Json reply_variables(const model::Intent& intent, const TestFile& file, const TestCase& test) {
  const auto query = Search(intent, file.home, file.combination.has_value()).run();
  auto matched = Json::array(), unmatched = Json::array();
  auto attributes = Json::object();
  for (const auto* entity : query.matched) {
    matched.push_back(state_of(*entity));
    attributes.emplace(entity->id, entity->attributes);
  }
  for (const auto* entity : query.unmatched) unmatched.push_back(state_of(*entity));
  Json variables;
  variables["slots"] = slot_variables(intent, file, test);
  variables["state"] = !matched.empty() ? matched.front() : !unmatched.empty() ? unmatched.front() : Json();
  variables["query"] = {
      {"total_results", matched.size() + unmatched.size()}, {"matched", matched}, {"unmatched", unmatched}};
  variables["state_attr"] = {{"__lookup__", std::move(attributes)}};
  auto& metadata = variables["metadata"] = Json::object();
  for (const auto& [key, value] : intent.metadata) metadata[key] = model::to_json(value);
  return variables;
}

Result<std::string> reply_to(const model::Intent& intent, const TestFile& file, const TestCase& test,
                             const language::Responses& responses) {
  if (!responses.has(intent.name, intent.response)) return std::string();
  return responses.render(intent.name, intent.response, reply_variables(intent, file, test));
}

Verdict judge(const model::Intent& intent, const TestFile& file, const TestCase& test,
              const language::Responses& responses) {
  Verdict verdict;
  verdict.understood = true;
  verdict.intent = intent.name == test.intent;
  const auto combination = intent.metadata.find("slot_combination");
  verdict.combination = !file.combination || (combination != intent.metadata.end() &&
                                              model::to_text(combination->second) == file.combination->name);
  // In the older layout the words of a template are its value, in the sentence's own case.
  verdict.slots = right_slots(intent, file, test, file.combination.has_value(), nullptr);
  const auto reply = reply_to(intent, file, test, responses);
  verdict.reply = reply.ok() ? *reply : reply.error().message;
  verdict.response = !test.responses || (reply.ok() && right_response(*reply, test));
  return verdict;
}

bool same_meaning(const model::Intent& intent, const TestFile& file, const TestCase& test,
                  const std::map<std::string, std::string>* or_text) {
  return intent.name == test.intent && right_slots(intent, file, test, false, or_text);
}

std::string shown(const model::Intent& intent) {
  auto text = intent.name;
  for (const auto& slot : intent.slots) text += fmt::format(" {}={}", slot.name, to_text(model::to_json(slot.value)));
  return text;
}

std::string shown(const TestCase& test) {
  auto text = test.intent;
  for (const auto& [name, value] : test.slots.items()) text += fmt::format(" {}={}", name, to_text(value));
  return text;
}

}  // namespace entente::apps
