// SPDX-License-Identifier: GPL-3.0-or-later
// What is about the talk itself: "never mind".
#pragma once

#include "services/assistant/skill.h"

namespace entente::assistant {

class ConversationSkill : public Skill {
 public:
  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;
};

}  // namespace entente::assistant
