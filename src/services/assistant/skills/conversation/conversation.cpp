// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/conversation/conversation.h"

namespace entente::assistant {

std::vector<std::string_view> ConversationSkill::intents() const { return {"HassNevermind"}; }

Task<Answer> ConversationSkill::answer(const model::Intent& intent, const Moment&) {
  Answer answer;
  answer.key = intent.response;
  co_return answer;
}

}  // namespace entente::assistant
