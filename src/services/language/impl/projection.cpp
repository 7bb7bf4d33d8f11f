// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/language/impl/projection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
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
  bool settled = false;
  std::uint8_t more = 0;
  friend bool operator<(const Draft& a, const Draft& b) {
    return std::tie(a.final, a.settled, a.more, a.arcs) < std::tie(b.final, b.settled, b.more, b.arcs);
  }
};

using Bits = std::vector<bool>;

Bits both(const Bits& a, const Bits& b) {
  Bits made(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) made[i] = a[i] && b[i];
  return made;
}
bool any(const Bits& bits) { return std::find(bits.begin(), bits.end(), true) != bits.end(); }

// Slots that tell nothing new: the room of a lamp when no other thing has the lamp's name.
using Told = std::set<std::string>;

// The values of a list that the same constraints allow: all lamps, all vacuum cleaners.
struct Class {
  Bits constraints;
  Told tells;  // beside what it means
  std::vector<std::uint32_t> entries;
};

// What the sentences mean that may end at a state or after it.
using Meaning = std::uint32_t;
constexpr Meaning no_meaning = 0xFFFFFFFF;
constexpr Meaning several_meanings = 0xFFFFFFFE;
constexpr int most_slots = 100;
constexpr Meaning join(Meaning a, Meaning b) {
  if (a == b || b == no_meaning) return a;
  return a == no_meaning ? b : several_meanings;
}

class Projector {
 public:
  explicit Projector(const MatchTables& tables) : tables_(tables), lexicon_(tables.lexicon) {}

