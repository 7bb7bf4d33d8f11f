// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/binding.h"

#include <algorithm>

#include "base/text.h"
#include "services/home/routines/suggestion.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

using Weight = RoutineProblem::Weight;

std::string slot_key(const Slot& slot) {
  return fmt::format("{} {}.{}", slot.device.text, slot.property.service, slot.property.property);
}

std::string described(const std::vector<WrittenValue>& values) {
  std::vector<std::string> words;
  for (const auto& value : values) words.push_back(value.text);
  return text::join(words, " or ");
}

class Binder {
 public:
  Binder(const Routine& routine, World& world, const Neighbours& neighbours)
      : routine_(routine), world_(world), neighbours_(neighbours) {}

  Bound run() {
    bound_.sketch.name = routine_.name;
    bound_.sketch.conditional = !routine_.condition.of.empty();
    for (std::size_t i = 0; i < routine_.when.size(); ++i) trigger(i, routine_.when[i]);
    condition(routine_.condition);
    steps(routine_.then, true);
    return std::move(bound_);
  }

 private:
  void missing(Place place, std::string reason) {
    bound_.problems.push_back({place, std::move(reason), Weight::missing});
  }
  void warn(Place place, std::string reason) { bound_.problems.push_back({place, std::move(reason), Weight::warning}); }

  const KnownDevice* device(const PropertyName& name) {
    const auto found = world_.device(name.device);
    if (!found) missing(name.place, found.error().message);
    return found ? *found : nullptr;
  }

  // ---- when

  void trigger(std::size_t index, const Trigger& trigger) {
    Sketch::Start start;
    start.signature = home::described(trigger);
    switch (trigger.kind) {
      case Trigger::Kind::property: return property_trigger(index, trigger, std::move(start));
      case Trigger::Kind::presence: {
        Slot& slot = world_.presence(trigger.presence);
        BoundMatch to;
        to.one_of.emplace_back(trigger.presence.home);
        bound_.properties.push_back({index, &slot, {}, std::move(to)});
        break;
      }
      case Trigger::Kind::event: event_trigger(index, trigger); break;
      case Trigger::Kind::time:
        if (trigger.time.kind != DayTime::Kind::clock) needs_location(trigger.place);
        break;
      case Trigger::Kind::every:
      case Trigger::Kind::sentence:
      case Trigger::Kind::start: break;
    }
    bound_.sketch.starts.push_back(std::move(start));
  }

  void property_trigger(std::size_t index, const Trigger& trigger, Sketch::Start start) {
    const KnownDevice* found = device(trigger.property);
    if (found == nullptr) return;
    const auto property = world_.property(*found, trigger.property.property);
    if (!property) return missing(trigger.property.place, property.error().message);
    auto from = bind(trigger.from, world_, *found, *property);
    if (!from) return missing(trigger.place, from.error().message);
    auto to = bind(trigger.to, world_, *found, *property);
    if (!to) return missing(trigger.place, to.error().message);
    Slot& slot = world_.slot(*found, *property);
    start.slot = slot_key(slot);
    start.from = *from;
    start.to = *to;
    bound_.properties.push_back({index, &slot, *std::move(from), *std::move(to)});
    bound_.sketch.starts.push_back(std::move(start));
  }

  void event_trigger(std::size_t index, const Trigger& trigger) {
    const KnownDevice* found = device(trigger.property);
    if (found == nullptr) return;
    const auto event = found->spec == nullptr ? std::nullopt : event_named(*found->spec, trigger.property.property);
    if (event) return bound_.events.push_back({index, found->id, *event});
    const auto names = found->spec == nullptr ? std::vector<std::string>() : event_names(*found->spec);
    missing(trigger.property.place, fmt::format("{} has no event {}{}", found->name, shown(trigger.property.property),
                                                suggestion(trigger.property.property, names)));
  }

  void needs_location(Place place) {
    if (!neighbours_.has_location) {
      missing(place, "nobody said where this home is: home.latitude and home.longitude in the configuration");
    }
  }

  // ---- if

