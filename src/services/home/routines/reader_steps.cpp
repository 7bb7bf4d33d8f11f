// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/home/routines/reader.h"
#include "services/home/routines/suggestion.h"

namespace entente::home {
namespace {

constexpr int deepest = 16;

using Kind = Step::Kind;

// What a step is, by the word that it begins with.
constexpr std::pair<std::string_view, Kind> step_words[] = {
    {"set", Kind::set},       {"turn_on", Kind::set},   {"turn_off", Kind::set},
    {"act", Kind::act},       {"scene", Kind::scene},   {"say", Kind::say},
    {"notify", Kind::notify}, {"wait", Kind::wait},     {"wait_until", Kind::wait_until},
    {"if", Kind::choose},     {"repeat", Kind::repeat}, {"run", Kind::run},
    {"stop", Kind::stop}};

}  // namespace

std::vector<Step> RoutineReader::steps(const Yaml& node, int depth) {
  std::vector<Step> made;
  if (node.missing() || node.is_null()) return made;
  if (depth > deepest) {
    problem(node, fmt::format("steps nested deeper than {}", deepest));
    return made;
  }
  if (!node.is_list()) {
    step(node, made, depth);
    return made;
  }
  for (const auto& item : node.items()) {
    if (afford(item)) step(item, made, depth);
  }
  return made;
}

void RoutineReader::step(const Yaml& node, std::vector<Step>& into, int depth) {
  Step made;
  made.place = place(node);
  if (node.is_scalar() && node.text() == "stop") return into.push_back(std::move(made));
  if (!is_map(node, "a step")) return;

  std::string_view word;
  for (const auto& [name, kind] : step_words) {
    if (node[name].missing()) continue;
    word = name;
    made.kind = kind;
    break;
  }
  if (word.empty()) {
    std::vector<std::string> words;
    for (const auto& [name, kind] : step_words) words.emplace_back(name);
    const std::string first = node.members().empty() ? "" : node.members().front().name;
    return problem(node, fmt::format("{} is no step{}", shown(first), suggestion(first, words)));
  }
  const Yaml& held = node[word];
  switch (made.kind) {
    case Kind::set:
      if (word == "set") {
        set_step(node, made);
      } else {
        switch_step(node, word, made);
      }
      break;
    case Kind::act: act_step(node, made); break;
    case Kind::scene:
      only(node, "a scene step", {"scene"});
      made.name = text_of(held, "scene");
      break;
    case Kind::say:
      only(node, "a say step", {"say", "language"});
      made.text = text_of(held, "say", 2000);
      if (!node["language"].missing()) made.language = text_of(node["language"], "language", 20);
      break;
    case Kind::notify:
      only(node, "a notify step", {"notify"});
      made.text = text_of(held, "notify", 2000);
      break;
    case Kind::wait:
      only(node, "a wait step", {"wait"});
      made.duration = duration(held, "wait");
      break;
    case Kind::wait_until: wait_until_step(node, made, depth); break;
    case Kind::choose:
      only(node, "an if step", {"if", "then", "else"});
      made.condition = conditions(held, depth + 1);
      made.then = steps(node["then"], depth + 1);
      made.otherwise = steps(node["else"], depth + 1);
      if (made.then.empty() && made.otherwise.empty()) problem(node, "an if step needs 'then' or 'else'");
      break;
    case Kind::repeat:
      only(node, "a repeat step", {"repeat", "do"});
      made.times = whole(held, "repeat", 1, 1, 1000);
      made.then = steps(node["do"], depth + 1);
      if (made.then.empty()) problem(node, "a repeat step needs 'do'");
      break;
    case Kind::run:
      only(node, "a run step", {"run"});
      made.name = text_of(held, "run");
      break;
    case Kind::stop:
      only(node, "a stop step", {"stop"});
      if (!held.is_null()) made.text = text_of(held, "stop");
      break;
  }
  into.push_back(std::move(made));
}

void RoutineReader::set_step(const Yaml& node, Step& made) {
  only(node, "a set step", {"set", "to"});
  made.targets = targets(node["set"]);
  const Yaml& to = node["to"];
  if (!to.is_map() || to.members().empty()) {
    return problem(node, "a set step needs 'to': the properties and their values, 'to: {brightness: 40}'");
  }
  for (const auto& member : to.members()) {
    if (!afford(member.key)) return;
    made.settings.push_back({place(member.key), member.name, value(member.value, member.name)});
  }
}

void RoutineReader::switch_step(const Yaml& node, std::string_view word, Step& made) {
  only(node, fmt::format("a {} step", word), {word});
  made.targets = targets(node[word]);
  const bool on = word == "turn_on";
  made.settings.push_back({place(node), "on", {place(node), on, on ? "on" : "off"}});
}

void RoutineReader::act_step(const Yaml& node, Step& made) {
  only(node, "an act step", {"act", "action", "in"});
  made.targets = targets(node["act"]);
  made.name = needed_text(node, "action", "an act step");
  made.in = values(node["in"], "in");
}

void RoutineReader::wait_until_step(const Yaml& node, Step& made, int depth) {
  only(node, "a wait_until step", {"wait_until", "at_most", "otherwise"});
  made.condition = conditions(node["wait_until"], depth + 1);
  if (made.condition.of.empty()) problem(node, "wait_until needs a condition");
  if (node["at_most"].missing()) problem(node, "wait_until needs 'at_most': how long it waits");
  made.duration = duration(node["at_most"], "at_most");
  if (node["otherwise"].missing()) return;
  const std::string word = text_of(node["otherwise"], "otherwise");
  if (word != "stop" && word != "continue") problem(node["otherwise"], "otherwise is stop or continue");
  made.must = word == "stop";
}

std::vector<Target> RoutineReader::targets(const Yaml& node) {
  std::vector<Target> made;
  if (!node.is_list()) {
    target(node, made);
  } else {
    for (const auto& item : node.items()) {
      if (afford(item)) target(item, made);
    }
  }
  if (made.empty()) problem(node, "no device");
  return made;
}

// A name is a device; rooms, floors and kinds are said with their word.
void RoutineReader::target(const Yaml& node, std::vector<Target>& into) {
  Target made;
  made.place = place(node);
  if (node.is_scalar()) {
    made.name = text_of(node, "device");
    return into.push_back(std::move(made));
  }
  if (!is_map(node, "a set of devices")) return;
  only(node, "a set of devices", {"device", "room", "floor", "kind"});
  if (!node["kind"].missing()) made.domain = text_of(node["kind"], "kind");
  made.kind = Target::Kind::everywhere;
  const std::pair<const char*, Target::Kind> kinds[] = {
      {"device", Target::Kind::device}, {"room", Target::Kind::room}, {"floor", Target::Kind::floor}};
  for (const auto& [word, kind] : kinds) {
    if (node[word].missing()) continue;
    if (made.kind != Target::Kind::everywhere) problem(node[word], "one of device, room and floor");
    made.kind = kind;
    made.name = text_of(node[word], word);
  }
  if (made.kind == Target::Kind::everywhere && made.domain.empty())
    problem(node, "which devices? 'room', 'floor' or 'kind'");
  into.push_back(std::move(made));
}

}  // namespace entente::home
