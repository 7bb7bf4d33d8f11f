// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sphinx/search_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/log.h"

namespace entente::sphinx {
namespace {

using Index = model::WordGraph::Index;
using ArcKind = model::WordGraph::ArcKind;
// States of the word graph, sorted, each once. Behind the last state stands, for each state, that a wildcard which
// leads there may still go on.
using StateList = std::vector<Index>;

constexpr std::size_t node_limit = (1U << 23U) - 64;  // the decoder's keys have 23 bits for a node
constexpr std::size_t extra_states = 10000;           // that determinisation may make beyond four times the graph's own

struct StateListHash {
  std::size_t operator()(const StateList& list) const {
    std::uint64_t hash = 14695981039346656037U;
    for (auto state : list) hash = (hash ^ state) * 1099511628211U;
    return static_cast<std::size_t>(hash ^ (hash >> 31U));
  }
};

Error invalid(std::string_view cause) {
  return Error{ErrorCode::invalid, fmt::format("recogniser: word graph: {}", cause)};
}

Result<void> check(const model::WordGraph& graph) {
  for (const auto& state : graph.states) {
    if (state.first_arc > graph.arcs.size() || state.arc_count > graph.arcs.size() - state.first_arc) {
      return invalid("an arc out of range");
    }
  }
  for (const auto& arc : graph.arcs) {
    if (arc.target >= graph.states.size()) return invalid("a state out of range");
    if (arc.kind == ArcKind::word && arc.label >= graph.words.size()) return invalid("a word out of range");
    if (arc.kind == ArcKind::call && arc.label >= graph.networks.size()) return invalid("a network out of range");
  }
  for (const auto& network : graph.networks) {
    if (network.start >= graph.states.size()) return invalid("a network's start out of range");
  }
  return {};
}

}  // namespace

class GraphCompiler {
 public:
  GraphCompiler(std::shared_ptr<const model::WordGraph> graph, const AcousticModel& model,
                const Pronunciations& pronunciations, std::shared_ptr<const FreeSpeech> speech)
      : graph_(*graph),
        model_(model),
        pronunciations_(pronunciations),
        speech_(SearchGraph::has_wildcards(*graph) ? std::move(speech) : nullptr),
        result_(new SearchGraph),
        planter_(model, result_->nodes_) {
    result_->graph_ = std::move(graph);
  }

  Result<std::shared_ptr<const SearchGraph>> compile() {
    ENTENTE_TRY_VOID(order_networks());
    pronounce_words();
    starts_.resize(graph_.networks.size());
    for (Index network : order_) determinise(network);
    result_->start_ = starts_.front();
    link_calls();
    find_followers();
    for (Index state = 0; state < drafts_.size(); ++state) plant_tree(state);
    if (speech_) plant_own_words();
    if (result_->nodes_.size() >= node_limit) return invalid("too large to search");
    result_->speech_ = std::move(speech_);
    return std::shared_ptr<const SearchGraph>(std::move(result_));
  }

 private:
  struct Transition {
    ArcKind kind;
    Index label;
    Index target;  // state of ours
  };
  struct Draft {
    StateList members;
    Index network;
    std::vector<Transition> transitions;
  };
  Result<void> order_networks();
  Result<void> visit_network(Index network, std::vector<std::uint8_t>& colour);
  bool reaches_end(Index network) const;
  void pronounce_words();
  StateList closure(StateList states, bool& final) const;
  void collect(Index network, StateList& members) const;
  Index draft(Index network, StateList states);
  void determinise(Index network);
  void expand(Index state);
  std::uint8_t more_from(const Draft& draft) const;
  void link_calls();
  void find_followers();
  PhoneSet direct_followers(const Draft& draft) const;
  void plant_tree(Index state);
  void plant_own_words();
  Index goes_on(Index state) const { return state + static_cast<Index>(graph_.states.size()); }

  const model::WordGraph& graph_;
  const AcousticModel& model_;
  const Pronunciations& pronunciations_;
  std::shared_ptr<const FreeSpeech> speech_;
  std::unique_ptr<SearchGraph> result_;

