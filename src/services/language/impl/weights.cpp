// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace entente::language {
namespace {

// Whether the sentence can also be had without this arc's word, as far as one step tells.
bool is_optional(const Automaton& automaton, std::uint32_t state, const Arc& arc) {
  const auto here = automaton.arcs(state), there = automaton.arcs(arc.target);
  if (there.empty() && automaton.finals(state).empty()) return false;
  return std::all_of(there.begin(), there.end(), [&](const Arc& next) {
    const auto found = std::lower_bound(here.begin(), here.end(), Arc{next.label, 0});
    return found != here.end() && found->label == next.label;
  });
}

}  // namespace

std::vector<WordWeight> weigh_words(const Automaton& sentences, std::span<const std::uint64_t> intents_of_block,
                                    std::size_t symbols) {
  const auto count = static_cast<std::uint32_t>(sentences.state_count());
  std::vector<std::uint64_t> below(count, 0);  // intents that can still be meant
  std::uint64_t all = 0;
  // A state's arcs lead to any number: repeat until nothing changes; a few rounds for an acyclic graph.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t state = count; state-- > 0;) {
      auto intents = below[state];
      for (const auto block : sentences.finals(state)) intents |= intents_of_block[block];
      for (const Arc& arc : sentences.arcs(state)) intents |= below[arc.target];
      changed = changed || intents != below[state];
      below[state] = intents;
      all |= intents;
    }
  }
  std::vector<WordWeight> words(symbols);
  std::vector<std::uint32_t> seen(symbols, 0), optional(symbols, 0);
  for (std::uint32_t state = 0; state < count; ++state) {
    for (const Arc& arc : sentences.words(state)) {
      words[arc.label].intents |= below[arc.target];
      ++seen[arc.label];
      if (is_optional(sentences, state, arc)) ++optional[arc.label];
    }
  }
  const auto intent_count = static_cast<float>(std::max(1, std::popcount(all)));
  for (std::size_t word = 0; word < symbols; ++word) {
    if (seen[word] == 0) continue;
    const bool mostly_optional = optional[word] * 5 > seen[word] * 3;
    const auto share = static_cast<float>(std::popcount(words[word].intents)) / intent_count;
    words[word].weight = mostly_optional && share > 0.2F ? article_weight : 1 - 0.7F * std::sqrt(share);
  }
  return words;
}

std::vector<std::string> hesitations() {
  return {"ok", "okay", "uh",   "uhh", "um",  "umm",    "uhm",    "er",   "erm",    "eh", "ehm", "ah",  "ahh", "oh",
          "hm", "hmm",  "hmmm", "mm",  "mmm", "mhm",    "huh",    "äh",   "ähm",    "öh", "öhm", "euh", "heu", "эм",
          "э",  "ээ",   "呃",   "嗯",  "唔",  "えっと", "えーと", "あの", "ええと", "음", "어",  "เอ่อ", "اه",  "אה"};
}

}  // namespace entente::language
