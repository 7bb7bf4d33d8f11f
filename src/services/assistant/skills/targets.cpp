// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/targets.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "services/assistant/talk/session.h"

namespace entente::assistant {
namespace {

constexpr std::size_t most_choices = 5;  // more than these nobody remembers

Answer error_answer(model::Outcome outcome, std::string key, Json variables) {
  Answer answer = reply(outcome, std::move(key), std::move(variables));
  answer.text = Answer::Text::error;
  return answer;
}

bool same_name(std::string_view left, std::string_view right) {
  return text::to_lower_ascii(left) == text::to_lower_ascii(right);
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const auto& held) { return same_name(held, name); });
}

// A place is a room or a floor.
bool stands_in(const home::DeviceView& device, std::string_view place) {
  return same_name(device.room, place) || (!device.floor.empty() && same_name(device.floor, place));
}

// "everything" is what is switched on and off without a thought: no lock opens by it.
bool belongs_to_everything(std::string_view domain) {
  constexpr std::string_view apart[] = {"lock", "cover", "valve", "camera", "sensor", "binary_sensor"};
  return std::find(std::begin(apart), std::end(apart), domain) == std::end(apart);
}

std::string_view type_of(const home::DeviceView& device) {
  return device.spec ? std::string_view(device.spec->type.name) : std::string_view();
}

// An air purifier is of the domain "fan", and nobody means it by "the fan".
bool is_called_so(const home::DeviceView& device) {
  return device.domain != "fan" || type_of(device) == "fan" || type_of(device) == "ceiling-fan";
}

// Home Assistant's device classes by MIoT device types, where they say more than the domain does.
bool is_of_class(const home::DeviceView& device, std::string_view device_class) {
  const auto type = type_of(device);
  if (device_class == "garage" || device_class == "gate") return type == "garage-door";
  if (device_class == "window") return type == "window-opener";
  if (device_class == "outlet") return type == "outlet";
  if (device_class == "tv") return type == "television" || type == "tv-box";
  if (device_class == "speaker") return type == "speaker";
  if (device_class == "door") return false;
  return device.domain != "cover" || type != "garage-door";
}

// What a sentence says about the things it means.
class Wanted {
 public:
  Wanted(const home::Home& home, const model::Intent& intent, const Scope& scope) : home_(home), scope_(scope) {
    for (const auto& slot : intent.slots) {
      if (slot.name == "except_name") {
        for (auto& id : separate(model::to_text(slot.value))) except_devices_.push_back(std::move(id));
      }
      if (slot.name == "except_area") except_areas_.push_back(model::to_text(slot.value));
    }
    area_ = intent.slot_text(intent.slot("area") == nullptr ? "floor" : "area");
    says_kind_ = intent.slot("domain") != nullptr;
    domain_ = intent.slot("domain") == nullptr ? std::string(scope.default_domain) : intent.slot_text("domain");
    device_class_ = intent.slot_text("device_class");
    whole_home_ = intent.slot_text("scope") == "home";
    if (const auto* slot = intent.slot("kind")) read_kind(*slot);
    called_ = called_.empty() ? domain_ : called_;
    if (domain_ == "all") domain_.clear();
  }

  const std::string& area() const { return area_; }
  const std::string& domain() const { return domain_; }

  std::variant<Targets, Answer> find() const {
    if (!area_.empty() && !is_place(area_)) return refusal("no_area", Json{{"area", area_}});
    auto found = all_that_fit();
    if (found.empty()) return nothing_there();
    const bool anywhere = area_.empty() && !whole_home_;
    if (anywhere && !scope_.speaker_area.empty()) keep_those_here(found);
    if (anywhere && is_one_ && found.size() > 1) return ask_which(found, called_);
    Targets targets;
    targets.area = area_.empty() ? common_room(found) : area_;
    targets.domain = domain_;
    targets.name = found.front().name;
    targets.devices = std::move(found);
    return targets;
  }

 private:
  // "curtain window-opener many": the types, and whether all of them are meant.
  void read_kind(const model::Slot& slot) {
    is_one_ = true;
    const auto value = model::to_text(slot.value);
    for (const auto part : text::split(value, ' ')) {
      if (part == "many") {
        is_one_ = false;
      } else {
        types_.emplace_back(part);
      }
    }
    called_ = slot.text.empty() ? types_.front() : slot.text;
  }

  bool is_place(const std::string& name) const {
    const auto rooms = home_.rooms();
    return std::any_of(rooms.begin(), rooms.end(), [&](const home::Room& room) {
      return same_name(room.name, name) || (!room.floor.empty() && same_name(room.floor, name));
    });
  }

