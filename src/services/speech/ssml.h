// SPDX-License-Identifier: GPL-3.0-or-later
// SSML, the W3C's markup for speech, as far as our voices can follow it: speak, p, s, break, prosody (rate, pitch,
// volume), emphasis, say-as, sub, lang, voice, and phoneme, whose text is spoken as it stands. Of any other element the
// text is spoken. Pure; any thread. docs/voices.md says it for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace entente::speech {

// A stretch of text that is said in one way.
struct Passage {
  std::string text;      // may be empty where only the pause counts
  std::string language;  // BCP 47
  std::string as;        // say-as' interpret-as: "date", "characters" …; empty for plain text
  std::string voice;     // the engine's name; empty for the language's best
  double speed = 1.0;    // factors of the voice's own, within 0.5 to 2
  double pitch = 1.0;
  double decibels = 0;   // louder than plain text, -40 to 10; silence is below -100
  milliseconds pause{};  // before it

  bool operator==(const Passage&) const = default;
};

inline constexpr std::size_t max_ssml_bytes = 64U << 10U;
inline constexpr int max_ssml_depth = 30;
inline constexpr std::size_t max_passages = 500;
inline constexpr seconds longest_pause{10};

// `language` is that of the text outside any xml:lang. ErrorCode::invalid for what is not well-formed, has a document
// type, or has a value that does not exist, with line and reason: "ssml: line 3: …"; exhausted past a limit.
Result<std::vector<Passage>> read_ssml(std::string_view ssml, std::string_view language);

}  // namespace entente::speech
