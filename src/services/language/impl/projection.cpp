// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/projection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "services/language/impl/reader.h"

namespace entente::language {
namespace {

constexpr std::uint32_t dead = 0xFFFFFFFF;
using model::WordGraph;

// A state of the graph before it has its place; equal ones are one.
struct Draft {
  bool final = false;
  std::vector<std::tuple<WordGraph::ArcKind, std::uint32_t, std::uint32_t>> arcs;  // kind, label, target
  friend bool operator<(const Draft& a, const Draft& b) {
    return std::tie(a.final, a.arcs) < std::tie(b.final, b.arcs);
  }
};

using Bits = std::vector<bool>;

Bits both(const Bits& a, const Bits& b) {
  Bits made(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) made[i] = a[i] && b[i];
  return made;
}
bool any(const Bits& bits) { return std::find(bits.begin(), bits.end(), true) != bits.end(); }

// The values of a list that the same constraints allow: all lamps, all vacuum cleaners.
struct Class {
  Bits constraints;
  std::vector<std::uint32_t> entries;
};

class Projector {
 public:
  explicit Projector(const MatchTables& tables) : tables_(tables), lexicon_(tables.lexicon) {}

  WordGraph run() {
    graph_.language = lexicon_.language;
    graph_.networks.push_back({0, "sentence"});
    const auto& roots = lexicon_.sentences.roots();
    constraints_.resize(lexicon_.sentences.state_count());
    Draft start;
    for (const auto root : roots) {
      const auto state = sentence(root, Bits(lexicon_.constraints.size(), true));
      if (state != dead) start.arcs.emplace_back(WordGraph::ArcKind::epsilon, 0, state);
    }
    start_ = with_skip_words(add(std::move(start)));
    place();
    return std::move(graph_);
  }

 private:
  // ---- states

  std::uint32_t add(Draft draft) {
    const auto [at, fresh] = known_.emplace(std::move(draft), static_cast<std::uint32_t>(drafts_.size()));
    if (fresh) drafts_.push_back(&at->first);
    return at->second;
  }

  std::uint32_t word(Label label) { return spoken_word(tables_.symbols.word(label)); }
  std::uint32_t spoken_word(const std::string& word) {
    const auto [at, fresh] = words_.emplace(word, static_cast<std::uint32_t>(graph_.words.size()));
    if (fresh) graph_.words.push_back(word);
    return at->second;
  }

  // ---- sentences

  // The constraints of the blocks that can be reached: what a list may mean on the way there.
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the longest sentence.
  const Bits& constraints_from(std::uint32_t state) {
    Bits& bits = constraints_[state];
    if (!bits.empty()) return bits;
    Bits made(lexicon_.constraints.size());
    for (const auto final : lexicon_.sentences.finals(state)) made[lexicon_.blocks[final].constraint] = true;
    for (const Arc& arc : lexicon_.sentences.arcs(state)) {
      const Bits& later = constraints_from(arc.target);
      for (std::size_t i = 0; i < made.size(); ++i) made[i] = made[i] || later[i];
    }
    return constraints_[state] = std::move(made);
  }

