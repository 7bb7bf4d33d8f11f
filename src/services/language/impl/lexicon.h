// SPDX-License-Identifier: GPL-3.0-or-later
// A SentenceSet's insides: all sentences of a language as one automaton whose labels are words and calls of lists, and
// whose finals are blocks; the lists of the files; the blocks. Immutable once load() has returned.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/language/impl/automaton.h"
#include "services/language/impl/lists.h"
#include "services/language/impl/source.h"
#include "services/language/impl/symbols.h"
#include "services/language/impl/template_graph.h"
#include "services/language/impl/weights.h"
#include "services/language/language.h"

namespace entente::language {

// What a block asks of the context. Blocks with the same wishes share one.
struct Constraint {
  std::vector<ContextRule> requires_context, excludes_context;
};

struct Block {
  std::string intent;
  std::string response;
  std::vector<std::pair<std::string, model::Value>> slots;
  std::map<std::string, model::Value> metadata;
  std::vector<std::vector<std::string>> required_keywords;  // one of these token sequences must be in the text
  std::vector<std::string> commands;
  std::uint64_t intent_bit = 0;  // as in WordWeight::intents
  std::uint32_t constraint = 0;
  bool of_user = false;
  Place place;
};

struct Lexicon {
  std::string language;
  ScanRules rules;
  Symbols symbols;
  Calls calls;
  Automaton sentences;            // finals are blocks; several roots only where one would be too large
  std::vector<SharedList> lists;  // by Call::list; null where only the home can fill it
  std::map<std::string, std::uint32_t, std::less<>> global_lists;  // the lists that a home may fill, by name
  std::map<std::string, ListSource> list_sources;                  // of the files
  std::map<std::string, PlacedText> rule_sources;
  std::vector<Block> blocks;
  std::vector<Constraint> constraints;               // [0] asks for nothing
  std::vector<std::vector<std::string>> skip_words;  // token sequences, longest first
  std::vector<std::vector<std::string>> fillers;     // the same: sounds of hesitation, and those of talk
  Talk talk;                                         // normalised
  std::vector<WordWeight> word_weights;              // by symbol: how much it says, see tolerant.h
  std::size_t sentence_count = 0;

  // Of any symbol, Symbols::none included: what only this home or nobody knows says all.
  const WordWeight& weight(std::uint32_t word) const {
    static constexpr WordWeight unknown;
    return word < word_weights.size() ? word_weights[word] : unknown;
  }
};

// `problems` grows by what is left out.
void compile_lexicon(Source source, std::string_view language, Lexicon& lexicon, std::vector<Problem>& problems);

}  // namespace entente::language
