// SPDX-License-Identifier: GPL-3.0-or-later
// Says the time and the date, in the zone of this machine.
#pragma once

#include "services/assistant/skill.h"

namespace entente::assistant {

class ClockSkill : public Skill {
 public:
  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;
};

}  // namespace entente::assistant
