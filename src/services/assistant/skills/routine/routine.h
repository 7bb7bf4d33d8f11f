// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a household's routine when somebody says its sentence. The sentences are the routines' own; the app puts them
// before the grammars (EntenteRunRoutine, slot "routine").
#pragma once

#include "services/assistant/skill.h"
#include "services/home/routines.h"

namespace entente::assistant {

class RoutineSkill : public Skill {
 public:
  explicit RoutineSkill(home::Routines& routines) : routines_(routines) {}

  std::vector<std::string_view> intents() const override;
  Task<Answer> answer(const model::Intent& intent, const Moment& moment) override;

 private:
  home::Routines& routines_;
};

}  // namespace entente::assistant
