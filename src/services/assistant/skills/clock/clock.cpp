// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/assistant/skills/clock/clock.h"

#include "base/json.h"
#include "services/assistant/skills/targets.h"
#include "services/language/moment.h"

namespace entente::assistant {

std::vector<std::string_view> ClockSkill::intents() const { return {"HassGetCurrentTime", "HassGetCurrentDate"}; }

Task<Answer> ClockSkill::answer(const model::Intent& intent, const Moment& moment) {
  const bool date = intent.name == "HassGetCurrentDate";
  const auto said =
      date ? language::say_date(moment.now, moment.language) : language::say_time(moment.now, moment.language);
  if (!said) co_return failure("failed", Json{{"reason", said.error().message}});
  Json variables = Json::object();
  variables[date ? "date" : "time"] = *said;
  co_return reply(model::Outcome::answered, intent.response, std::move(variables));
}

}  // namespace entente::assistant
