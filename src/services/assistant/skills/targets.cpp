// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/targets.h"

#include "base/json.h"
#include "base/text.h"

namespace entente::assistant {
namespace {

Answer error_answer(model::Outcome outcome, std::string key, Json variables) {
  Answer answer = reply(outcome, std::move(key), std::move(variables));
  answer.error = true;
  return answer;
}

bool same_name(std::string_view left, std::string_view right) {
  return text::to_lower_ascii(left) == text::to_lower_ascii(right);
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

std::variant<Targets, Answer> find_targets(const home::Home& home, const model::Intent& intent,
                                           std::string_view default_domain) {
  Targets targets;
  if (const auto* name = intent.slot("name")) {
    auto device = home.find(model::to_text(name->value));
    if (!device) return refusal("no_device", Json{{"name", name->text}});
    targets.by_name = true;
    targets.name = name->text.empty() ? device->name : name->text;
    targets.area = device->room;
    targets.domain = device->domain;
    targets.devices.push_back(std::move(*device));
    return targets;
  }
  targets.area = intent.slot_text("area");
  targets.domain = intent.slot("domain") == nullptr ? std::string(default_domain) : intent.slot_text("domain");
  if (targets.domain == "all") targets.domain.clear();
  for (auto& device : home.devices()) {
    if (!targets.area.empty() && !same_name(device.room, targets.area)) continue;
    if (!targets.domain.empty() && device.domain != targets.domain) continue;
    targets.devices.push_back(std::move(device));
  }
  if (!targets.devices.empty()) {
    targets.name = targets.devices.front().name;
    return targets;
  }
  Json variables{{"area", targets.area}};
  if (!targets.domain.empty()) variables["kind"] = targets.domain;
  return refusal(targets.area.empty() ? "no_device_of_kind" : "no_device_in_area", std::move(variables));
}

}  // namespace entente::assistant
