// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/projection.h"

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

class Projector {
 public:
  explicit Projector(const MatchTables& tables) : tables_(tables), lexicon_(tables.lexicon) {}

  WordGraph run() {
    graph_.language = lexicon_.language;
    graph_.networks.push_back({0, "sentence"});
    const auto& roots = lexicon_.sentences.roots();
    constraints_.resize(lexicon_.sentences.state_count());
    sentence_states_.assign(lexicon_.sentences.state_count(), std::nullopt);
    Draft start;
    for (const auto root : roots) {
      const auto state = sentence(root);
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

  // NOLINTNEXTLINE(misc-no-recursion)
  std::uint32_t sentence(std::uint32_t state) {
    if (sentence_states_[state]) return *sentence_states_[state];
    Draft draft;
    draft.final = !lexicon_.sentences.finals(state).empty();
    for (const Arc& arc : lexicon_.sentences.arcs(state)) {
      if (!is_call(arc.label) && !tables_.symbols.spoken(arc.label)) continue;
      const auto target = sentence(arc.target);
      if (target == dead) continue;
      if (!is_call(arc.label)) {
        draft.arcs.emplace_back(WordGraph::ArcKind::word, word(arc.label), target);
      } else {
        add_call(draft, arc, target);
      }
    }
    const auto made = draft.final || !draft.arcs.empty() ? add(std::move(draft)) : dead;
    sentence_states_[state] = made;
    return made;
  }

  void add_call(Draft& draft, const Arc& arc, std::uint32_t target) {
    const Call& call = lexicon_.calls[call_of(arc.label)];
    const auto& list = tables_.lists[call.list];
    if (!list) return;
    if (list->kind == ListNetwork::Kind::wildcard) {
      draft.arcs.emplace_back(WordGraph::ArcKind::wildcard, 0, target);
      return;
    }
    const auto network = network_of(call, *list, constraints_from(arc.target));
    if (network) draft.arcs.emplace_back(WordGraph::ArcKind::call, *network, target);
  }

  // ---- lists

  // Which values can stand there; empty for all of them.
  static Bits allowed_values(const ListNetwork& list, const std::vector<Constraint>& constraints, const Bits& reached) {
    Bits allowed(list.entries.size());
    bool all = true;
    for (std::size_t entry = 0; entry < allowed.size(); ++entry) {
      for (std::size_t i = 0; i < reached.size() && !allowed[entry]; ++i) {
        allowed[entry] = reached[i] && value_allowed(constraints[i], list.entries[entry].context);
      }
      all = all && allowed[entry];
    }
    return all ? Bits() : allowed;
  }

  std::optional<std::uint32_t> network_of(const Call& call, const ListNetwork& list, const Bits& reached) {
    const auto question = std::make_tuple(call.list, call.prefix, call.suffix, reached);
    if (const auto known = asked_.find(question); known != asked_.end()) return known->second;
    const auto made = make_network(call, list, reached);
    asked_.emplace(question, made);
    return made;
  }

  std::optional<std::uint32_t> make_network(const Call& call, const ListNetwork& list, const Bits& reached) {
    auto allowed =
        list.kind == ListNetwork::Kind::values ? allowed_values(list, lexicon_.constraints, reached) : Bits();
    const auto key = std::make_tuple(call.list, call.prefix, call.suffix, allowed);
    if (const auto known = made_.find(key); known != made_.end()) return known->second;
    ListWalk walk{list, allowed, call.suffix, {}};
    Draft start = list_state(walk, list.root, false);
    if (!call.prefix.empty()) {
      for (auto& [kind, label, target] : start.arcs) label = spoken_word(call.prefix + graph_.words[label]);
      std::sort(start.arcs.begin(), start.arcs.end());
    }
    std::optional<std::uint32_t> network;
    if (!start.arcs.empty()) {
      const auto state = add(std::move(start));
      network = add_network(state, list.name);
    }
    made_.emplace(key, network);
    return network;
  }

  struct ListWalk {
    const ListNetwork& list;
    const Bits& allowed;
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
  std::vector<std::optional<std::uint32_t>> sentence_states_;
  std::map<std::tuple<std::uint32_t, std::string, std::string, Bits>, std::optional<std::uint32_t>> asked_, made_;
  std::uint32_t start_ = 0;
};

}  // namespace

model::WordGraph project(const MatchTables& tables) { return Projector(tables).run(); }

}  // namespace entente::language
