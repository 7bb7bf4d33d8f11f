// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"
#include "services/home/routines/reader.h"

namespace entente::home {
namespace {

constexpr int deepest = 16;

Condition plain(Condition::Kind kind, Place place) {
  Condition made;
  made.kind = kind;
  made.place = place;
  return made;
}

}  // namespace

// A list, of which all must be so; or a single one.
Condition RoutineReader::conditions(const Yaml& node, int depth) {
  Condition made = plain(Condition::Kind::all, place(node));
  if (node.missing() || node.is_null()) return made;
  if (depth > deepest) {
    problem(node, fmt::format("conditions nested deeper than {}", deepest));
    return made;
  }
  if (!node.is_list()) {
    made.of.push_back(condition(node, depth));
    return made;
  }
  for (const auto& item : node.items()) {
    if (afford(item)) made.of.push_back(condition(item, depth));
  }
  return made;
}

// One map may hold several: `after: "22:00"` and `days: weekend` are both meant.
Condition RoutineReader::condition(const Yaml& node, int depth) {
  Condition made = plain(Condition::Kind::all, place(node));
  if (!is_map(node, "a condition")) return made;
  only(node, "a condition",
       {"device", "property", "is", "is_not", "above", "below", "for", "after", "before", "days", "sun", "presence",
        "all", "any", "not"});
  const auto add = [&](Condition one) { made.of.push_back(std::move(one)); };

  if (!node["device"].missing()) {
    Condition one = plain(Condition::Kind::property, place(node));
    device_condition(node, one);
    add(std::move(one));
  } else if (!node["presence"].missing()) {
    Condition one = plain(Condition::Kind::presence, place(node));
    one.presence = presence(node, "is");
    add(std::move(one));
  } else {
    for (const auto* word : {"property", "is", "is_not", "above", "below", "for"}) {
      if (!node[word].missing()) problem(node[word], fmt::format("'{}' belongs to a 'device', which is missing", word));
    }
  }
  if (!node["after"].missing() || !node["before"].missing()) {
    Condition one = plain(Condition::Kind::time, place(node));
    if (!node["after"].missing()) one.after = day_time(node["after"], "after");
    if (!node["before"].missing()) one.before = day_time(node["before"], "before");
    add(std::move(one));
  }
  if (!node["days"].missing()) {
    Condition one = plain(Condition::Kind::days, place(node));
    one.days = days(node["days"]);
    add(std::move(one));
  }
  if (!node["sun"].missing()) {
    Condition one = plain(Condition::Kind::sun, place(node));
    const std::string where = text::to_lower_ascii(text_of(node["sun"], "sun"));
    if (where != "up" && where != "down") problem(node["sun"], "the sun is up or down");
    one.sun_up = where != "down";
    add(std::move(one));
  }
  const std::pair<const char*, Condition::Kind> groups[] = {
      {"all", Condition::Kind::all}, {"any", Condition::Kind::any}, {"not", Condition::Kind::none}};
  for (const auto& [word, kind] : groups) {
    if (node[word].missing()) continue;
    Condition group = conditions(node[word], depth + 1);
    group.kind = kind;
    if (group.of.empty()) problem(node[word], fmt::format("'{}' holds no condition", word));
    add(std::move(group));
  }
  if (made.of.empty()) problem(node, "the condition says nothing");
  return made.of.size() == 1 ? Condition(made.of.front()) : made;
}

void RoutineReader::device_condition(const Yaml& node, Condition& made) {
  made.property = {place(node["device"]), text_of(node["device"], "device"),
                   needed_text(node, "property", "a device's condition")};
  made.match = match(node, "is", "is_not");
  made.lasting = duration(node["for"], "for");
  if (made.match.anything()) problem(node, "the condition needs 'is', 'is_not', 'above' or 'below'");
}

Match RoutineReader::match(const Yaml& node, std::string_view is, std::string_view is_not) {
  Match made;
  made.one_of = values(node[is], is);
  made.none_of = values(node[is_not], is_not);
  made.above = number(node["above"], "above");
  made.below = number(node["below"], "below");
  if (made.above && made.below && *made.above >= *made.below) {
    problem(node, fmt::format("nothing is above {} and below {}", *made.above, *made.below));
  }
  return made;
}

}  // namespace entente::home
