// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/reader.h"

#include <algorithm>

#include "base/text.h"
#include "services/home/routines/suggestion.h"

namespace entente::home {
namespace {

constexpr std::size_t most_bytes = 256U << 10U;
constexpr std::size_t most_values = 20'000;
constexpr int most_depth = 48;

constexpr std::pair<std::string_view, Mode> modes[] = {
    {"single", Mode::single}, {"restart", Mode::restart}, {"queued", Mode::queued}, {"parallel", Mode::parallel}};

}  // namespace

const char* to_string(Mode mode) {
  for (const auto& [name, held] : modes) {
    if (held == mode) return name.data();
  }
  return "single";
}

Routine RoutineReader::routine(const Yaml& root, std::string_view name) {
  Routine made;
  made.name = made.title = std::string(name);
  if (!root.is_map()) {
    problem(root, "a routine is a map: when, if, then …");
    return made;
  }
  only(root, "a routine",
       {"name", "description", "mode", "max", "enabled", "catch_up", "on_error", "when", "if", "then"});
  heading(root, made);
  if (!root["when"].missing()) triggers(root["when"], made.when);
  made.condition = conditions(root["if"], 0);
  if (root["then"].missing() || root["then"].is_null()) {
    problem(root, "a routine needs 'then': what is done");
  } else {
    made.then = steps(root["then"], 0);
  }
  return made;
}

void RoutineReader::heading(const Yaml& root, Routine& made) {
  if (!root["name"].missing()) made.title = text_of(root["name"], "name", 80);
  if (!root["description"].missing()) made.description = text_of(root["description"], "description", 2000);
  if (!root["mode"].missing()) {
    const std::string word = text::to_lower_ascii(text_of(root["mode"], "mode"));
    const auto* const found =
        std::find_if(std::begin(modes), std::end(modes), [&](const auto& one) { return one.first == word; });
    if (found == std::end(modes)) {
      problem(root["mode"], fmt::format("{} is no mode: single, restart, queued or parallel", shown(word)));
    } else {
      made.mode = found->second;
    }
  }
  made.most = whole(root["max"], "max", made.most, 1, 100);
  made.enabled = boolean(root["enabled"], "enabled", true);
  made.catch_up = boolean(root["catch_up"], "catch_up", false);
  if (!root["on_error"].missing()) {
    const std::string word = text::to_lower_ascii(text_of(root["on_error"], "on_error"));
    if (word != "stop" && word != "continue") problem(root["on_error"], "on_error is stop or continue");
    made.ends_on_error = word == "stop";
  }
}

void RoutineReader::triggers(const Yaml& node, std::vector<Trigger>& into) {
  if (node.is_null()) return;
  if (!node.is_list()) return trigger(node, into);
  for (const auto& item : node.items()) {
    if (afford(item)) trigger(item, into);
  }
}

void RoutineReader::trigger(const Yaml& node, std::vector<Trigger>& into) {
  if (node.is_scalar() && node.text() == "start") {
    Trigger made;
    made.place = place(node);
    into.push_back(made);
    return;
  }
  if (!is_map(node, "a trigger")) return;
  if (!node["device"].missing()) return device_trigger(node, into);
  if (!node["sentence"].missing()) return sentence_trigger(node, into);
  for (const auto* word : {"time", "sun", "every"}) {
    if (!node[word].missing()) return time_trigger(node, into);
  }
  Trigger made;
  made.place = place(node);
  if (!node["presence"].missing()) {
    only(node, "a presence trigger", {"presence", "to", "for"});
    made.kind = Trigger::Kind::presence;
    made.presence = presence(node, "to");
    made.lasting = duration(node["for"], "for");
    into.push_back(std::move(made));
  } else if (!node["start"].missing()) {
    only(node, "a start trigger", {"start"});
    into.push_back(std::move(made));
  } else {
    static const std::vector<std::string> kinds = {"device", "time", "sun", "every", "presence", "sentence", "start"};
    const std::string first = node.members().empty() ? "" : node.members().front().name;
    problem(node, fmt::format("{} is no trigger{}", shown(first), suggestion(first, kinds)));
  }
}

// Several devices may stand in a list: any of them starts it.
void RoutineReader::device_trigger(const Yaml& node, std::vector<Trigger>& into) {
  only(node, "a device's trigger", {"device", "property", "event", "from", "to", "not_to", "above", "below", "for"});
  Trigger made;
  made.place = place(node);
  made.property.place = place(node["device"]);
  const bool event = !node["event"].missing();
  made.kind = event ? Trigger::Kind::event : Trigger::Kind::property;
  if (event) {
    made.property.property = text_of(node["event"], "event");
    for (const auto* word : {"property", "from", "to", "not_to", "above", "below", "for"}) {
      if (!node[word].missing()) problem(node[word], fmt::format("an event has no '{}'", word));
    }
  } else {
    made.property.property = needed_text(node, "property", "a device's trigger");
    made.from.one_of = values(node["from"], "from");
    made.to = match(node, "to", "not_to");
    made.lasting = duration(node["for"], "for");
  }
  for (auto& device : texts_of(node["device"], "device")) {
    made.property.device = std::move(device);
    into.push_back(made);
  }
}

void RoutineReader::time_trigger(const Yaml& node, std::vector<Trigger>& into) {
  Trigger made;
  made.place = place(node);
  if (!node["every"].missing()) {
    only(node, "an interval", {"every"});
    made.kind = Trigger::Kind::every;
    made.every = duration(node["every"], "every", seconds(1));
    return into.push_back(std::move(made));
  }
  made.kind = Trigger::Kind::time;
  made.days = days(node["days"]);
  if (!node["sun"].missing()) {
    only(node, "a sun trigger", {"sun", "offset", "days"});
    made.time = day_time(node["sun"], "sun");
    if (made.time.kind == DayTime::Kind::clock) problem(node["sun"], "the sun has sunrise and sunset");
    if (const Yaml& offset = node["offset"]; !offset.missing()) {
      const bool before = offset.text().starts_with('-');
      const auto length =
          parse_duration(std::string_view(offset.text()).substr(before || offset.text().starts_with('+') ? 1 : 0));
      if (!length || *length > std::chrono::hours(12))
        problem(offset, "an offset is a time like '-15 minutes', 12 hours at most");
      made.time.offset = std::chrono::duration_cast<seconds>(length.value_or(Duration{})) * (before ? -1 : 1);
    }
    return into.push_back(std::move(made));
  }
  only(node, "a time trigger", {"time", "days"});
  if (!node["time"].is_list()) {
    made.time = day_time(node["time"], "time");
    return into.push_back(std::move(made));
  }
  for (const auto& item : node["time"].items()) {
    if (!afford(item)) return;
    made.time = day_time(item, "time");
    into.push_back(made);
  }
}

void RoutineReader::sentence_trigger(const Yaml& node, std::vector<Trigger>& into) {
  only(node, "a sentence trigger", {"sentence", "language"});
  Trigger made;
  made.kind = Trigger::Kind::sentence;
  made.place = place(node);
  made.sentences = texts_of(node["sentence"], "sentence");
  if (!node["language"].missing()) made.language = text_of(node["language"], "language", 20);
  into.push_back(std::move(made));
}

std::optional<Routine> read_routine(std::string_view yaml, std::string_view name,
                                    std::vector<RoutineProblem>& problems) {
  Yaml::Limits limits;
  limits.bytes = most_bytes;
  limits.values = most_values;
  limits.depth = most_depth;
  Yaml::Trouble trouble;
  const auto root = Yaml::parse(yaml, limits, trouble);
  if (!root) {
    problems.push_back({{trouble.line, 0}, std::move(trouble.reason), RoutineProblem::Weight::broken});
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  Routine made = RoutineReader(problems).routine(*root, name);
  const bool broken =
      std::any_of(problems.begin() + static_cast<std::ptrdiff_t>(before), problems.end(),
                  [](const RoutineProblem& one) { return one.weight == RoutineProblem::Weight::broken; });
  if (broken) return std::nullopt;
  return made;
}

}  // namespace entente::home
