// SPDX-License-Identifier: GPL-3.0-or-later
// Ears join the recogniser to the assistant: they keep its search space in step with the grammar, and turn what was
// heard into a reply. Hears the first language of the home that the recogniser knows. Loop thread; ends by destruction,
// after its listeners and before everything that it was made with.
#pragma once

#include <memory>
#include <string>

#include "base/pool.h"
#include "base/task_group.h"
#include "infra/audio/pcm.h"
#include "model/reply.h"
#include "services/assistant/assistant.h"
#include "services/assistant/grammars.h"
#include "services/speech/listener.h"

namespace entente::assistant {

class Ears {
 public:
  struct Options {
    speech::EndpointRules rules;
    double least_confidence = 0.4;  // below it, what was heard counts as not understood
  };

  Ears(Loop& loop, Pool& pool, speech::Hearing& hearing, speech::Recogniser& recogniser, Grammars& grammars,
       Assistant& assistant, Options options);

  // Makes the search space of the grammar as it is now. unsupported when the recogniser knows no language of the home.
  // From then on every new grammar is followed in the background.
  Task<Result<void>> prepare();

  // An ear with the present search space. A microphone's listener is told of later ones by use(space()).
  Result<std::unique_ptr<speech::Listener>> listen(speech::Ending ending);
  std::shared_ptr<const speech::SearchSpace> space() const { return space_; }

  Task<model::Reply> answer(speech::Heard heard, std::string area);

  // The one utterance of a whole recording, as fast as it can be decoded.
  Task<Result<speech::Heard>> hear(audio::Pcm sound);

 private:
  Task<void> follow();
  SharedGrammar heard_grammar() const;

  Loop& loop_;
  Pool& pool_;
  speech::Hearing& hearing_;
  speech::Recogniser& recogniser_;
  Grammars& grammars_;
  Assistant& assistant_;
  const Options options_;
  std::shared_ptr<const speech::SearchSpace> space_;
  SharedGrammar space_of_;  // the grammar that space_ was made from
  bool following_ = false;
  TaskGroup tasks_{"ears"};
};

}  // namespace entente::assistant