  void condition(const Condition& condition) {
    for (const auto& one : condition.of) this->condition(one);
    const bool sun_time = (condition.after && condition.after->kind != DayTime::Kind::clock) ||
                          (condition.before && condition.before->kind != DayTime::Kind::clock);
    if (condition.kind == Condition::Kind::sun || sun_time) needs_location(condition.place);
    if (condition.kind == Condition::Kind::presence) world_.presence(condition.presence);
    if (condition.kind != Condition::Kind::property) return;
    const KnownDevice* found = device(condition.property);
    if (found == nullptr) return;
    const auto property = world_.property(*found, condition.property.property);
    if (!property) return missing(condition.property.place, property.error().message);
    if (const auto match = bind(condition.match, world_, *found, *property); !match) {
      return missing(condition.place, match.error().message);
    }
    world_.slot(*found, *property);
  }

  // ---- then

  // `certain`: not under an `if`.
  void steps(const std::vector<Step>& steps, bool certain) {
    for (const auto& one : steps) step(one, certain);
  }

  void step(const Step& step, bool certain) {
    condition(step.condition);
    switch (step.kind) {
      case Step::Kind::set: set(step, certain); break;
      case Step::Kind::act: act(step); break;
      case Step::Kind::scene: scene(step, certain); break;
      case Step::Kind::run:
        named(step, "routine", neighbours_.routines);
        if (certain) bound_.sketch.runs.push_back(step.name);
        break;
      case Step::Kind::say:
        if (!neighbours_.speaks) warn(step.place, "this program does not speak");
        [[fallthrough]];
      case Step::Kind::notify:
        filled_in(step.text, world_, [&](std::string reason) { missing(step.place, std::move(reason)); });
        break;
      case Step::Kind::wait:
      case Step::Kind::wait_until: at_once_ = false; break;
      case Step::Kind::choose:
        steps(step.then, false);
        steps(step.otherwise, false);
        break;
      case Step::Kind::repeat: steps(step.then, certain); break;
      case Step::Kind::stop: break;
    }
  }

  void named(const Step& step, std::string_view what, const std::vector<std::string>& there) {
    if (std::find(there.begin(), there.end(), step.name) != there.end()) return;
    missing(step.place, fmt::format("there is no {} {}{}", what, shown(step.name), suggestion(step.name, there)));
  }

  void scene(const Step& step, bool certain) {
    const auto found = world_.scene(step.name);
    if (!found) return named(step, "scene", neighbours_.scenes);
    for (const auto& setting : found->settings) {
      const KnownDevice* device = world_.device_of(setting.device);
      if (device != nullptr && certain) effect(*device, setting.property, setting.value);
    }
  }

  void set(const Step& step, bool certain) {
    for (const auto& target : step.targets) {
      if (const auto there = world_.check(target); !there) {
        missing(target.place, there.error().message);
        continue;
      }
      for (const auto& setting : step.settings) set_one(target, setting, certain);
    }
  }

  // In a room only those devices are meant that have the property.
  void set_one(const Target& target, const Setting& setting, bool certain) {
    const bool one = world_.is_one_device(target);
    bool any = false;
    std::string reason;
    for (const KnownDevice* found : world_.devices_of(target)) {
      const auto property = world_.property(*found, setting.property);
      if (!property) {
        reason = property.error().message;
        continue;
      }
      if (*property == World::reach || !found->spec->property(*property)->writable) {
        reason = fmt::format("{} cannot be set", world_.label(*found, *property));
        continue;
      }
      any = true;
      const auto value = world_.value_for(*found, *property, setting.value);
      if (!value) {
        missing(setting.value.place, value.error().message);
        continue;
      }
      if (certain) effect(*found, *property, *value);
    }
    if (any) return;
    if (!one) reason = fmt::format("nothing in {} has {}", home::described(target), shown(setting.property));
    missing(setting.place, reason);
  }

  void effect(const KnownDevice& device, model::PropertyId property, const model::Value& value) {
    const Slot& slot = world_.slot(device, property);
    bound_.sketch.effects.push_back({slot_key(slot), slot.label, value, world_.shown(slot, value), at_once_});
  }

