// SPDX-License-Identifier: GPL-3.0-or-later
// What the words of a language are worth, learned from its sentences alone. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "services/language/impl/automaton.h"

namespace entente::language {

// How much a word of the sentences says: a tenth for what is mostly optional ("the"), 1 for what tells one intent from
// all others and for words that are only in lists. `intents` is a bit for each intent (modulo 64) that has the word.
struct WordWeight {
  float weight = 1;
  std::uint64_t intents = 0;
  bool article = false;  // of talk: may be missing
};
constexpr float article_weight = 0.1F;
// By symbol.
std::vector<WordWeight> weigh_words(const Automaton& sentences, std::span<const std::uint64_t> intents_of_block,
                                    std::size_t symbols);

// Sounds of hesitation in many languages ("uh", "ähm", "呃", "okay"): they never mean anything.
std::vector<std::string> hesitations();

}  // namespace entente::language
