// SPDX-License-Identifier: GPL-3.0-or-later
// A skill does what some intents ask for and says what came of it. Skills live in skills/, one folder each, and are
// listed where the program is wired. Owned by the Assistant's owner, loop thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/task.h"
#include "base/time.h"
#include "model/device.h"
#include "model/reply.h"

namespace entente::assistant {

// Under which the utterance is answered.
struct Moment {
  WallTime now;
  std::string language;  // BCP 47, of the sentence that fitted
  std::string area;      // the speaker's room, or empty
};

// What to say, as a reply template and its variables: the words themselves are in sentences/LANG.
struct Answer {
  model::Outcome outcome = model::Outcome::answered;
  bool error = false;  // `key` names a refusal ("responses: errors"), else a reply of the intent
  std::string key = "default";
  std::shared_ptr<Json> variables;  // an object, or null for none
  std::vector<model::DeviceId> devices;
};

class Skill {
 public:
  virtual ~Skill() = default;
  virtual std::vector<std::string_view> intents() const = 0;
  // `intent` is one of intents() and, like `moment`, outlives the task.
  virtual Task<Answer> answer(const model::Intent& intent, const Moment& moment) = 0;
};

}  // namespace entente::assistant