  std::vector<Index> order_;            // networks, called ones before their callers
  std::vector<std::uint8_t> nullable_;  // [network] has a sentence of no words
  std::vector<std::vector<Pronunciation>> spoken_words_;
  std::vector<Index> starts_;  // [network] its start as a state of ours
  std::vector<Draft> drafts_;  // parallel to result_->states_
  std::unordered_map<StateList, Index, StateListHash> known_;
  TreePlanter planter_;
};

Result<void> GraphCompiler::order_networks() {
  std::vector<std::uint8_t> colour(graph_.networks.size(), 0);
  nullable_.assign(graph_.networks.size(), 0);
  for (Index network = 0; network < graph_.networks.size(); ++network) {
    ENTENTE_TRY_VOID(visit_network(network, colour));
  }
  return {};
}

Result<void> GraphCompiler::visit_network(Index network, std::vector<std::uint8_t>& colour) {
  enum : std::uint8_t { unseen, open, done };
  if (colour[network] == done) return {};
  if (colour[network] == open) return invalid(fmt::format("network '{}' calls itself", graph_.networks[network].name));
  colour[network] = open;
  StateList members;
  collect(network, members);
  for (auto state : members) {
    const auto& from = graph_.states[state];
    for (Index i = 0; i < from.arc_count; ++i) {
      const auto& arc = graph_.arcs[from.first_arc + i];
      if (arc.kind == ArcKind::call) ENTENTE_TRY_VOID(visit_network(arc.label, colour));
    }
  }
  colour[network] = done;
  nullable_[network] = reaches_end(network);
  order_.push_back(network);
  return {};
}

// All states that arcs of the network's own reach.
void GraphCompiler::collect(Index network, StateList& members) const {
  std::vector<std::uint8_t> seen(graph_.states.size(), 0);
  members.push_back(graph_.networks[network].start);
  seen[members.front()] = 1;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& from = graph_.states[members[i]];
    for (Index a = 0; a < from.arc_count; ++a) {
      auto target = graph_.arcs[from.first_arc + a].target;
      if (!seen[target]) members.push_back(target);
      seen[target] = 1;
    }
  }
}

bool GraphCompiler::reaches_end(Index network) const {
  bool final = false;
  closure({graph_.networks[network].start}, final);
  return final;
}

