// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation: an utterance becomes one or several intents, skills do them, a sentence of the same language says
// what came of it. It remembers for a while what was talked about with whom (talk/session.h), so that "turn it off",
// "no, the kitchen", "undo that" and the answer to a question of its own make sense. Always replies, whatever happens;
// what cannot be done is said, naming what was heard. Loop thread; owned by the app, ends by destruction after the
// tasks it handed out.
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
#include "services/assistant/talk/session.h"
#include "services/assistant/talk/understanding.h"

namespace entente::assistant {

// What is said of a command that was done: what has become of the device, or only that it was done.
enum class Replies { full, brief };

class Assistant {
 public:
  Assistant(Loop& loop, home::Home& home, const Grammars& grammars, std::vector<std::unique_ptr<Skill>> skills,
            Replies replies = Replies::full);

  // `others` are further readings of the same speech, best first: the first that is understood counts.
  Task<model::Reply> answer(model::Utterance utterance, std::vector<std::string> others = {});
  // The reply to what nothing fits, or what was not heard well enough to be acted on.
  model::Reply not_understood(const model::Utterance& utterance) const;

 private:
  // One utterance while it is answered.
  struct Turn {
    struct Said {
      std::string text;
      model::Outcome outcome{};
    };
    const model::Utterance& utterance;
    std::vector<Said> said{};
    std::vector<Deed> deeds{};
    std::vector<Asked> asked{};
    std::optional<model::Intent> intent{};  // the first that was done
    bool keeps_question = false;            // it was an answer, or about the talk itself
    bool stops = false;
    bool repeats = false;
    int done = 0;   // parts so far
    int depth = 0;  // of commands that stand for commands
  };
  using Control = Task<void> (Assistant::*)(const Part&, Turn&);

  Hearing hearing(const model::Utterance& utterance, std::vector<std::string> texts);
  Session& session(const Turn& turn);
  language::Context context(const Turn& turn);

  Task<void> do_part(Part part, Turn& turn);
  Task<void> do_intent(model::Intent intent, const Part& part, Turn& turn, bool confirmed);
  Task<void> do_commands(const Part& part, Turn& turn);
  Task<Answer> perform(const model::Intent& intent, const Moment& moment, const language::Responses& responses);
  std::string say(const Answer& answer, const model::Intent& intent, const SharedGrammar& grammar,
                  std::string_view heard);
  std::string say_of_talk(const Part& part, std::string_view key, const Json& variables);
  void ask_back(const Answer& answer, const model::Intent& intent, const Part& part, Turn& turn);
  bool ask_which_reading(Part& part, Turn& turn);
  model::Reply reply_of(Turn& turn, const Reading& reading);
  std::string joined_text(const Turn& turn, const Reading& reading);

  // What is about the talk itself: talk_control.cpp.
  static const std::map<std::string, Control, std::less<>>& controls();
  Task<void> confirm(const Part& part, Turn& turn);
  Task<void> deny(const Part& part, Turn& turn);
  Task<void> choose(const Part& part, Turn& turn);
  Task<void> follow_up(const Part& part, Turn& turn);
  Task<void> correct(const Part& part, Turn& turn);
  Task<void> undo(const Part& part, Turn& turn);
  Task<void> redo(const Part& part, Turn& turn);
  Task<void> repeat(const Part& part, Turn& turn);
  Task<void> stop(const Part& part, Turn& turn);
  // Restores what the steps say; gives the steps that would take that back.
  Task<Result<std::vector<Step>>> take(std::vector<Step> steps);

  Loop& loop_;
  home::Home& home_;
  const Grammars& grammars_;
  const Replies replies_;
  std::vector<std::unique_ptr<Skill>> skills_;
  std::map<std::string, Skill*, std::less<>> skill_of_;  // by intent; constant after construction
  Sessions sessions_;
  std::uint64_t turn_ = 0;
};

}  // namespace entente::assistant
