// SPDX-License-Identifier: GPL-3.0-or-later
// Acyclic, deterministic, minimal automata over labels, many of which share one pool of states. A label is a word or a
// call (a list in a sentence); a final says which sentences, or which values of a list, end there.
//
// AutomatonBuilder makes states from the leaves up and never makes the same one twice, so minimality comes for free;
// unite() determinises several of them by subset construction, within a budget. freeze() packs what the roots reach.
// Builders belong to one thread; an Automaton is immutable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace entente::language {

using Label = std::uint32_t;
constexpr Label call_bit = 0x80000000U;
constexpr bool is_call(Label label) { return (label & call_bit) != 0; }
constexpr std::uint32_t call_of(Label label) { return label & ~call_bit; }

struct Arc {
  Label label = 0;
  std::uint32_t target = 0;
  friend bool operator==(const Arc& a, const Arc& b) { return a.label == b.label && a.target == b.target; }
  friend bool operator<(const Arc& a, const Arc& b) {
    return a.label != b.label ? a.label < b.label : a.target < b.target;
  }
};

class Automaton {
 public:
  std::span<const Arc> arcs(std::uint32_t state) const { return slice(arcs_, first_arc_, state); }
  // Words sort before calls.
  std::span<const Arc> words(std::uint32_t state) const { return arcs(state).first(words_[state]); }
  std::span<const Arc> calls(std::uint32_t state) const { return arcs(state).subspan(words_[state]); }
  std::span<const std::uint32_t> finals(std::uint32_t state) const { return slice(finals_, first_final_, state); }

  static constexpr std::uint32_t none = 0xFFFFFFFF;
  std::uint32_t step(std::uint32_t state, Label word) const;  // none where the word does not lead on

  const std::vector<std::uint32_t>& roots() const { return roots_; }
  std::size_t state_count() const { return words_.size(); }
  std::size_t arc_count() const { return arcs_.size(); }
  std::size_t bytes() const;

 private:
  friend class AutomatonBuilder;
  template <class T>
  std::span<const T> slice(const std::vector<T>& all, const std::vector<std::uint32_t>& first, std::uint32_t at) const {
    return std::span<const T>(all).subspan(first[at], first[at + 1] - first[at]);
  }

  std::vector<std::uint32_t> roots_;
  std::vector<std::uint32_t> first_arc_{0}, first_final_{0};  // one more than there are states
  std::vector<std::uint32_t> words_;                          // by state: how many of its arcs are words
  std::vector<Arc> arcs_;
  std::vector<std::uint32_t> finals_;
};

class AutomatonBuilder {
 public:
  // The state with these arcs (sorted by label, one each) and finals (sorted, unique).
  std::uint32_t state(std::vector<std::uint32_t> finals, const std::vector<Arc>& arcs);

  // One state that accepts what any of them accepts, or nothing when that takes more than `budget` new states.
  std::optional<std::uint32_t> unite(std::vector<std::uint32_t> states, std::size_t budget);
  // The same for any number of states: as few roots as the budget for each allows.
  std::vector<std::uint32_t> unite_all(const std::vector<std::uint32_t>& states, std::size_t budget);

  std::size_t size() const { return states_.size(); }
  const std::vector<Arc>& arcs(std::uint32_t state) const { return states_[state].arcs; }
  const std::vector<std::uint32_t>& finals(std::uint32_t state) const { return states_[state].finals; }

  // Roots keep their order; see Automaton::roots().
  Automaton freeze(const std::vector<std::uint32_t>& roots) const;

 private:
  struct State {
    std::vector<std::uint32_t> finals;
    std::vector<Arc> arcs;
  };
  using Subset = std::vector<std::uint32_t>;
  struct Union {
    std::map<Subset, std::uint32_t> made;
    std::size_t budget;
  };
  std::optional<std::uint32_t> unite(Subset subset, Union& work);

  std::vector<State> states_;
  std::unordered_multimap<std::size_t, std::uint32_t> by_hash_;
};

}  // namespace entente::language