  bool fits(const home::DeviceView& device) const {
    if (!area_.empty() && !stands_in(device, area_)) return false;
    const auto left_out = [&](const std::string& place) { return stands_in(device, place); };
    if (std::any_of(except_areas_.begin(), except_areas_.end(), left_out)) return false;
    if (holds(except_devices_, device.id.text)) return false;
    if (!device_class_.empty() && !is_of_class(device, device_class_)) return false;
    if (!types_.empty())
      return holds(types_, type_of(device)) || (types_.front() == "light" && device.domain == "light");
    if (!domain_.empty()) return device.domain == domain_ && is_called_so(device);
    return !scope_.for_switching || belongs_to_everything(device.domain);
  }

  std::vector<home::DeviceView> all_that_fit() const {
    auto devices = home_.devices();
    std::erase_if(devices, [&](const home::DeviceView& device) { return !fits(device); });
    return devices;
  }

  void keep_those_here(std::vector<home::DeviceView>& found) const {
    const auto is_here = [&](const home::DeviceView& device) { return same_name(device.room, scope_.speaker_area); };
    if (says_kind_ || std::none_of(found.begin(), found.end(), is_here)) return;
    std::erase_if(found, [&](const home::DeviceView& device) { return !is_here(device); });
  }

  static std::string common_room(const std::vector<home::DeviceView>& devices) {
    const bool one = std::all_of(devices.begin(), devices.end(),
                                 [&](const auto& device) { return same_name(device.room, devices.front().room); });
    return one ? devices.front().room : std::string();
  }

  Answer nothing_there() const {
    Json variables{{"area", area_}};
    if (!called_.empty() && called_ != "all") variables["kind"] = called_;
    return refusal(area_.empty() ? "no_device_of_kind" : "no_device_in_area", std::move(variables));
  }

  const home::Home& home_;
  const Scope& scope_;
  std::string area_, domain_, device_class_;
  std::vector<std::string> types_;  // MIoT device types; empty for any
  std::string called_;              // the kind, in the speaker's word where there is one
  bool says_kind_ = false;          // by a domain: as many as there are
  bool is_one_ = false;             // "the light", not "the lights"
  bool whole_home_ = false;
  std::vector<std::string> except_devices_, except_areas_;
};

std::variant<Targets, Answer> find_named(const home::Home& home, const model::Intent& intent) {
  const auto& name = *intent.slot("name");
  const auto* area = intent.slot("area");
  Targets targets;
  targets.by_name = true;
  for (const auto& id : separate(model::to_text(name.value))) {
    auto device = home.find(id);
    if (!device) return refusal("no_device", Json{{"name", name.text.empty() ? id : name.text}});
    // "The heater in the kitchen" is not the one in the bathroom.
    if (area != nullptr && !area->text.empty() && !stands_in(*device, model::to_text(area->value))) {
      return refusal("no_device_in_area", Json{{"area", area->text}, {"kind", name.text}});
    }
    targets.devices.push_back(std::move(*device));
  }
  if (targets.devices.empty()) return refusal("no_device", Json{{"name", name.text}});
  const auto& first = targets.devices.front();
  targets.name = name.text.empty() ? first.name : name.text;
  targets.area = first.room;
  targets.domain = first.domain;
  return targets;
}

}  // namespace

Answer reply(model::Outcome outcome, std::string key, Json variables) {
  Answer answer;
  answer.outcome = outcome;
  answer.key = std::move(key);
  answer.variables = std::make_shared<Json>(std::move(variables));
  return answer;
}

Answer refusal(std::string key, Json variables) {
  return error_answer(model::Outcome::refused, std::move(key), std::move(variables));
}

Answer failure(std::string key, Json variables) {
  return error_answer(model::Outcome::failed, std::move(key), std::move(variables));
}

Answer ask_which(const std::vector<home::DeviceView>& devices, const std::string& kind) {
  Question question;
  std::vector<std::string> names;
  for (const auto& device : devices) {
    question.choices.push_back(device.id);
    names.push_back(device.name);
  }
  const bool few = devices.size() <= most_choices;
  Answer answer = reply(model::Outcome::answered, few ? "which" : "which_room",
                        Json{{"names", names}, {"count", names.size()}, {"kind", kind}});
  answer.text = Answer::Text::question;
  answer.question = std::move(question);
  return answer;
}

std::string scene_in(const model::Intent& intent) {
  const auto name = intent.slot_text("name");
  return name.starts_with(scene_mark) ? name.substr(scene_mark.size()) : std::string();
}

std::variant<Targets, Answer> find_targets(const home::Home& home, const model::Intent& intent, const Scope& scope) {
  if (intent.slot("name") != nullptr) return find_named(home, intent);
  return Wanted(home, intent, scope).find();
}

}  // namespace entente::assistant
