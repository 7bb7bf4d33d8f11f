// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/phrase_trie.h"

#include <algorithm>

namespace entente::language {

void PhraseTrie::add(std::string_view phrase, std::uint32_t final, Symbols::Use use) {
  std::vector<Label> words;
  for (const auto& token : tokens(normalise(phrase), rules_)) words.push_back(symbols_.intern(token.key, use));
  if (!words.empty()) add(words, final);
}

void PhraseTrie::add(std::span<const Label> words, std::uint32_t final) {
  std::uint32_t at = 0;
  for (const Label word : words) {
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    const auto [next, made] = nodes_[at].next.emplace(word, fresh);
    at = next->second;
    if (made) nodes_.emplace_back();
  }
  auto& finals = nodes_[at].finals;
  const auto place = std::lower_bound(finals.begin(), finals.end(), final);
  if (place == finals.end() || *place != final) finals.insert(place, final);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the longest phrase.
std::uint32_t PhraseTrie::build(AutomatonBuilder& builder, std::uint32_t node) const {
  std::vector<Arc> arcs;
  for (const auto& [word, next] : nodes_[node].next) arcs.push_back(Arc{word, build(builder, next)});
  return builder.state(nodes_[node].finals, arcs);
}

}  // namespace entente::language
