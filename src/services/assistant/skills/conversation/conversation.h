// SPDX-License-Identifier: GPL-3.0-or-later
// What is about no device: "never mind", sentences that only have a reply, what can be said.
#pragma once

#include "services/assistant/skill.h"
#include "services/home/home.h"

namespace entente::assistant {

class ConversationSkill : public Skill {
 public:
  explicit ConversationSkill(const home::Home& home) : home_(home) {}

  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;

 private:
  const home::Home& home_;
};

}  // namespace entente::assistant
