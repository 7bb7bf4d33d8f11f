// SPDX-License-Identifier: GPL-3.0-or-later
// From what was heard to the commands in it: which language it is, whether the whole is one sentence or several, and
// whether near is near enough. Loop thread, waits for nothing.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "services/assistant/grammars.h"

namespace entente::assistant {

// One command as it was understood.
struct Part {
  std::string text;
  SharedGrammar grammar;
  model::Intent intent;
  std::vector<model::Intent> alternatives;  // as likely as `intent`; asked back
  std::vector<model::Intent> others;        // less likely readings, best first
};

struct Reading {
  std::string heard;                 // the hypothesis that was read
  std::vector<Part> parts;           // in order; empty: not understood
  std::vector<std::string> unknown;  // pieces that are no sentence, as they were said
};

struct Hearing {
  std::vector<std::string> texts;  // readings of the same speech, best first; never empty
  std::string language;            // BCP 47, or empty for any of the home
  std::string usual_language;      // wins where a sentence fits in several
  language::Context context;
};

// An error is that of the best hypothesis: not_found, exhausted, invalid; unavailable where no language is loaded.
Result<Reading> understand(const Grammars& grammars, const Hearing& hearing);

// One sentence as a whole, word for word.
Result<Part> understand_exactly(const Grammars& grammars, const std::string& text, const Hearing& hearing);

}  // namespace entente::assistant
