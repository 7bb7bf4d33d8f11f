// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/routine/routine.h"

#include <algorithm>

#include "base/json.h"
#include "services/assistant/skills/targets.h"

namespace entente::assistant {

std::vector<std::string_view> RoutineSkill::intents() const { return {"EntenteRunRoutine"}; }

// What it does at once is done when the reply comes; what it waits for is not waited for here.
Task<Answer> RoutineSkill::answer(const model::Intent& intent, const Moment&) {
  const std::string name = intent.slot_text("routine");
  const auto started = routines_.run(name, fmt::format("somebody said so ({})", intent.language));
  if (!started) co_return failure("failed", Json{{"reason", started.error().message}});
  const auto runs = routines_.runs(name);
  const auto run = std::find_if(runs.begin(), runs.end(), [&](const auto& one) { return one.id == *started; });
  Json variables{{"routine", name}};
  if (run != runs.end() && run->outcome == home::RunOutcome::not_met) {
    variables["reason"] = run->reason;
    co_return reply(model::Outcome::refused, "not_met", std::move(variables));
  }
  co_return reply(model::Outcome::done, intent.response, std::move(variables));
}

}  // namespace entente::assistant