  // The state as it is when only blocks with the constraints `open` are still possible: a vacuum cleaner's name has
  // been said, and the lamps' sentences are out. NOLINTNEXTLINE(misc-no-recursion)
  std::uint32_t sentence(std::uint32_t state, const Bits& open) {
    auto key = std::make_pair(state, both(open, constraints_from(state)));
    if (!any(key.second)) return dead;
    if (const auto known = sentence_states_.find(key); known != sentence_states_.end()) return known->second;
    Draft draft;
    for (const auto final : lexicon_.sentences.finals(state)) {
      draft.final = draft.final || open[lexicon_.blocks[final].constraint];
    }
    for (const Arc& arc : lexicon_.sentences.arcs(state)) {
      if (is_call(arc.label)) {
        add_call(draft, arc, key.second);
      } else if (tables_.symbols.spoken(arc.label)) {
        const auto target = sentence(arc.target, key.second);
        if (target != dead) draft.arcs.emplace_back(WordGraph::ArcKind::word, word(arc.label), target);
      }
    }
    const auto made = draft.final || !draft.arcs.empty() ? add(std::move(draft)) : dead;
    sentence_states_.emplace(std::move(key), made);
    return made;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void add_call(Draft& draft, const Arc& arc, const Bits& open) {
    const Call& call = lexicon_.calls[call_of(arc.label)];
    const auto& list = tables_.lists[call.list];
    if (!list) return;
    if (list->kind != ListNetwork::Kind::values) {
      const auto target = sentence(arc.target, open);
      if (target == dead) return;
      if (list->kind == ListNetwork::Kind::wildcard) {
        draft.arcs.emplace_back(WordGraph::ArcKind::wildcard, 0, target);
      } else if (const auto network = network_of(call, *list, {})) {
        draft.arcs.emplace_back(WordGraph::ArcKind::call, *network, target);
      }
      return;
    }
    std::map<std::uint32_t, Bits> values_by_target;
    for (const Class& one : classes_of(call.list, *list)) {
      const auto target = sentence(arc.target, both(open, one.constraints));
      if (target == dead) continue;
      Bits& values = values_by_target.emplace(target, Bits(list->entries.size())).first->second;
      for (const auto entry : one.entries) values[entry] = true;
    }
    for (const auto& [target, values] : values_by_target) {
      if (const auto network = network_of(call, *list, values)) {
        draft.arcs.emplace_back(WordGraph::ArcKind::call, *network, target);
      }
    }
  }

  // ---- lists

  const std::vector<Class>& classes_of(std::uint32_t index, const ListNetwork& list) {
    const auto known = classes_.find(index);
    if (known != classes_.end()) return known->second;
    std::map<Bits, std::vector<std::uint32_t>> by_constraints;
    std::map<std::map<std::string, model::Value>, Bits> by_context;  // a thousand lamps in ten rooms ask ten times
    for (std::uint32_t entry = 0; entry < list.entries.size(); ++entry) {
      const auto& context = list.entries[entry].context;
      const auto [at, fresh] = by_context.emplace(context, Bits(lexicon_.constraints.size()));
      for (std::size_t i = 0; fresh && i < at->second.size(); ++i) {
        at->second[i] = value_allowed(lexicon_.constraints[i], context);
      }
      by_constraints[at->second].push_back(entry);
    }
    std::vector<Class> made;
    for (auto& [constraints, entries] : by_constraints) made.push_back(Class{constraints, std::move(entries)});
    return classes_.emplace(index, std::move(made)).first->second;
  }

  // The list with these values only; none where nothing of it can be spoken.
  std::optional<std::uint32_t> network_of(const Call& call, const ListNetwork& list, const Bits& values) {
    const auto key = std::make_tuple(call.list, call.prefix, call.suffix, values);
    if (const auto known = made_.find(key); known != made_.end()) return known->second;
    ListWalk walk{list, values, call.suffix, {}};
    Draft start = list_state(walk, list.root, false);
    if (!call.prefix.empty()) {
      for (auto& [kind, label, target] : start.arcs) label = spoken_word(call.prefix + graph_.words[label]);
      std::sort(start.arcs.begin(), start.arcs.end());
    }
    std::optional<std::uint32_t> network;
    if (!start.arcs.empty()) network = add_network(add(std::move(start)), list.name);
    made_.emplace(key, network);
    return network;
  }

  struct ListWalk {
    const ListNetwork& list;
    const Bits& allowed;  // empty for all
    const std::string& suffix;
    std::map<std::uint32_t, std::uint32_t> states;
  };

  static bool ends(const ListWalk& walk, std::uint32_t state) {
    for (const auto final : walk.list.automaton->finals(state)) {
      if (walk.allowed.empty() || walk.allowed[final]) return true;
    }
    return false;
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the longest value.
  Draft list_state(ListWalk& walk, std::uint32_t state, bool may_end) {
    Draft draft;
    draft.final = may_end && walk.suffix.empty() && ends(walk, state);
    for (const Arc& arc : walk.list.automaton->words(state)) {
      if (!tables_.symbols.spoken(arc.label)) continue;
      if (!walk.suffix.empty() && ends(walk, arc.target)) {
        Draft last;
        last.final = true;
        draft.arcs.emplace_back(WordGraph::ArcKind::word, spoken_word(tables_.symbols.word(arc.label) + walk.suffix),
                                add(std::move(last)));
      }
      const auto target = list_target(walk, arc.target);
      if (target != dead) draft.arcs.emplace_back(WordGraph::ArcKind::word, word(arc.label), target);
    }
    return draft;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  std::uint32_t list_target(ListWalk& walk, std::uint32_t state) {
    if (const auto known = walk.states.find(state); known != walk.states.end()) return known->second;
    auto draft = list_state(walk, state, true);
    const auto made = draft.final || !draft.arcs.empty() ? add(std::move(draft)) : dead;
    walk.states.emplace(state, made);
    return made;
  }

  // ---- skip words

  // The sentence itself, or a network that calls it with "please" before or after.
  std::uint32_t with_skip_words(std::uint32_t sentences) {
    std::map<std::vector<std::string>, bool> phrases;
    for (const auto& phrase : lexicon_.skip_words) phrases[phrase] = true;
    if (phrases.empty()) return sentences;
    Draft skip;
    const Draft end{true, {}};
    for (const auto& [phrase, used] : phrases) {
      auto state = add(end);
      for (auto at = phrase.size(); at-- > 1;) {
        state = add(Draft{false, {{WordGraph::ArcKind::word, spoken_word(phrase[at]), state}}});
      }
      skip.arcs.emplace_back(WordGraph::ArcKind::word, spoken_word(phrase.front()), state);
    }
    const auto skip_network = add_network(add(std::move(skip)), "skip words");
    graph_.networks[skip_network].idle = true;
    const auto sentence_network = add_network(sentences, "sentences");
    const auto over = add(end);
    const auto said = add(Draft{true, {{WordGraph::ArcKind::call, skip_network, over}}});
    const auto before = add(Draft{false, {{WordGraph::ArcKind::call, sentence_network, said}}});
    return add(
        Draft{false, {{WordGraph::ArcKind::epsilon, 0, before}, {WordGraph::ArcKind::call, skip_network, before}}});
  }

  std::uint32_t add_network(std::uint32_t start, std::string name) {
    graph_.networks.push_back({start, std::move(name)});
    return static_cast<std::uint32_t>(graph_.networks.size() - 1);
  }

  // ---- places

  void place() {
    // Breadth first from each network's start.
    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> number(drafts_.size(), dead);
    const auto visit = [&](std::uint32_t draft) {
      if (number[draft] != dead) return;
      number[draft] = static_cast<std::uint32_t>(order.size());
      order.push_back(draft);
    };
    graph_.networks[0].start = start_;
    for (const auto& network : graph_.networks) visit(network.start);
    for (std::size_t at = 0; at < order.size(); ++at) {
      for (const auto& [kind, label, target] : drafts_[order[at]]->arcs) visit(target);
    }
    for (auto& network : graph_.networks) network.start = number[network.start];
    for (const auto draft : order) {
      const Draft& from = *drafts_[draft];
      graph_.states.push_back({static_cast<WordGraph::Index>(graph_.arcs.size()),
                               static_cast<WordGraph::Index>(from.arcs.size()), from.final});
      for (const auto& [kind, label, target] : from.arcs) graph_.arcs.push_back({kind, label, number[target]});
    }
  }

  const MatchTables& tables_;
  const Lexicon& lexicon_;
  WordGraph graph_;
  std::map<Draft, std::uint32_t> known_;
  std::vector<const Draft*> drafts_;
  std::map<std::string, std::uint32_t> words_;
  std::vector<Bits> constraints_;
  std::map<std::pair<std::uint32_t, Bits>, std::uint32_t> sentence_states_;
  std::map<std::uint32_t, std::vector<Class>> classes_;  // by list
  std::map<std::tuple<std::uint32_t, std::string, std::string, Bits>, std::optional<std::uint32_t>> made_;
  std::uint32_t start_ = 0;
};

}  // namespace

model::WordGraph project(const MatchTables& tables) { return Projector(tables).run(); }

}  // namespace entente::language