  void act(const Step& step) {
    for (const auto& target : step.targets) {
      if (const auto there = world_.check(target); !there) {
        missing(target.place, there.error().message);
        continue;
      }
      bool any = false;
      std::vector<std::string> names;
      for (const KnownDevice* found : world_.devices_of(target)) {
        if (found->spec == nullptr) continue;
        any = any || action_named(*found->spec, step.name).has_value();
        if (names.empty()) names = action_names(*found->spec);
      }
      if (!any) {
        missing(step.place, fmt::format("{} has no action {}{}", home::described(target), shown(step.name),
                                        suggestion(step.name, names)));
      }
    }
  }

  const Routine& routine_;
  World& world_;
  const Neighbours& neighbours_;
  Bound bound_;
  bool at_once_ = true;
};

}  // namespace

Bound bind_routine(const Routine& routine, World& world, const Neighbours& neighbours) {
  return Binder(routine, world, neighbours).run();
}

std::string filled_in(const std::string& text, World& world, const std::function<void(std::string)>& missing) {
  std::string made;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    made += text.substr(at, open - at);
    at = close + 1;
    const std::string_view name = std::string_view(text).substr(open + 1, close - open - 1);
    // "sensor.pm2.5-density": the first point after which both are known.
    std::string value;
    std::string reason = fmt::format("{} is no device and property: {{bedroom sensor.temperature}}", shown(name));
    for (auto dot = name.find('.'); dot != std::string_view::npos && value.empty(); dot = name.find('.', dot + 1)) {
      const auto device = world.device(name.substr(0, dot));
      if (!device) {
        reason = device.error().message;
        continue;
      }
      const auto property = world.property(**device, name.substr(dot + 1));
      if (!property) {
        reason = property.error().message;
        continue;
      }
      const Slot& slot = world.slot(**device, *property);
      value = world.shown(slot, slot.value);
    }
    if (value.empty()) missing(reason);
    made += value.empty() ? "unknown" : value;
  }
  return made + text.substr(std::min(at, text.size()));
}

std::string described(const Trigger& trigger) {
  std::string words;
  switch (trigger.kind) {
    case Trigger::Kind::property: {
      words = trigger.property.device + "." + trigger.property.property;
      if (!trigger.from.one_of.empty()) words += " goes from " + described(trigger.from.one_of);
      const auto& to = trigger.to;
      if (!to.one_of.empty()) words += (trigger.from.one_of.empty() ? " becomes " : " to ") + described(to.one_of);
      if (!to.none_of.empty()) words += " becomes other than " + described(to.none_of);
      if (to.above) words += fmt::format(" rises above {:.10g}", *to.above);
      if (to.below) words += fmt::format("{} below {:.10g}", to.above ? " and stays" : " falls", *to.below);
      if (to.anything() && trigger.from.one_of.empty()) words += " changes";
      break;
    }
    case Trigger::Kind::event: words = trigger.property.device + " says " + trigger.property.property; break;
    case Trigger::Kind::time:
      words = "it is " + to_text(trigger.time);
      if (trigger.days != every_day) words += " on " + to_text_of_days(trigger.days);
      break;
    case Trigger::Kind::every: words = "every " + to_text(trigger.every); break;
    case Trigger::Kind::presence: {
      const auto& who = trigger.presence;
      if (who.person.empty()) {
        words = who.home ? "the first one comes home" : "the last one leaves";
      } else {
        words = who.person + (who.home ? " comes home" : " leaves");
      }
      break;
    }
    case Trigger::Kind::sentence: words = "somebody says " + shown(text::join(trigger.sentences, "' or '")); break;
    case Trigger::Kind::start: words = "the program starts"; break;
  }
  if (trigger.lasting > Duration::zero()) words += ", for " + to_text(trigger.lasting);
  return words;
}

std::string described(const Target& target) {
  const std::string kind = target.domain.empty() ? "" : "every " + target.domain;
  switch (target.kind) {
    case Target::Kind::device: return target.name;
    case Target::Kind::room:
    case Target::Kind::floor: return kind.empty() ? "all in " + target.name : kind + " in " + target.name;
    case Target::Kind::everywhere: return kind;
  }
  return target.name;
}

}  // namespace entente::home
