// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/conversation/conversation.h"

#include "base/json.h"

namespace entente::assistant {

std::vector<std::string_view> ConversationSkill::intents() const { return {"HassNevermind", "HassRespond", "Help"}; }

Task<Answer> ConversationSkill::answer(const model::Intent& intent, const Moment& moment) {
  Answer answer;
  answer.key = intent.response.empty() ? "default" : intent.response;
  if (intent.name != "Help") co_return answer;
  // Examples that work here: a device, and a room that has lights.
  Json variables = Json::object();
  for (const auto& device : home_.devices()) {
    const bool here = moment.area.empty() || device.room == moment.area;
    if (device.domain != "light" || device.room.empty() || (!here && variables.contains("name"))) continue;
    variables["name"] = device.name;
    variables["area"] = device.room;
    if (here) break;
  }
  answer.variables = std::make_shared<Json>(std::move(variables));
  co_return answer;
}

}  // namespace entente::assistant
