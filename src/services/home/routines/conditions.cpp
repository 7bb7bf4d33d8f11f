// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/conditions.h"

#include <algorithm>

#include "base/text.h"
#include "services/home/spec_names.h"

namespace entente::home {
namespace {

std::string shown_wish(const BoundMatch& match, const World& world, const Slot& slot) {
  std::vector<std::string> words;
  const auto list = [&](const std::vector<model::Value>& values) {
    std::vector<std::string> names;
    for (const auto& value : values) names.push_back(world.shown(slot, value));
    return text::join(names, " or ");
  };
  if (!match.one_of.empty()) words.push_back(list(match.one_of));
  if (!match.none_of.empty()) words.push_back("not " + list(match.none_of));
  if (match.above) words.push_back(fmt::format("above {:.10g}", *match.above));
  if (match.below) words.push_back(fmt::format("below {:.10g}", *match.below));
  return text::join(words, ", ");
}

Judgement judge_property(const Condition& condition, World& world, const Present& now) {
  const auto device = world.device(condition.property.device);
  if (!device) return {false, device.error().message};
  const auto property = world.property(**device, condition.property.property);
  if (!property) return {false, property.error().message};
  const auto match = bind(condition.match, world, **device, *property);
  if (!match) return {false, match.error().message};
  const Slot& slot = world.slot(**device, *property);
  if (!slot.known()) return {false, fmt::format("{} is not known yet", slot.label)};
  const std::string wish = shown_wish(*match, world, slot);
  const std::string is = fmt::format("{} is {}", slot.label, world.shown(slot, slot.value));
  if (!match->fits(slot.value)) return {false, fmt::format("{}, not {}", is, wish)};
  const Duration held = now.steady - slot.since;
  if (held < condition.lasting) {
    return {false, fmt::format("{}, but only for {}, not {}", is, to_text(held), to_text(condition.lasting))};
  }
  return {true, is};
}

// Over midnight where `after` is later in the day than `before`.
Judgement judge_time(const Condition& condition, const Present& now) {
  const LocalSeconds today = to_local(now.wall, now.around.zone);
  const auto moment = [&](const std::optional<DayTime>& time) {
    return time ? on_day(*time, today, now.around) : std::nullopt;
  };
  const auto after = moment(condition.after);
  const auto before = moment(condition.before);
  if ((condition.after && !after) || (condition.before && !before)) {
    return {false, now.around.location ? "the sun does not rise or set today"
                                       : "nobody said where this home is (home.latitude, home.longitude)"};
  }
  const bool late_enough = !after || now.wall >= *after;
  const bool early_enough = !before || now.wall < *before;
  const bool over_midnight = after && before && *before <= *after;
  const bool met = over_midnight ? late_enough || early_enough : late_enough && early_enough;
  std::string wish;
  if (condition.after) wish += " after " + to_text(*condition.after);
  if (condition.before) wish += " before " + to_text(*condition.before);
  return {met, fmt::format("it is {}, {}{}", clock_text(now.wall, now.around.zone), met ? "as wanted" : "not", wish)};
}

Judgement judge_days(const Condition& condition, const Present& now) {
  const bool met = is_among(condition.days, to_local(now.wall, now.around.zone));
  return {met, fmt::format("it is {}, {} {}", clock_text(now.wall, now.around.zone).substr(0, 3),
                           met ? "one of" : "none of", to_text_of_days(condition.days))};
}

Judgement judge_sun(const Condition& condition, const Present& now) {
  if (!now.around.location) return {false, "nobody said where this home is (home.latitude, home.longitude)"};
  const bool up = is_sun_up(now.wall, *now.around.location);
  return {up == condition.sun_up, fmt::format("the sun is {}", up ? "up" : "down")};
}

Judgement judge_presence(const Condition& condition, World& world) {
  const Slot& slot = world.presence(condition.presence);
  const std::string who = condition.presence.person.empty() ? "somebody" : condition.presence.person;
  if (!slot.known()) return {false, fmt::format("nobody said yet whether {} is at home", who)};
  const bool home = model::to_bool(slot.value).value_or(false);
  const std::string where = condition.presence.person.empty() && !home
                                ? "nobody is at home"
                                : fmt::format("{} is {}", who, home ? "at home" : "away");
  return {home == condition.presence.home, where};
}

// Stops at the first that decides.
Judgement judge_group(const Condition& condition, World& world, const Present& now) {
  const bool all = condition.kind == Condition::Kind::all;
  std::string seen;
  for (const auto& one : condition.of) {
    const Judgement judged = judge(one, world, now);
    if (judged.met != all) {
      const bool met = condition.kind == Condition::Kind::any;
      return {met, judged.seen};
    }
    seen += (seen.empty() ? "" : "; ") + judged.seen;
  }
  return {condition.kind != Condition::Kind::any, seen};
}

}  // namespace

Judgement judge(const Condition& condition, World& world, const Present& now) {
  switch (condition.kind) {
    case Condition::Kind::all:
    case Condition::Kind::any:
    case Condition::Kind::none: return judge_group(condition, world, now);
    case Condition::Kind::property: return judge_property(condition, world, now);
    case Condition::Kind::time: return judge_time(condition, now);
    case Condition::Kind::days: return judge_days(condition, now);
    case Condition::Kind::sun: return judge_sun(condition, now);
    case Condition::Kind::presence: return judge_presence(condition, world);
  }
  return {};
}

bool BoundMatch::fits(const model::Value& value) const {
  const auto same = [&](const model::Value& one) { return same_value(one, value); };
  if (!one_of.empty() && std::none_of(one_of.begin(), one_of.end(), same)) return false;
  if (std::any_of(none_of.begin(), none_of.end(), same)) return false;
  if (!above && !below) return true;
  const auto number = model::to_number(value);
  return number && (!above || *number > *above) && (!below || *number < *below);
}

Result<BoundMatch> bind(const Match& match, const World& world, const KnownDevice& device, model::PropertyId property) {
  BoundMatch made;
  for (const auto& written : match.one_of) {
    ENTENTE_TRY(auto value, world.value_for(device, property, written));
    made.one_of.push_back(std::move(value));
  }
  for (const auto& written : match.none_of) {
    ENTENTE_TRY(auto value, world.value_for(device, property, written));
    made.none_of.push_back(std::move(value));
  }
  made.above = match.above;
  made.below = match.below;
  const auto* definition = device.spec == nullptr ? nullptr : device.spec->property(property);
  const bool text = property == World::reach || (definition != nullptr && definition->format == model::Format::text);
  if (text && (match.above || match.below)) {
    return Error{ErrorCode::invalid,
                 fmt::format("{} is a text, nothing is above or below it", world.label(device, property))};
  }
  return made;
}

}  // namespace entente::home
