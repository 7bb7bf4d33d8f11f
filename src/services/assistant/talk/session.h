// SPDX-License-Identifier: GPL-3.0-or-later
// What one speaker and the assistant have just talked about: it makes "turn it off", "and in the bedroom?", "no, the
// kitchen" and "the second one" mean something. Forgotten when nothing was said for a while. Loop thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/intent.h"
#include "model/reply.h"
#include "services/assistant/grammars.h"
#include "services/assistant/skill.h"
#include "services/home/home.h"

namespace entente::assistant {

// A command or question that was carried out.
struct Deed {
  model::Intent intent;
  std::vector<model::DeviceId> devices;  // that it was about
  std::vector<Step> undo;
  bool undo_is_partial = false;
};

// A question that waits for its answer.
struct Asked {
  struct Choice {
    std::string label;
    model::DeviceId device;  // empty where the choice is no device
    model::Intent intent;    // what is done when it is chosen
  };
  Question::Kind kind = Question::Kind::which;
  std::vector<Choice> choices;  // never empty; the only one where the question is "sure?"
  std::string text;             // the question itself, to be asked again
  SharedGrammar grammar;
};

struct Session {
  TimePoint heard_at;
  std::string language;
  std::vector<Deed> deeds;   // of the last utterance that did something
  std::vector<Step> undone;  // what an undo took back, to be done again
  std::deque<Asked> asked;   // the first is open, the others come after it
  model::Reply said;         // the last reply that is worth repeating

  // What sentences may ask for: docs/conversation.md has the keys.
  language::Context context(const std::string& area, const home::Home& home) const;
};

class Sessions {
 public:
  static constexpr Duration memory = std::chrono::minutes(2);

  // The session as it is now; empty when it is new or forgotten. Valid until the next call.
  Session& of(const model::Utterance& utterance, TimePoint now);

 private:
  static constexpr std::size_t limit = 256;
  std::map<std::string, Session, std::less<>> sessions_;
};

// "lamp-1,lamp-2": how several devices stand in the slot "name".
std::string joined(const std::vector<model::DeviceId>& devices);
std::vector<std::string> separate(std::string_view devices);

}  // namespace entente::assistant
