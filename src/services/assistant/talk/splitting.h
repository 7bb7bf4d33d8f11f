// SPDX-License-Identifier: GPL-3.0-or-later
// Takes a sentence apart into its commands: "turn on the lamp, the fan and close the curtain" is three. Knows no
// language: where to cut is told, and whether a piece is a sentence is asked. A piece that is none by itself is tried
// with the beginning of the one before ("turn on" the fan), with the end of the one after (the kitchen "lights"), with
// both. Pure; the number of questions is bounded.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace entente::assistant {

struct Piece {
  std::string said;  // as it stands in the sentence
  std::string text;  // as it was understood: with what it shares with its neighbours
  bool understood = false;
};

// Whether a text is a sentence by itself.
using IsSentence = std::function<bool(const std::string&)>;

// The commands of `text`, in order. One piece, the whole, where there is nothing to cut. Empty when the text has more
// pieces than anybody says in one breath.
std::vector<Piece> split(std::string_view text, const std::vector<std::string>& conjunctions,
                         const IsSentence& is_sentence);

// Whether one of the conjunctions, or a comma, stands inside.
bool can_be_split(std::string_view text, const std::vector<std::string>& conjunctions);

}  // namespace entente::assistant