// What the states reach without a word; of it only the states that matter: with a word, a call, or an end.
StateList GraphCompiler::closure(StateList states, bool& final) const {
  StateList kept;
  std::vector<Index> seen = states;
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  states = seen;
  final = false;
  while (!states.empty()) {
    auto at = states.back();
    states.pop_back();
    if (at >= graph_.states.size()) {
      kept.push_back(at);
      continue;
    }
    const auto& from = graph_.states[at];
    bool matters = from.final;
    final = final || from.final;
    for (Index i = 0; i < from.arc_count; ++i) {
      const auto& arc = graph_.arcs[from.first_arc + i];
      matters = matters || arc.kind != ArcKind::epsilon;
      if (arc.kind != ArcKind::epsilon && !(arc.kind == ArcKind::call && nullable_[arc.label])) continue;
      auto place = std::lower_bound(seen.begin(), seen.end(), arc.target);
      if (place != seen.end() && *place == arc.target) continue;
      seen.insert(place, arc.target);
      states.push_back(arc.target);
    }
    if (matters) kept.push_back(at);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

void GraphCompiler::pronounce_words() {
  spoken_words_.reserve(graph_.words.size());
  for (const auto& word : graph_.words) {
    spoken_words_.push_back(pronunciations_.find(word));
    if (spoken_words_.back().empty())
      log::warning("sphinx", "nobody knows how to say '{}': it will not be heard", word);
  }
}

Index GraphCompiler::draft(Index network, StateList states) {
  bool final = false;
  auto members = closure(std::move(states), final);
  auto next = static_cast<Index>(drafts_.size());
  auto [place, fresh] = known_.try_emplace(members, next);
  if (fresh) {
    drafts_.push_back(Draft{std::move(members), network, {}});
    result_->states_.emplace_back().final = final;
  }
  return place->second;
}

void GraphCompiler::determinise(Index network) {
  known_.clear();
  auto first = static_cast<Index>(drafts_.size());
  starts_[network] = draft(network, {graph_.networks[network].start});
  for (Index state = first; state < drafts_.size(); ++state) expand(state);
}

// Past the limit equal words are no longer joined, which is slower to search but never wrong.
void GraphCompiler::expand(Index state) {
  std::vector<model::WordGraph::Arc> arcs;
  for (auto member : drafts_[state].members) {
    if (member >= graph_.states.size()) {
      const auto target = member - static_cast<Index>(graph_.states.size());
      arcs.push_back(model::WordGraph::Arc{ArcKind::wildcard, 0, target});
      continue;
    }
    const auto& from = graph_.states[member];
    for (Index i = 0; i < from.arc_count; ++i) {
      const auto& arc = graph_.arcs[from.first_arc + i];
      if (arc.kind == ArcKind::epsilon || (arc.kind == ArcKind::word && spoken_words_[arc.label].empty())) continue;
      if (arc.kind == ArcKind::wildcard && !speech_) continue;
      arcs.push_back(arc);
    }
  }
  auto key = [](const model::WordGraph::Arc& arc) {
    return std::pair(arc.kind, arc.kind == ArcKind::wildcard ? 0 : arc.label);
  };
  std::sort(arcs.begin(), arcs.end(),
            [&](const auto& a, const auto& b) { return key(a) != key(b) ? key(a) < key(b) : a.target < b.target; });
  const bool joins = drafts_.size() < graph_.states.size() * 4 + extra_states;
  const auto network = drafts_[state].network;
  for (std::size_t i = 0; i < arcs.size();) {
    StateList targets;
    auto same = key(arcs[i]);
    const bool wildcard = same.first == ArcKind::wildcard;
    do {
      if (wildcard) targets.push_back(goes_on(arcs[i].target));
      targets.push_back(arcs[i++].target);
    } while ((joins || wildcard) && i < arcs.size() && key(arcs[i]) == same);
    auto target = draft(network, std::move(targets));
    drafts_[state].transitions.push_back(Transition{same.first, same.second, target});
    if (wildcard) result_->states_[state].wildcard = target;
  }
}

// Where several states of the word graph were joined, each may settle on a meaning of its own.
std::uint8_t GraphCompiler::more_from(const Draft& draft) const {
  if (graph_.networks[draft.network].idle) return 0;
  const bool changes = std::any_of(draft.transitions.begin(), draft.transitions.end(), [this](const auto& each) {
    return each.kind != ArcKind::call || !graph_.networks[each.label].idle;
  });
  if (!changes) return 0;
  std::uint8_t more = 1;
  for (const auto member : draft.members) {
    if (member >= graph_.states.size()) continue;
    if (draft.members.size() == 1 && graph_.states[member].settled) return 0;
    more = std::max(more, graph_.states[member].more);
  }
  return more;
}

void GraphCompiler::link_calls() {
  for (Index i = 0; i < drafts_.size(); ++i) {
    auto& state = result_->states_[i];
    state.more = more_from(drafts_[i]);
    state.first_call = static_cast<Index>(result_->calls_.size());
    for (const auto& transition : drafts_[i].transitions) {
      if (transition.kind != ArcKind::call) continue;
      result_->calls_.push_back(SearchGraph::Call{starts_[transition.label], transition.target});
    }
    state.call_count = static_cast<Index>(result_->calls_.size()) - state.first_call;
  }
}

PhoneSet GraphCompiler::direct_followers(const Draft& draft) const {
  PhoneSet phones = only(model_.silence());
  for (const auto& transition : draft.transitions) {
    if (transition.kind == ArcKind::wildcard) phones |= model_.speech_phones();
    if (transition.kind != ArcKind::word) continue;
    for (const auto& pronunciation : spoken_words_[transition.label]) phones |= only(pronunciation.front());
  }
  return phones;
}

// A fixed point: a state's followers need those of the networks it calls and, at an end, of everyone who called.
void GraphCompiler::find_followers() {
  auto& states = result_->states_;
  for (Index i = 0; i < drafts_.size(); ++i) states[i].followers = direct_followers(drafts_[i]);
  std::vector<PhoneSet> after(graph_.networks.size(), 0);  // [network] what can come after it
  for (bool changed = true; changed;) {
    changed = false;
    for (Index i = 0; i < drafts_.size(); ++i) {
      auto phones = states[i].followers;
      for (const auto& transition : drafts_[i].transitions) {
        if (transition.kind != ArcKind::call) continue;
        phones |= states[starts_[transition.label]].followers;
        after[transition.label] |= states[transition.target].followers;
      }
      if (states[i].final) phones |= after[drafts_[i].network];
      changed = changed || phones != states[i].followers;
      states[i].followers = phones;
    }
  }
}

void GraphCompiler::plant_tree(Index state) {
  for (const auto& transition : drafts_[state].transitions) {
    if (transition.kind != ArcKind::word) continue;
    for (const auto& phones : spoken_words_[transition.label]) {
      planter_.add(phones, transition.label, transition.target);
    }
  }
  const auto roots = planter_.plant();
  result_->states_[state].first_root = roots.first;
  result_->states_[state].root_count = roots.count;
}

void GraphCompiler::plant_own_words() {
  auto& known = result_->ngram_words_;
  known.reserve(graph_.words.size());
  for (Index word = 0; word < graph_.words.size(); ++word) {
    known.push_back(speech_->model().find(graph_.words[word]).value_or(NgramModel::no_word));
    if (known.back() != NgramModel::no_word && speech_->hears(known.back())) continue;
    for (const auto& phones : spoken_words_[word]) planter_.add(phones, word, SearchGraph::none);
  }
  result_->own_words_ = planter_.plant();
}

bool SearchGraph::has_wildcards(const model::WordGraph& graph) {
  return std::any_of(graph.arcs.begin(), graph.arcs.end(),
                     [](const auto& arc) { return arc.kind == ArcKind::wildcard; });
}

Result<std::shared_ptr<const SearchGraph>> SearchGraph::compile(std::shared_ptr<const model::WordGraph> graph,
                                                                const AcousticModel& model,
                                                                const Pronunciations& pronunciations,
                                                                std::shared_ptr<const FreeSpeech> speech) {
  if (!graph || graph->empty()) return invalid("it is empty");
  ENTENTE_TRY_VOID(check(*graph));
  return GraphCompiler(std::move(graph), model, pronunciations, std::move(speech)).compile();
}

}  // namespace entente::sphinx
