// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation: an utterance becomes an intent, a skill does it, a sentence of the same language says what came of
// it. Always replies, whatever happens; what cannot be done is said, naming what was heard. Loop thread; owned by the
// app, ends by destruction after the tasks it handed out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/task.h"
#include "model/intent.h"
#include "model/reply.h"
#include "services/assistant/grammars.h"
#include "services/assistant/skill.h"

namespace entente::assistant {

class Assistant {
 public:
  Assistant(Loop& loop, const Grammars& grammars, std::vector<std::unique_ptr<Skill>> skills);

  // `others` are further readings of the same speech, best first: the first that is understood counts.
  Task<model::Reply> answer(model::Utterance utterance, std::vector<std::string> others = {});
  // The reply to what nothing fits, or what was not heard well enough to be acted on.
  model::Reply not_understood(const model::Utterance& utterance) const;

 private:
  struct Understood {
    model::Intent intent;
    std::string text;
    SharedGrammar grammar;
  };
  Result<Understood> understand(const model::Utterance& utterance, const std::vector<std::string>& others) const;
  Result<Understood> understand_text(const std::string& text, const model::Utterance& utterance) const;
  Task<Answer> perform(const model::Intent& intent, const Moment& moment, const language::Responses& responses);
  std::string say(const Answer& answer, const Understood& understood);

  Loop& loop_;
  const Grammars& grammars_;
  std::vector<std::unique_ptr<Skill>> skills_;
  std::map<std::string, Skill*, std::less<>> skill_of_;  // by intent; constant after construction
  std::uint64_t turn_ = 0;
};

}  // namespace entente::assistant
