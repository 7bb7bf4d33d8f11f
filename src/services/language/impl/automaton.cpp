// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/automaton.h"

#include <algorithm>

namespace entente::language {
namespace {

std::size_t hash_of(const std::vector<std::uint32_t>& finals, const std::vector<Arc>& arcs) {
  std::uint64_t hash = 0x9E3779B97F4A7C15U;
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001B3U, hash ^= hash >> 29U; };
  for (const auto final : finals) mix(final);
  mix(0xFFFFFFFFFFU);
  for (const auto& arc : arcs) mix((static_cast<std::uint64_t>(arc.label) << 32U) | arc.target);
  return static_cast<std::size_t>(hash);
}

void sort_unique(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

std::uint32_t Automaton::step(std::uint32_t state, Label word) const {
  const auto choices = words(state);
  const auto found = std::lower_bound(choices.begin(), choices.end(), word,
                                      [](const Arc& arc, Label wanted) { return arc.label < wanted; });
  return found != choices.end() && found->label == word ? found->target : none;
}

std::size_t Automaton::bytes() const {
  const auto numbers = roots_.size() + first_arc_.size() + first_final_.size() + words_.size() + finals_.size();
  return numbers * sizeof(std::uint32_t) + arcs_.size() * sizeof(Arc);
}

std::uint32_t AutomatonBuilder::state(std::vector<std::uint32_t> finals, const std::vector<Arc>& arcs) {
  const auto hash = hash_of(finals, arcs);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    const State& held = states_[at->second];
    if (held.finals == finals && held.arcs == arcs) return at->second;
  }
  const auto made = static_cast<std::uint32_t>(states_.size());
  states_.push_back(State{std::move(finals), arcs});
  by_hash_.emplace(hash, made);
  return made;
}

std::optional<std::uint32_t> AutomatonBuilder::unite(std::vector<std::uint32_t> states, std::size_t budget) {
  sort_unique(states);
  if (states.empty()) return state({}, {});
  Union work{{}, budget};
  return unite(std::move(states), work);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the longest sentence, which template_graph bounds.
std::optional<std::uint32_t> AutomatonBuilder::unite(Subset subset, Union& work) {
  if (subset.size() == 1) return subset.front();
  if (const auto known = work.made.find(subset); known != work.made.end()) return known->second;
  if (work.made.size() >= work.budget) return std::nullopt;

  std::vector<std::uint32_t> finals;
  std::vector<Arc> all;
  for (const auto one : subset) {
    finals.insert(finals.end(), states_[one].finals.begin(), states_[one].finals.end());
    all.insert(all.end(), states_[one].arcs.begin(), states_[one].arcs.end());
  }
  sort_unique(finals);
  std::sort(all.begin(), all.end());
  std::vector<Arc> arcs;
  for (std::size_t at = 0; at < all.size();) {
    Subset targets;
    const auto label = all[at].label;
    for (; at < all.size() && all[at].label == label; ++at) {
      if (targets.empty() || targets.back() != all[at].target) targets.push_back(all[at].target);
    }
    const auto target = unite(std::move(targets), work);
    if (!target) return std::nullopt;
    arcs.push_back(Arc{label, *target});
  }
  const auto made = state(std::move(finals), arcs);
  work.made.emplace(std::move(subset), made);
  return made;
}

// NOLINTNEXTLINE(misc-no-recursion): halves the list each time.
std::vector<std::uint32_t> AutomatonBuilder::unite_all(const std::vector<std::uint32_t>& states, std::size_t budget) {
  if (states.empty()) return {};
  if (const auto whole = unite(states, budget)) return {*whole};
  const auto middle = states.begin() + static_cast<std::ptrdiff_t>(states.size() / 2);
  auto roots = unite_all({states.begin(), middle}, budget);
  const auto rest = unite_all({middle, states.end()}, budget);
  roots.insert(roots.end(), rest.begin(), rest.end());
  return roots;
}

Automaton AutomatonBuilder::freeze(const std::vector<std::uint32_t>& roots) const {
  std::vector<std::uint32_t> number(states_.size(), Automaton::none);
  std::vector<std::uint32_t> order;
  const auto visit = [&](std::uint32_t state) {
    if (number[state] != Automaton::none) return;
    number[state] = static_cast<std::uint32_t>(order.size());
    order.push_back(state);
  };
  for (const auto root : roots) visit(root);
  for (std::size_t at = 0; at < order.size(); ++at) {  // breadth first: states that are near lie near
    for (const auto& arc : states_[order[at]].arcs) visit(arc.target);
  }

  Automaton frozen;
  for (const auto root : roots) frozen.roots_.push_back(number[root]);
  for (const auto state : order) {
    const State& from = states_[state];
    std::uint32_t words = 0;
    for (const auto& arc : from.arcs) {
      frozen.arcs_.push_back(Arc{arc.label, number[arc.target]});
      if (!is_call(arc.label)) ++words;
    }
    frozen.words_.push_back(words);
    frozen.finals_.insert(frozen.finals_.end(), from.finals.begin(), from.finals.end());
    frozen.first_arc_.push_back(static_cast<std::uint32_t>(frozen.arcs_.size()));
    frozen.first_final_.push_back(static_cast<std::uint32_t>(frozen.finals_.size()));
  }
  return frozen;
}

}  // namespace entente::language
