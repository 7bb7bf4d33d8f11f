// SPDX-License-Identifier: GPL-3.0-or-later
// A skill does what some intents ask for and says what came of it. Skills live in skills/, one folder each, and are
// listed where the program is wired. Owned by the Assistant's owner, loop thread.
#pragma once

#include <memory>
#include <optional>
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
  std::string language;    // BCP 47, of the sentence that fitted
  std::string area;        // the speaker's room, or empty
  bool confirmed = false;  // the speaker has said that it is meant
};

// What a device is asked to do: exactly one of the two.
struct Step {
  model::DeviceId device;
  std::optional<model::PropertyWrite> write;
  std::optional<model::ActionCall> call;
};

// What has to be known before an intent can be done.
struct Question {
  enum class Kind {
    which,  // one of several devices: the slot "name" becomes the chosen ones
    sure,   // it cannot be undone: Moment::confirmed
  };
  Kind kind = Kind::which;
  std::vector<model::DeviceId> choices;  // of which, as they are named in the question
};

// What to say, as a reply template and its variables: the words themselves are in sentences/LANG.
struct Answer {
  // Where `key` is looked up.
  enum class Text {
    intent,    // the replies of the intent
    error,     // the refusals, "responses: errors"
    question,  // the replies of "Ask"
  };

  model::Outcome outcome = model::Outcome::answered;
  Text text = Text::intent;
  std::string key = "default";
  std::shared_ptr<Json> variables;  // an object, or null for none
  std::vector<model::DeviceId> devices;
  std::vector<Step> undo;        // takes back what was done, in this order
  bool undo_is_partial = false;  // something that was done cannot be taken back
  std::optional<Question> question;
};

class Skill {
 public:
  virtual ~Skill() = default;
  virtual std::vector<std::string_view> intents() const = 0;
  // `intent` is one of intents() and, like `moment`, outlives the task.
  virtual Task<Answer> answer(const model::Intent& intent, const Moment& moment) = 0;
};

}  // namespace entente::assistant
