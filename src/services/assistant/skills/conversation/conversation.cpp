// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/conversation/conversation.h"

namespace entente::assistant {

std::vector<std::string_view> ConversationSkill::intents() const { return {"HassNevermind"}; }

Task<Answer> ConversationSkill::answer(const model::Intent&, const Moment&) { co_return Answer{}; }

}  // namespace entente::assistant