  WordGraph run() {
    graph_.language = lexicon_.language;
    graph_.networks.push_back({0, "sentence"});
    const auto& roots = lexicon_.sentences.roots();
    constraints_.resize(lexicon_.sentences.state_count());
    find_meanings();
    Draft start;
    for (const auto root : roots) {
      const auto state = sentence(root, Bits(lexicon_.constraints.size(), true), {}).draft;
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

  // Blocks that come to the same are one meaning.
  void find_meanings() {
    std::map<std::tuple<std::string, std::string, std::vector<std::pair<std::string, model::Value>>, Told>, Meaning>
        known;
    for (const Block& block : lexicon_.blocks) {
      Told copied;  // from the context
      const Constraint& constraint = lexicon_.constraints[block.constraint];
      for (const auto& rule : constraint.requires_context) {
        if (!rule.slot.empty()) copied.insert(rule.slot);
      }
      const auto next = static_cast<Meaning>(known.size());
      meanings_.push_back(known.try_emplace({block.intent, block.response, block.slots, copied}, next).first->second);
    }
    for (std::size_t i = 0; i < lexicon_.calls.size(); ++i) {
      slots_.insert(lexicon_.calls[static_cast<std::uint32_t>(i)].slot);
    }
  }

  struct Sentence {
    std::uint32_t draft = dead;
    Meaning meaning = no_meaning;  // of what ends here or later
  };

  // The state as it is when only blocks with the constraints `open` are still possible: a vacuum cleaner's name has
  // been said, and the lamps' sentences are out. NOLINTNEXTLINE(misc-no-recursion)
  Sentence sentence(std::uint32_t state, const Bits& open, const Told& told) {
    auto key = std::make_tuple(state, both(open, constraints_from(state)), told);
    const Bits& possible = std::get<1>(key);
    if (!any(possible)) return {};
    if (const auto known = sentence_states_.find(key); known != sentence_states_.end()) return known->second;
    Draft draft;
    Sentence made;
    for (const auto final : lexicon_.sentences.finals(state)) {
      if (!open[lexicon_.blocks[final].constraint]) continue;
      draft.final = true;
      made.meaning = join(made.meaning, meanings_[final]);
    }
    for (const Arc& arc : lexicon_.sentences.arcs(state)) {
      if (is_call(arc.label)) {
        made.meaning = join(made.meaning, add_call(draft, arc, possible, told));
      } else if (tables_.symbols.spoken(arc.label)) {
        const auto target = sentence(arc.target, possible, told);
        if (target.draft == dead) continue;
        draft.arcs.emplace_back(WordGraph::ArcKind::word, word(arc.label), target.draft);
        made.meaning = join(made.meaning, target.meaning);
      }
    }
    draft.settled = draft.final && made.meaning != several_meanings;
    if (draft.final && !draft.settled) draft.more = more_of(state, possible, told);
    if (draft.final || !draft.arcs.empty()) made.draft = add(std::move(draft));
    sentence_states_.emplace(std::move(key), made);
    return made;
  }

  // What the sentences mean that go on so. NOLINTNEXTLINE(misc-no-recursion)
  Meaning add_call(Draft& draft, const Arc& arc, const Bits& open, const Told& told) {
    const Call& call = lexicon_.calls[call_of(arc.label)];
    const auto& list = tables_.lists[call.list];
    if (!list) return no_meaning;
    if (list->kind != ListNetwork::Kind::values) {
      const auto target = sentence(arc.target, open, told).draft;
      if (target == dead) return no_meaning;
      if (list->kind == ListNetwork::Kind::wildcard) {
        draft.arcs.emplace_back(WordGraph::ArcKind::wildcard, 0, target);
      } else if (const auto network = network_of(call, *list, {})) {
        draft.arcs.emplace_back(WordGraph::ArcKind::call, *network, target);
      }
      return several_meanings;
    }
    Meaning meaning = no_meaning;
    std::map<std::uint32_t, Bits> values_by_target;
    for (const Class& one : classes_of(call.list, *list)) {
      Told then = told;
      then.insert(one.tells.begin(), one.tells.end());
      const auto target = sentence(arc.target, both(open, one.constraints), then);
      if (target.draft == dead) continue;
      meaning = join(meaning, target.meaning);
      Bits& values = values_by_target.emplace(target.draft, Bits(list->entries.size())).first->second;
      for (const auto entry : one.entries) values[entry] = true;
    }
    for (const auto& [target, values] : values_by_target) {
      if (const auto network = network_of(call, *list, values)) {
        draft.arcs.emplace_back(WordGraph::ArcKind::call, *network, target);
      }
    }
    return told.count(call.slot) != 0 ? meaning : several_meanings;
  }

  // How many slots the blocks that end here can still fill. Blocks that only begin like them do not count: who wants
  // another sentence does not stop to think where this one ends.
  std::uint8_t more_of(std::uint32_t state, const Bits& open, const Told& told) {
    int more = 0;
    for (const auto final : lexicon_.sentences.finals(state)) {
      if (open[lexicon_.blocks[final].constraint]) more = std::max(more, slots_to(state, final, told));
    }
    return static_cast<std::uint8_t>(std::clamp(more, 0, most_slots));
  }

  // The most slots on a way to an end of the block; below 0 where none leads there. NOLINTNEXTLINE(misc-no-recursion)
  int slots_to(std::uint32_t state, std::uint32_t block, const Told& told) {
    auto key = std::make_tuple(state, block, told);
    if (const auto known = slots_to_.find(key); known != slots_to_.end()) return known->second;
    const auto finals = lexicon_.sentences.finals(state);
    int most = std::binary_search(finals.begin(), finals.end(), block) ? 0 : -1;
    for (const Arc& arc : lexicon_.sentences.arcs(state)) {
      const int after = slots_to(arc.target, block, told);
      const bool fills = is_call(arc.label) && told.count(lexicon_.calls[call_of(arc.label)].slot) == 0;
      if (after >= 0) most = std::max(most, after + (fills ? 1 : 0));
    }
    slots_to_.emplace(std::move(key), most);
    return most;
  }

  // ---- lists

  const std::vector<Class>& classes_of(std::uint32_t index, const ListNetwork& list) {
    const auto known = classes_.find(index);
    if (known != classes_.end()) return known->second;
    std::map<std::pair<Bits, Told>, std::vector<std::uint32_t>> by_class;
    std::map<std::map<std::string, model::Value>, Bits> by_context;  // a thousand lamps in ten rooms ask ten times
    const Bits alone = stand_alone(list);
    for (std::uint32_t entry = 0; entry < list.entries.size(); ++entry) {
      const auto& context = list.entries[entry].context;
      const auto [at, fresh] = by_context.emplace(context, Bits(lexicon_.constraints.size()));
      for (std::size_t i = 0; fresh && i < at->second.size(); ++i) {
        at->second[i] = value_allowed(lexicon_.constraints[i], context);
      }
      Told tells;
      for (const auto& [key, value] : context) {
        if (alone[entry] && slots_.count(key) != 0) tells.insert(key);
      }
      by_class[{at->second, std::move(tells)}].push_back(entry);
    }
    std::vector<Class> made;
    for (auto& [kind, entries] : by_class) made.push_back(Class{kind.first, kind.second, std::move(entries)});
    return classes_.emplace(index, std::move(made)).first->second;
  }

  // The values that share none of their words' meanings with another: there is one "ceiling lamp" in this home.
  static Bits stand_alone(const ListNetwork& list) {
    Bits alone(list.entries.size(), true);
    std::set<std::uint32_t> seen{list.root};
    for (std::vector<std::uint32_t> todo{list.root}; !todo.empty();) {
      const auto state = todo.back();
      todo.pop_back();
      const auto finals = list.automaton->finals(state);
      for (const auto final : finals) {
        if (!same_value(list, final, finals.front())) {
          for (const auto each : finals) alone[each] = false;
        }
      }
      for (const Arc& arc : list.automaton->arcs(state)) {
        if (seen.insert(arc.target).second) todo.push_back(arc.target);
      }
    }
    return alone;
  }

  static bool same_value(const ListNetwork& list, std::uint32_t a, std::uint32_t b) {
    if (a == b) return true;
    if (list.kind != ListNetwork::Kind::values) return list.numbers[a] == list.numbers[b];
    const model::Value& out = list.entries[a].out;
    return out.index() != 0 && out == list.entries[b].out;
  }

  // The list with these values only; none where nothing of it can be spoken.
  std::optional<std::uint32_t> network_of(const Call& call, const ListNetwork& list, const Bits& values) {
    const auto key = std::make_tuple(call.list, call.prefix, call.suffix, values);
    if (const auto known = made_.find(key); known != made_.end()) return known->second;
    ListWalk walk{list, values, call.suffix, {}};
    Meaning any_value = no_meaning;
    Draft start = list_state(walk, list.root, false, any_value);
    if (!call.prefix.empty()) {
      for (auto& [kind, label, target] : start.arcs) label = spoken_word(call.prefix + graph_.words[label]);
      std::sort(start.arcs.begin(), start.arcs.end());
    }
    std::optional<std::uint32_t> network;
    if (!start.arcs.empty()) network = add_network(add(std::move(start)), list.name);
    made_.emplace(key, network);
    return network;
  }

  struct ListState {
    std::uint32_t draft = dead;
    Meaning meaning = no_meaning;  // the value that ends here or later: its index
  };
  struct ListWalk {
    const ListNetwork& list;
    const Bits& allowed;  // empty for all
    const std::string& suffix;
    std::map<std::uint32_t, ListState> states;
  };

  // The value that ends at the state, if any does.
  static Meaning value_at(const ListWalk& walk, std::uint32_t state) {
    Meaning value = no_meaning;
    for (const auto final : walk.list.automaton->finals(state)) {
      if (walk.allowed.empty() || walk.allowed[final]) value = join_values(walk, value, final);
    }
    return value;
  }
  static Meaning join_values(const ListWalk& walk, Meaning a, Meaning b) {
    const bool both_values = a < several_meanings && b < several_meanings;
    return both_values && same_value(walk.list, a, b) ? a : join(a, b);
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the longest value.
  Draft list_state(ListWalk& walk, std::uint32_t state, bool may_end, Meaning& meaning) {
    Draft draft;
    const auto here = value_at(walk, state);
    draft.final = may_end && walk.suffix.empty() && here != no_meaning;
    meaning = draft.final ? here : no_meaning;
    for (const Arc& arc : walk.list.automaton->words(state)) {
      if (!tables_.symbols.spoken(arc.label)) continue;
      if (!walk.suffix.empty() && value_at(walk, arc.target) != no_meaning) {
        Draft last;
        last.final = true;
        draft.arcs.emplace_back(WordGraph::ArcKind::word, spoken_word(tables_.symbols.word(arc.label) + walk.suffix),
                                add(std::move(last)));
      }
      const auto target = list_target(walk, arc.target);
      if (target.draft == dead) continue;
      draft.arcs.emplace_back(WordGraph::ArcKind::word, word(arc.label), target.draft);
      meaning = join_values(walk, meaning, target.meaning);
    }
    draft.settled = draft.final && meaning != several_meanings;
    return draft;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  ListState list_target(ListWalk& walk, std::uint32_t state) {
    if (const auto known = walk.states.find(state); known != walk.states.end()) return known->second;
    ListState made;
    auto draft = list_state(walk, state, true, made.meaning);
    if (draft.final || !draft.arcs.empty()) made.draft = add(std::move(draft));
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
    const Draft end{true, {}, true};
    for (const auto& [phrase, used] : phrases) {
      auto state = add(end);
      for (auto at = phrase.size(); at-- > 1;) {
        state = add(Draft{false, {{WordGraph::ArcKind::word, spoken_word(phrase[at]), state}}, false});
      }
      skip.arcs.emplace_back(WordGraph::ArcKind::word, spoken_word(phrase.front()), state);
    }
    const auto skip_network = add_network(add(std::move(skip)), "skip words");
    graph_.networks[skip_network].idle = true;
    const auto sentence_network = add_network(sentences, "sentences");
    const auto over = add(end);
    const auto said = add(Draft{true, {{WordGraph::ArcKind::call, skip_network, over}}, true});
    const auto before = add(Draft{false, {{WordGraph::ArcKind::call, sentence_network, said}}, false});
    return add(Draft{
        false, {{WordGraph::ArcKind::epsilon, 0, before}, {WordGraph::ArcKind::call, skip_network, before}}, false});
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
                               static_cast<WordGraph::Index>(from.arcs.size()), from.final, from.settled, from.more});
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
  std::vector<Meaning> meanings_;  // by block
  Told slots_;                     // that sentences fill
  std::map<std::tuple<std::uint32_t, Bits, Told>, Sentence> sentence_states_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Told>, int> slots_to_;
  std::map<std::uint32_t, std::vector<Class>> classes_;  // by list
  std::map<std::tuple<std::uint32_t, std::string, std::string, Bits>, std::optional<std::uint32_t>> made_;
  std::uint32_t start_ = 0;
};

}  // namespace

model::WordGraph project(const MatchTables& tables) { return Projector(tables).run(); }

}  // namespace entente::language
