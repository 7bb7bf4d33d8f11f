// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "services/home/routines/reader.h"
#include "services/home/routines/suggestion.h"

namespace entente::home {
namespace {

constexpr int most_items = 1000;
constexpr std::size_t most_problems = 100;

bool is_one(std::string_view name, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), name) != known.end();
}

}  // namespace

void RoutineReader::problem(const Yaml& node, std::string reason) {
  if (problems_.size() < most_problems)
    problems_.push_back({place(node), std::move(reason), RoutineProblem::Weight::broken});
}

// False, with a problem once, when the file has more in it than any household writes.
bool RoutineReader::afford(const Yaml& node) {
  if (++items_ == most_items) problem(node, fmt::format("more than {} triggers, conditions and steps", most_items));
  return items_ < most_items;
}

bool RoutineReader::is_map(const Yaml& node, std::string_view what) {
  if (node.is_map()) return true;
  problem(node, fmt::format("{} is written as 'word: value' lines", what));
  return false;
}

void RoutineReader::only(const Yaml& node, std::string_view what, Words known) {
  const std::vector<std::string> words(known.begin(), known.end());
  for (std::size_t i = 0; i < node.members().size(); ++i) {
    const auto& member = node.members()[i];
    if (!is_one(member.name, known)) {
      problem(member.key,
              fmt::format("{} is not known in {}{}", shown(member.name), what, suggestion(member.name, words)));
    } else if (&node[member.name] != &member.value) {
      problem(member.key, fmt::format("{} stands twice", shown(member.name)));
    }
  }
}

std::string RoutineReader::text_of(const Yaml& node, std::string_view what, std::size_t limit) {
  if (!node.is_scalar()) {
    problem(node, fmt::format("{} is a text", what));
    return {};
  }
  std::string held(text::trim(node.text()));
  if (held.size() > limit) problem(node, fmt::format("{} is longer than {} bytes", what, limit));
  return held.substr(0, limit);
}

std::vector<std::string> RoutineReader::texts_of(const Yaml& node, std::string_view what) {
  std::vector<std::string> held;
  if (!node.is_list()) {
    held.push_back(text_of(node, what));
  } else {
    for (const auto& item : node.items()) {
      if (afford(item)) held.push_back(text_of(item, what));
    }
  }
  held.erase(std::remove(held.begin(), held.end(), std::string()), held.end());
  if (held.empty()) problem(node, fmt::format("{} is empty", what));
  return held;
}

std::string RoutineReader::needed_text(const Yaml& node, std::string_view key, std::string_view what) {
  const Yaml& held = node[key];
  if (held.missing() || held.is_null()) {
    problem(node, fmt::format("{} needs '{}'", what, key));
    return {};
  }
  return text_of(held, key);
}

bool RoutineReader::boolean(const Yaml& node, std::string_view what, bool fallback) {
  if (node.missing()) return fallback;
  const Json held = to_json(node);
  if (held.is_boolean()) return held.get<bool>();
  problem(node, fmt::format("{} is true or false", what));
  return fallback;
}

int RoutineReader::whole(const Yaml& node, std::string_view what, int fallback, int low, int high) {
  if (node.missing()) return fallback;
  const Json held = to_json(node);
  if (held.is_number_integer() && held.get<std::int64_t>() >= low && held.get<std::int64_t>() <= high) {
    return held.get<int>();
  }
  problem(node, fmt::format("{} is a whole number from {} to {}", what, low, high));
  return fallback;
}

std::optional<double> RoutineReader::number(const Yaml& node, std::string_view what) {
  if (node.missing()) return std::nullopt;
  const Json held = to_json(node);
  if (held.is_number() && std::isfinite(held.get<double>())) return held.get<double>();
  problem(node, fmt::format("{} is a number", what));
  return std::nullopt;
}

Duration RoutineReader::duration(const Yaml& node, std::string_view what, Duration least) {
  if (node.missing()) return {};
  const auto held = node.is_scalar() ? parse_duration(node.text()) : std::nullopt;
  if (held && *held >= least) return *held;
  if (held) {
    problem(node, fmt::format("{} is at least {}", what, to_text(least)));
  } else if (to_json(node).is_number()) {
    problem(node, fmt::format("{} has no unit: '{} seconds' or '{} minutes'?", what, node.text(), node.text()));
  } else {
    problem(node, fmt::format("{} is a time like '5 minutes' or '1 hour 30 minutes'", what));
  }
  return least;
}

DayTime RoutineReader::day_time(const Yaml& node, std::string_view what) {
  if (const auto held = node.is_scalar() ? parse_day_time(node.text()) : std::nullopt) return *held;
  problem(node, fmt::format("{} is a time of day like '07:30', 'sunset' or 'sunrise + 20 minutes'", what));
  return {};
}

Days RoutineReader::days(const Yaml& node) {
  if (node.missing()) return every_day;
  Days made = 0;
  for (const auto& name : texts_of(node, "days")) {
    const auto day = parse_day(name);
    if (!day) {
      static const std::vector<std::string> names = {"monday",   "tuesday", "wednesday", "thursday", "friday",
                                                     "saturday", "sunday",  "weekdays",  "weekend"};
      problem(node, fmt::format("{} is no day{}", shown(name), suggestion(name, names)));
    }
    made |= day.value_or(0);
  }
  return made == 0 ? every_day : made;
}

// `presence: anna` with `to: home` where it is a trigger, `is: home` where it is a condition.
Presence RoutineReader::presence(const Yaml& node, std::string_view word) {
  Presence made;
  const std::string who = text_of(node["presence"], "presence");
  const std::string lower = text::to_lower_ascii(who);
  const bool nobody = lower == "nobody";
  if (!is_one(lower, {"anybody", "somebody", "nobody"})) made.person = who;
  if (who.empty()) problem(node, "presence names a person, or anybody or nobody");
  const Yaml& held = node[word];
  if (!held.missing()) {
    const std::string where = text::to_lower_ascii(text_of(held, word));
    if (where != "home" && where != "away") problem(held, fmt::format("'{}' of presence is home or away", word));
    made.home = where != "away";
  }
  if (nobody) made.home = !made.home;
  return made;
}

WrittenValue RoutineReader::value(const Yaml& node, std::string_view what) {
  if (!node.is_scalar()) {
    problem(node, fmt::format("{} is a single value", what));
    return {place(node), {}, {}};
  }
  return {place(node), model::value_from_json(to_json(node)), std::string(text::trim(node.text()))};
}

std::vector<WrittenValue> RoutineReader::values(const Yaml& node, std::string_view what) {
  std::vector<WrittenValue> made;
  if (node.missing()) return made;
  if (!node.is_list()) return {value(node, what)};
  for (const auto& item : node.items()) {
    if (afford(item)) made.push_back(value(item, what));
  }
  if (made.empty()) problem(node, fmt::format("{} is empty", what));
  return made;
}

}  // namespace entente::home
